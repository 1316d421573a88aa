/** `npm run simulate`: as many worlds as one likes, or so many days of one; simulateOptions.ts says its options. */
import { type Given, runCommand } from "../../tools/commandLine.js";
import { BRANCHES } from "./branches.js";
import { HAPPENINGS } from "./happenings.js";
import { live, told } from "./live.js";
import { month } from "./month.js";
import { SIMULATE } from "./simulateOptions.js";
import { Sometimes } from "./sometimes.js";

const PROGRESS_EVERY = 1_000;

async function main({ values }: Given<typeof SIMULATE>): Promise<number> {
  return values.days > 0 ? manyDays(values) : manyWorlds(values.seeds, values.first);
}

type Wanted = Given<typeof SIMULATE>["values"];

async function manyDays({ days, calendars, first, reconcile }: Wanted): Promise<number> {
  const startedAt = performance.now();
  const { changes, reads, troubles } = await month({ days, calendars, seed: first, reconcileMinutes: reconcile });
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  console.log(
    `${days} days of ${calendars} calendars in ${seconds} s: ${changes} changes, ${reads} reads, ${troubles} troubles`,
  );
  return 0;
}

async function manyWorlds(seeds: number, first: number): Promise<number> {
  const sometimes = new Sometimes([...HAPPENINGS, ...BRANCHES]);
  const startedAt = performance.now();
  let violations = 0;
  for (let seed = first; seed < first + seeds; seed++) {
    const life = await live(seed, sometimes);
    if (life.violation !== undefined) {
      violations += 1;
      console.log(told(seed, life));
    }
    const done = seed - first + 1;
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    if (done % PROGRESS_EVERY === 0)
      console.error(`${done} of ${seeds} worlds in ${seconds} s, ${violations} violations`);
  }
  console.log(sometimes.lines.join("\n"));
  console.log(`${seeds} worlds from seed ${first}: ${violations} violations`);
  return violations === 0 ? 0 : 1;
}

process.exit(await runCommand(SIMULATE, process.argv.slice(2), main));
