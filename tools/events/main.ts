/**
 * `npm run events:setup -- [--resource-group NAME] [--deployment main] [--watch MAILBOX] [--wait-minutes 15]`
 *
 * Names come from the environment (azd has main.bicep's outputs there) or from the named deployment. With --watch the
 * app is asked to watch that mailbox, as the caller whose token is in API_TOKEN or whose Functions key is in API_KEY.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { findBicep } from "../bicep/find.js";
import { thisMachine } from "../bicep/machine.js";
import { az } from "./azure.js";
import { setUpEvents } from "./setup.js";
import { deployStageTwo } from "./stageTwo.js";
import { readTarget } from "./target.js";
import { watchFirst } from "./watchFirst.js";

const LOOKS_A_MINUTE = 6;
const WAIT_MINUTES_MAX = 120;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      "resource-group": { type: "string", default: process.env.AZURE_RESOURCE_GROUP ?? "" },
      deployment: { type: "string", default: "main" },
      watch: { type: "string" },
      "wait-minutes": { type: "string", default: "15" },
    },
  });
  const resourceGroup = values["resource-group"];
  if (resourceGroup === "")
    throw new Error("--resource-group is missing; name the group that main.bicep was deployed to");
  const minutes = Number(values["wait-minutes"]);
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > WAIT_MINUTES_MAX)
    throw new Error(`--wait-minutes should be a whole number from 0 to ${WAIT_MINUTES_MAX}`);
  const cli = findBicep(thisMachine);
  if (cli.kind === "absent") throw new Error(cli.remedy);

  const target = await readTarget(az, { resourceGroup, deployment: values.deployment }, process.env);
  const { watch } = values;
  const done = await setUpEvents(
    {
      az,
      say: console.log,
      sleep: (ms) => sleep(ms),
      now: Date.now,
      ...(watch !== undefined && { watchFirst: () => watchFirst(fetch, target.apiUrl, watch, process.env) }),
      deployEvents: (topics, identity) => deployStageTwo({ az, bicep: cli.path }, target, topics, identity),
    },
    target,
    { looksMax: minutes * LOOKS_A_MINUTE },
  );
  const missing = target.topics.filter((topic) => !done.includes(topic));
  if (missing.length > 0)
    throw new Error(`${missing.join(", ")}: not there yet; run this again once more calendars are watched`);
  console.log("Events arrive. Whatever was missed until now is found by the next sweep.");
}

await main().catch((error: unknown) => {
  console.error(`events:setup: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
