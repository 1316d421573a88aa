/** `npm run bench`: the levels that the product keeps, measured; options.ts says what can be asked for. */
import { cpus } from "node:os";
import { demandBuild } from "../local/demo/repository.js";
import { runCommand } from "../tools/commandLine.js";
import { bigCalendar } from "./bigCalendar.js";
import { intake } from "./intake.js";
import { lag } from "./lag.js";
import { BENCH, type BENCHMARKS } from "./options.js";
import { ownCpu } from "./ownCpu.js";
import { packing } from "./packing.js";
import { reads } from "./reads.js";
import { isMissed, type Result, table } from "./result.js";
import { startUp } from "./startUp.js";

const MEASURES: Readonly<Record<keyof typeof BENCHMARKS, () => Promise<readonly Result[]>>> = {
  packing,
  bigCalendar,
  cpu: ownCpu,
  reads,
  lag,
  intake,
  start: startUp,
};

async function main(wanted: readonly string[]): Promise<number> {
  demandBuild();
  const results: Result[] = [];
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.error(`${name} …`);
    results.push(...(await measure()));
  }
  console.log(`${machine()}\n\n${table(results)}`);
  return results.some(isMissed) ? 1 : 0;
}

const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, Azurite in memory`;

process.exit(await runCommand(BENCH, process.argv.slice(2), ({ words }) => main(words)));
