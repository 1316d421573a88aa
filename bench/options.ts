/** What the programs of this folder are told on their command lines. */
import type { Command } from "../tools/commandLine.js";

/** Each group of levels, in the order in which they are measured. */
export const BENCHMARKS = {
  packing: "what a calendar takes in a table row",
  bigCalendar: "one calendar with very many events, refreshed",
  cpu: "the product's own processor time per read and refresh",
  reads: "answers over HTTP for 1 to 200 calendars, beside their floors",
  lag: "from a change in Outlook to a fresh copy",
  intake: "notifications taken in",
  start: "start of the app, and its memory",
} as const;

export const BENCH = {
  call: "npm run bench --",
  about: `Measures the levels that the product keeps, all of them or those that are named.
Ends with 0 when all are met, with 1 when one is missed or cannot be measured.`,
  words: BENCHMARKS,
  options: {},
  example: "npm run bench -- reads lag",
} as const satisfies Command;

export const COSTS = {
  call: "npm run costs --",
  about: "Writes what so many calendars cost into docs/operations.md, and prints it.",
  options: {},
  example: "npm run costs",
} as const satisfies Command;
