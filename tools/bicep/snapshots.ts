/** `npm run snapshots`: what the parameter files of infra/snapshots/ come to, written anew. */
import { runCommand } from "../commandLine.js";
import { writeSnapshots } from "./checks.js";
import { findBicep } from "./find.js";
import { withInfra } from "./infra.js";
import { thisMachine } from "./machine.js";
import { SNAPSHOTS } from "./options.js";

async function main(): Promise<undefined> {
  const cli = findBicep(thisMachine);
  if (cli.kind === "absent") throw new Error(cli.remedy);
  await withInfra(cli.path, writeSnapshots);
}

process.exitCode = await runCommand(SNAPSHOTS, process.argv.slice(2), main);
