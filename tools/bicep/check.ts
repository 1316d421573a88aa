/** `npm run check:bicep`: format, lint, parameters and snapshots of infra/. */
import { runCommand } from "../commandLine.js";
import { allComplaints } from "./checks.js";
import { findBicep, isBicepRequired } from "./find.js";
import { withInfra } from "./infra.js";
import { thisMachine } from "./machine.js";
import { CHECK_BICEP } from "./options.js";

async function main(): Promise<number> {
  const cli = findBicep(thisMachine);
  if (cli.kind === "absent") {
    console.error(`infra/ was not checked. ${cli.remedy}`);
    return isBicepRequired(process.env) ? 1 : 0;
  }
  const complaints = await withInfra(cli.path, allComplaints);
  for (const complaint of complaints) console.error(complaint);
  return complaints.length > 0 ? 1 : 0;
}

process.exitCode = await runCommand(CHECK_BICEP, process.argv.slice(2), main);
