/** `npm run check:bicep`: format, lint, parameters and snapshots of infra/. With `--write`: the snapshots anew. */
import {
  formatComplaints,
  lintComplaints,
  parametersComplaints,
  snapshotComplaints,
  snapshotParameters,
  writeSnapshots,
} from "./checks.js";
import { findBicep, isBicepRequired } from "./find.js";
import { thisMachine } from "./machine.js";

const cli = findBicep(thisMachine);
if (cli.kind === "absent") {
  console.error(`infra/ was not checked. ${cli.remedy}`);
  if (isBicepRequired(process.env)) process.exitCode = 1;
} else if (process.argv.includes("--write")) {
  await writeSnapshots(cli.path);
} else {
  const complaints = await allComplaints(cli.path);
  for (const complaint of complaints) console.error(complaint);
  process.exitCode = complaints.length > 0 ? 1 : 0;
}

/** One after another: each run keeps a core busy. */
async function allComplaints(bicep: string): Promise<string[]> {
  const complaints = [];
  for (const check of [formatComplaints, lintComplaints, parametersComplaints])
    complaints.push(...(await check(bicep)));
  for (const parameters of snapshotParameters()) complaints.push(...(await snapshotComplaints(bicep, parameters)));
  return complaints;
}
