/** `npm run check:bicep`: format, lint, parameters and snapshots of infra/. With `--write`: the snapshots anew. */
import { runCommand } from "../commandLine.js";
import { bicepOf } from "./bicep.js";
import { allComplaints, writeSnapshots } from "./checks.js";
import { findBicep, isBicepRequired } from "./find.js";
import { thisMachine } from "./machine.js";
import { CHECK_BICEP } from "./options.js";
import { openSession } from "./session.js";

async function main(isWriting: boolean): Promise<number> {
  const cli = findBicep(thisMachine);
  if (cli.kind === "absent") {
    console.error(`infra/ was not checked. ${cli.remedy}`);
    return isBicepRequired(process.env) ? 1 : 0;
  }
  const session = openSession(cli.path, { AZURE_LOCATION: "westeurope" });
  const bicep = bicepOf(session);
  const work = isWriting ? writeSnapshots(bicep).then(() => []) : allComplaints(bicep);
  const complaints = await work.finally(() => session.end());
  for (const complaint of complaints) console.error(complaint);
  return complaints.length > 0 ? 1 : 0;
}

process.exitCode = await runCommand(CHECK_BICEP, process.argv.slice(2), ({ values }) => main(values.write));
