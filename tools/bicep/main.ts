/** `npm run bicep -- …`: the Bicep CLI, wherever it is from. */
import { spawnSync } from "node:child_process";
import { findBicep } from "./find.js";
import { thisMachine } from "./machine.js";

const cli = findBicep(thisMachine);
if (cli.kind === "absent") {
  console.error(cli.remedy);
  process.exitCode = 1;
} else {
  process.exitCode = spawnSync(cli.path, process.argv.slice(2), { stdio: "inherit" }).status ?? 1;
}
