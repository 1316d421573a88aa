/**
 * `npm run simulate -- --seeds 100000 [--first 1]`: as many worlds as one likes, one after another on one core. Every
 * violation is printed with its seed; what each fault and branch was met with, at the end.
 * Exit: 0 nothing violated, 1 something was, 2 the arguments are wrong.
 */
import { parseArgs } from "node:util";
import { BRANCHES } from "./branches.js";
import { HAPPENINGS } from "./happenings.js";
import { live, told } from "./live.js";
import { Sometimes } from "./sometimes.js";

const SEEDS_DEFAULT = 10_000;
const PROGRESS_EVERY = 1_000;

function wanted(): { readonly seeds: number; readonly first: number } {
  const { values } = parseArgs({ options: { seeds: { type: "string" }, first: { type: "string" } } });
  const [seeds, first] = [Number(values.seeds ?? SEEDS_DEFAULT), Number(values.first ?? 1)];
  if (Number.isSafeInteger(seeds) && seeds > 0 && Number.isSafeInteger(first) && first >= 0) return { seeds, first };
  throw new RangeError("--seeds and --first are whole numbers, as in: npm run simulate -- --seeds 100000 --first 1");
}

async function main(): Promise<number> {
  const { seeds, first } = wanted();
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
