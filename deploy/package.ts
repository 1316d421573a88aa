/**
 * `npm run package`: bundles the app into `.package/app`, and holds it to its size and load time. What it found is kept in
 * `.package/report.json`. A slow load is refused in CI only (the variable `CI` is set there), elsewhere it is a warning.
 * Exit: 0 within the ceilings, 1 beyond one of them or not loadable.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../local/demo/repository.js";
import { bundleApp, bundleSource } from "./bundle.js";
import { type PackageReport, summary, tooSlow, verdict } from "./ceilings.js";
import { type LoadTimes, loadOnce, loadTimes } from "./loadTime.js";

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

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`npm run package: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
