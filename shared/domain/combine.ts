/** Several calendars' answers as one [A5]: three-valued at every instant, and free only where that is known. */
import { type CalendarAnswer, STATES, type State } from "./answer.js";
import type { Interval } from "./blocks.js";
import type { CalendarId } from "./calendarId.js";
import { merged } from "./intervals.js";
import { type EpochMs, earliest } from "./time.js";

/** How many of the calendars must be free for the whole to be free. */
export type Rule = "all" | "any" | { readonly atLeast: number };

/** `busy`, `unknown` and `free` partition the request; each sorted and merged. */
export interface Combined {
  /** The worst of the calendars'. */
  readonly state: State;
  /** The oldest of the calendars'; none where one of them has none. */
  readonly asOf: EpochMs | undefined;
  readonly busy: readonly Interval[];
  readonly unknown: readonly Interval[];
  readonly free: readonly Interval[];
}

/**
 * Needs answers to this very request, and `atLeast` of 1 to as many as there are calendars. The answers are given by id,
 * so that no calendar counts twice. No calendars at all: nothing is known. n log n in all intervals.
 */
export function combine(
  answers: ReadonlyMap<CalendarId, CalendarAnswer>,
  rule: Rule,
  { start, end }: Interval,
): Combined {
  const all = [...answers.values()];
  if (all.length === 0) return { state: "unknown", asOf: undefined, busy: [], unknown: [{ start, end }], free: [] };
  const parts = partition(all, neededFree(rule, all.length), { start, end });
  return { state: worst(all), asOf: oldest(all), ...parts };
}

/** How many of so many calendars must be free. */
export const neededFree = (rule: Rule, calendars: number): number => {
  if (rule === "all") return calendars;
  return rule === "any" ? 1 : Math.max(rule.atLeast, 1);
};

export const worst = (answers: readonly CalendarAnswer[]): State =>
  STATES.findLast((state) => answers.some((answer) => answer.state === state)) ?? "unknown";

/** None where one of them has none, or where there are none. */
export function oldest(answers: Iterable<CalendarAnswer>): EpochMs | undefined {
  const ages = [...answers].map(({ asOf }) => asOf);
  const known = ages.filter((asOf) => asOf !== undefined);
  return known.length === 0 || known.length < ages.length ? undefined : earliest(...known);
}

type Part = "busy" | "unknown" | "free";

/** By how many a count changes at an instant. */
type Changes = Map<EpochMs, number>;

/** A sweep over all edges in time's order, counting who is free and who is unknown. */
function partition(
  answers: readonly CalendarAnswer[],
  needed: number,
  { start, end }: Interval,
): Record<Part, Interval[]> {
  const [freeChanges, unknownChanges]: [Changes, Changes] = [new Map(), new Map()];
  for (const { busy, unknown } of answers) {
    for (const one of [...busy, ...unknown]) count(freeChanges, one, -1);
    for (const one of unknown) count(unknownChanges, one, 1);
  }
  const parts: Record<Part, Interval[]> = { busy: [], unknown: [], free: [] };
  let [from, free, unknown] = [start, answers.length, 0];
  for (const at of [...[...freeChanges.keys()].sort((a, b) => a - b), end]) {
    parts[partOf(free, unknown, needed)].push({ start: from, end: at });
    from = at;
    free += freeChanges.get(at) ?? 0;
    unknown += unknownChanges.get(at) ?? 0;
  }
  return { busy: merged(parts.busy), unknown: merged(parts.unknown), free: merged(parts.free) };
}

function count(changes: Changes, { start, end }: Interval, by: number): void {
  changes.set(start, (changes.get(start) ?? 0) + by);
  changes.set(end, (changes.get(end) ?? 0) - by);
}

/** All rules are this one: `all` needs every calendar, `any` needs one. */
function partOf(free: number, unknown: number, needed: number): Part {
  if (free >= needed) return "free";
  return free + unknown >= needed ? "unknown" : "busy";
}
