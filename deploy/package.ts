/**
 * `npm run package`: bundles the app, and holds it to its ceilings; options.ts says where it is put. A slow load is refused
 * in CI only (the variable `CI` is set there), elsewhere it is a warning.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../local/demo/repository.js";
import { runCommand } from "../tools/commandLine.js";
import { bundleApp, bundleSource } from "./bundle.js";
import { type PackageReport, summary, tooSlow, verdict } from "./ceilings.js";
import { type LoadTimes, loadOnce, loadTimes } from "./loadTime.js";
import { PACKAGE } from "./options.js";

const OUT = join(ROOT, ".package");
const EMPTY_APP = 'import { app } from "@azure/functions"; app.http("empty", { handler: () => ({ status: 204 }) });';
/** A busy machine is no fault of the package: it counts as too slow when it was so in every round. */
const ROUNDS_MAX = 3;

async function main(): Promise<number> {
  const { folder, entry, bytes, startBytes } = await bundleApp(join(OUT, "app"));
  const { functions } = await loadOnce(entry);
  const measured = await measure(entry, (times) => ({ functions, bytes, startBytes, ...times }));
  await writeFile(join(OUT, "report.json"), `${JSON.stringify(measured, null, 2)}\n`);
  console.log(`${folder}\n${summary(measured)}`);
  const { refused, warnings } = verdict(measured, { inCi: Boolean(process.env.CI) });
  for (const warning of warnings) console.error(`npm run package: warning: ${warning}; CI would refuse it`);
  for (const reason of refused) console.error(`npm run package: ${reason}`);
  return refused.length === 0 ? 0 : 1;
}

async function measure(entry: string, report: (times: LoadTimes) => PackageReport): Promise<PackageReport> {
  const folder = await mkdtemp(join(tmpdir(), "empty-app-"));
  try {
    await bundleSource(EMPTY_APP, folder);
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    const empty = join(folder, "index.js");
    let measured = report(await loadTimes(entry, empty));
    for (let round = 1; round < ROUNDS_MAX && tooSlow(measured).length > 0; round++)
      measured = report(await loadTimes(entry, empty));
    return measured;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

process.exit(await runCommand(PACKAGE, process.argv.slice(2), main));
