import { test } from "vitest";
import { BRANCHES } from "./branches.js";
import { HAPPENINGS } from "./happenings.js";
import { live, told } from "./live.js";
import { Sometimes } from "./sometimes.js";

test("tries some seeds now", async () => {
  const s = new Sometimes([...HAPPENINGS, ...BRANCHES]);
  const first = Number(process.env.FIRST_SEED ?? 1),
    n = Number(process.env.SEEDS ?? 20);
  const bad: string[] = [];
  const t = Date.now();
  for (let seed = first; seed < first + n; seed++) {
    const l = await live(seed, s);
    if (l.violation) {
      bad.push(`${seed} ${l.violation.message.slice(0, 300)}`);
      if (bad.length === 1) console.log(told(seed, l).slice(0, process.env.FULL ? 60000 : 1500));
    }
  }
  console.log(Date.now() - t, "ms");
  console.log(bad.length, bad.slice(0, 25).join("\n"));
  if (process.env.COUNTS) console.log(s.lines.join("\n"), "\nNEVER", s.never.join("\n"));
}, 900_000);
