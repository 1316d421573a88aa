/**
 * `npm run bench`: the levels that the product keeps, measured. `npm run bench -- reads lag` measures only those.
 * Exit: 0 all met, 1 one missed or not measurable.
 */
import { cpus } from "node:os";
import { demandBuild } from "../local/demo/repository.js";
import { bigCalendar } from "./bigCalendar.js";
import { intake } from "./intake.js";
import { lag } from "./lag.js";
import { ownCpu } from "./ownCpu.js";
import { packing } from "./packing.js";
import { reads } from "./reads.js";
import { isMissed, type Result, table } from "./result.js";
import { startUp } from "./startUp.js";

const BENCHMARKS: ReadonlyMap<string, () => Promise<readonly Result[]>> = new Map([
  ["packing", packing],
  ["bigCalendar", bigCalendar],
  ["cpu", ownCpu],
  ["reads", reads],
  ["lag", lag],
  ["intake", intake],
  ["start", startUp],
]);

async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.find((name) => !BENCHMARKS.has(name));
  if (unknown !== undefined)
    throw new Error(`there is no "${unknown}"; there are ${[...BENCHMARKS.keys()].join(", ")}`);
  demandBuild();
  const results: Result[] = [];
  for (const [name, measure] of BENCHMARKS) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.error(`${name} …`);
    results.push(...(await measure()));
  }
  console.log(`${machine()}\n\n${table(results)}`);
  return results.some(isMissed) ? 1 : 0;
}

const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, Azurite in memory`;

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`npm run bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
