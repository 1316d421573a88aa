/**
 * `npm run simulate -- --seeds 100000 [--first 1]`: as many worlds as one likes, one after another on one core. Every
 * violation is printed with its seed; what each fault and branch was met with, at the end.
 * `npm run simulate -- --days 30 --calendars 500 [--first 1]`: instead, so many days of so many calendars in one world.
 * Exit: 0 nothing violated, 1 a world violated something, 2 the arguments are wrong, or the days ended wrong.
 */
import { parseArgs } from "node:util";
import { BRANCHES } from "./branches.js";
import { HAPPENINGS } from "./happenings.js";
import { live, told } from "./live.js";
import { month } from "./month.js";
import { Sometimes } from "./sometimes.js";

const SEEDS_DEFAULT = 10_000;
const CALENDARS_DEFAULT = 500;
const PROGRESS_EVERY = 1_000;

const text = { type: "string" } as const;

function wanted() {
  const { values } = parseArgs({ options: { seeds: text, first: text, days: text, calendars: text } });
  const { seeds = SEEDS_DEFAULT, first = 1, days = 0, calendars = CALENDARS_DEFAULT } = values;
  const numbers = { seeds: Number(seeds), first: Number(first), days: Number(days), calendars: Number(calendars) };
  for (const [name, number] of Object.entries(numbers))
    if (!Number.isSafeInteger(number) || number < 0)
      throw new RangeError(`--${name} is a whole number, as in: npm run simulate -- --seeds 100000 --first 1`);
  return numbers;
}

async function main(): Promise<number> {
  const { seeds, first, days, calendars } = wanted();
  return days > 0 ? manyDays(days, calendars, first) : manyWorlds(seeds, first);
}

async function manyDays(days: number, calendars: number, seed: number): Promise<number> {
  const startedAt = performance.now();
  const { changes, reads, troubles } = await month({ days, calendars, seed });
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

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`npm run simulate: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  },
);
