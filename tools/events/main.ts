/** `npm run events:setup`: options.ts says what it does. */
import { setTimeout as sleep } from "node:timers/promises";
import { findBicep } from "../bicep/find.js";
import { thisMachine } from "../bicep/machine.js";
import { type Given, runCommand } from "../commandLine.js";
import { az } from "./azure.js";
import { EVENTS_SETUP, setupOptions } from "./options.js";
import { withAzd } from "./place.js";
import { setUpEvents } from "./setup.js";
import { deployStageTwo } from "./stageTwo.js";
import { readTarget } from "./target.js";
import { watchFirst } from "./watchFirst.js";

async function main(given: Given<typeof EVENTS_SETUP>): Promise<number> {
  const options = setupOptions(given);
  const cli = findBicep(thisMachine);
  if (cli.kind === "absent") throw new Error(cli.remedy);

  const target = await readTarget(az, options, await withAzd(process.env));
  const { watch } = options;
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
    options,
  );
  const missing = target.topics.filter((topic) => !done.includes(topic));
  if (missing.length > 0)
    throw new Error(`${missing.join(", ")}: not there yet; run this again once more calendars are watched`);
  console.log("Events arrive. Whatever was missed until now is found by the next sweep.");
  return 0;
}

process.exitCode = await runCommand(EVENTS_SETUP, process.argv.slice(2), main);
