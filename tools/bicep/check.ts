/** `npm run check:bicep`: format, lint, parameters and snapshots of infra/. With `--write`: the snapshots anew. */
import { type Bicep, bicepOf } from "./bicep.js";
import { allComplaints, writeSnapshots } from "./checks.js";
import { findBicep, isBicepRequired } from "./find.js";
import { thisMachine } from "./machine.js";
import { openSession } from "./session.js";

const cli = findBicep(thisMachine);
if (cli.kind === "absent") {
  console.error(`infra/ was not checked. ${cli.remedy}`);
  if (isBicepRequired(process.env)) process.exitCode = 1;
} else {
  const session = openSession(cli.path, { AZURE_LOCATION: "westeurope" });
  const work = process.argv.includes("--write") ? written : allComplaints;
  const complaints = await work(bicepOf(session))
    .catch((error: unknown) => [error instanceof Error ? error.message : String(error)])
    .finally(() => session.end());
  for (const complaint of complaints) console.error(complaint);
  process.exitCode = complaints.length > 0 ? 1 : 0;
}

async function written(bicep: Bicep): Promise<readonly string[]> {
  await writeSnapshots(bicep);
  return [];
}
