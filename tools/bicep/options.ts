/** The command lines of `npm run check:bicep` and `npm run snapshots`. */
import type { Command } from "../commandLine.js";

export const CHECK_BICEP = {
  call: "npm run check:bicep --",
  about: `Format, lint, parameters and snapshots of infra/, by the Bicep CLI.
Ends with 0 when there is nothing to say, else with 1. Without a CLI nothing is checked, which is an error in CI only.`,
  options: {},
  example: "npm run check:bicep",
} as const satisfies Command;

export const SNAPSHOTS = {
  call: "npm run snapshots --",
  about: `Writes infra/snapshots/*.snapshot.json anew: what each of the parameter files there comes to, by the Bicep CLI.
Ends with 1 without a CLI, or where a file comes to nothing.`,
  options: {},
  example: "npm run snapshots",
} as const satisfies Command;
