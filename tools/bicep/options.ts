/** The command line of `npm run check:bicep`, and of `npm run snapshots`, which is the same with `--write`. */
import type { Command } from "../commandLine.js";

export const CHECK_BICEP = {
  call: "npm run check:bicep --",
  about: `Format, lint, parameters and snapshots of infra/, by the Bicep CLI.
Ends with 0 when there is nothing to say, else with 1. Without a CLI nothing is checked, which is an error in CI only.`,
  options: { write: { kind: "switch", about: "writes the snapshots anew instead" } },
  example: "npm run check:bicep",
} as const satisfies Command;
