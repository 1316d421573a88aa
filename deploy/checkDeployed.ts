/**
 * `npm run check:deployed`, which azd runs after each deployment: all functions are registered, health answers, and a sweep
 * completes and is logged. Settings are the outputs of infra/main.bicep, which azd puts into the environment.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { ROOT } from "../local/demo/repository.js";
import { runCommand } from "../tools/commandLine.js";
import { type AzurePlace, azdToken, loggedSince, masterKey } from "./azure.js";
import { AZURE_WAITS, checkDeployed } from "./checks.js";
import { CHECK_DEPLOYED } from "./options.js";

/** Everything is in one resource group, so that the workspace's id says where the app is. */
const WORKSPACE =
  /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+)\/providers\/Microsoft\.OperationalInsights\/workspaces\/[^/]+$/i;

const WORKSPACE_HINT = "should be the resource id of the Log Analytics workspace";

const Settings = z.object({
  API_URL: z.url({
    protocol: /^https?$/,
    error: "should be the API's address, such as https://app.azurewebsites.net/api",
  }),
  AZURE_FUNCTION_APP_NAME: z
    .string({ error: "should be the app's name" })
    .min(1, { error: "should be the app's name" }),
  LOG_WORKSPACE_ID: z.string({ error: WORKSPACE_HINT }).regex(WORKSPACE, { error: WORKSPACE_HINT }),
});
type Settings = z.infer<typeof Settings>;

const Report = z.object({ functions: z.array(z.string()).min(1) });
const SWEEPS = join(ROOT, "infra", "monitoring", "queries", "lastSweeps.kql");
const REPORT = join(ROOT, ".package", "report.json");

async function main(): Promise<number> {
  const settings = settingsOf(process.env);
  const { functions } = Report.parse(JSON.parse(await packageReport()));
  const query = await readFile(SWEEPS, "utf8");
  const place = placeOf(settings);
  await checkDeployed(
    {
      url: new URL(settings.API_URL).origin,
      masterKey: await masterKey(place),
      functions,
      sweepsSince: (since) => loggedSince(place, query, since),
    },
    AZURE_WAITS,
    (line) => console.log(line),
  );
  return 0;
}

/** Errors: says what makes the report, where there is none. */
const packageReport = (): Promise<string> =>
  readFile(REPORT, "utf8").catch(() => {
    throw new Error("there is no package to compare with; make it first: npm run package");
  });

/** Errors: names every setting that is missing or wrong, and what it should be. */
function settingsOf(environment: NodeJS.ProcessEnv): Settings {
  const parsed = Settings.safeParse(environment);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new Error(
    `${wrong.join("; ")}. After "azd provision" azd sets them: run this as "azd hooks run postdeploy --service api"`,
  );
}

const placeOf = ({ LOG_WORKSPACE_ID, AZURE_FUNCTION_APP_NAME }: Settings): AzurePlace => ({
  appId: `${WORKSPACE.exec(LOG_WORKSPACE_ID)?.[1]}/providers/Microsoft.Web/sites/${AZURE_FUNCTION_APP_NAME}`,
  workspaceId: LOG_WORKSPACE_ID,
  managementUrl: "https://management.azure.com",
  logsUrl: "https://api.loganalytics.azure.com",
  token: azdToken,
});

process.exitCode = await runCommand(CHECK_DEPLOYED, process.argv.slice(2), main);
