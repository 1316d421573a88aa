/**
 * `npm run check:deployed`, which azd runs after each deployment: all functions are registered, health answers, and a sweep
 * completes and is logged. Settings are the outputs of infra/main.bicep, which azd puts into the environment.
 * Exit: 0 all hold, 1 one does not.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { ROOT } from "../local/demo/repository.js";
import { type AzurePlace, azdToken, loggedSince, masterKey } from "./azure.js";
import { AZURE_WAITS, checkDeployed } from "./checks.js";

const set = (hint: string) => z.string({ error: hint }).min(1, { error: hint });
const Settings = z.object({
  APP_URL: z.url({ protocol: /^https?$/, error: "should be the app's address, such as https://app.azurewebsites.net" }),
  APP_NAME: set("should be the app's name"),
  AZURE_SUBSCRIPTION_ID: set("should be the subscription's id"),
  AZURE_RESOURCE_GROUP: set("should be the resource group's name"),
  LOG_WORKSPACE_ID: set("should be the id (a GUID) of the Log Analytics workspace"),
});
type Settings = z.infer<typeof Settings>;

const Report = z.object({ functions: z.array(z.string()).min(1) });
const SWEEPS = join(ROOT, "infra", "monitoring", "queries", "lastSweeps.kql");
const REPORT = join(ROOT, ".package", "report.json");

async function main(): Promise<void> {
  const settings = settingsOf(process.env);
  const { functions } = Report.parse(JSON.parse(await readFile(REPORT, "utf8")));
  const query = await readFile(SWEEPS, "utf8");
  const place = placeOf(settings);
  await checkDeployed(
    {
      url: settings.APP_URL.replace(/\/$/, ""),
      masterKey: await masterKey(place),
      functions,
      sweepsSince: (since) => loggedSince(place, query, since),
    },
    AZURE_WAITS,
    (line) => console.log(line),
  );
}

/** Errors: names every setting that is missing or wrong, and what it should be. */
function settingsOf(environment: NodeJS.ProcessEnv): Settings {
  const parsed = Settings.safeParse(environment);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new Error(`${wrong.join("; ")}. After "azd provision" azd sets them: run this as "azd hooks run postdeploy --service api"`);
}

const placeOf = (settings: Settings): AzurePlace => ({
  subscriptionId: settings.AZURE_SUBSCRIPTION_ID,
  resourceGroup: settings.AZURE_RESOURCE_GROUP,
  appName: settings.APP_NAME,
  workspaceId: settings.LOG_WORKSPACE_ID,
  managementUrl: "https://management.azure.com",
  logsUrl: "https://api.loganalytics.azure.com",
  token: azdToken,
});

main().catch((error: unknown) => {
  console.error(`npm run check:deployed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
