/** What the programs of this folder are told on their command lines. */
import type { Command } from "../tools/commandLine.js";

export const PACKAGE = {
  call: "npm run package --",
  about: `Bundles the app into .package/app, and holds it to its size and load time. What it found is in .package/report.json.
Ends with 0 within the ceilings, with 1 beyond one of them or when the bundle cannot be loaded.`,
  options: {},
  example: "npm run package",
} as const satisfies Command;

export const CHECK_DEPLOYED = {
  call: "npm run check:deployed --",
  about: `Asks the deployed app whether all functions are registered, health answers, and a sweep completes and is logged.
Which app is said by API_URL, AZURE_FUNCTION_APP_NAME and LOG_WORKSPACE_ID in the environment; azd sets them.
Ends with 0 when all hold, with 1 when one does not.`,
  options: {},
  example: "azd hooks run postdeploy --service api",
} as const satisfies Command;

export const WORKBOOK = {
  call: "npm run workbook --",
  about: "Makes infra/monitoring/workbook.json of the queries in infra/monitoring/queries/workbook.",
  options: {},
  example: "npm run workbook",
} as const satisfies Command;
