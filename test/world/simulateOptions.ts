/** The command line of `npm run simulate`. */
import type { Command } from "../../tools/commandLine.js";

const SEEDS_MAX = 1_000_000_000;

export const SIMULATE = {
  call: "npm run simulate --",
  about: `As many worlds as one likes, one after another on one core. Every violation is printed with its seed; what each fault
and branch was met with, at the end. With --days: instead, so many days of so many calendars in one world.
Ends with 0 when nothing was violated, with 1 when something was.`,
  options: {
    seeds: { kind: "number", from: 0, to: SEEDS_MAX, default: 10_000, about: "how many worlds" },
    first: { kind: "number", from: 0, to: Number.MAX_SAFE_INTEGER, default: 1, about: "the first world's seed" },
    days: { kind: "number", from: 0, to: 3_650, default: 0, about: "how many days in one world; 0 for many worlds" },
    calendars: { kind: "number", from: 1, to: 100_000, default: 500, about: "how many calendars that world has" },
    reconcile: {
      kind: "number",
      from: 5,
      to: 720,
      default: 60,
      about: "minutes after which its calendars are read anew; the app's own default is 15",
    },
  },
  example: "npm run simulate -- --seeds 100000 --first 1",
} as const satisfies Command;
