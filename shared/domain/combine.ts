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

const neededFree = (rule: Rule, calendars: number): number => {
  if (rule === "all") return calendars;
  return rule === "any" ? 1 : Math.max(rule.atLeast, 1);
};

const worst = (answers: readonly CalendarAnswer[]): State =>
  STATES.findLast((state) => answers.some((answer) => answer.state === state)) ?? "unknown";

function oldest(answers: readonly CalendarAnswer[]): EpochMs | undefined {
  const ages = answers.map(({ asOf }) => asOf).filter((asOf) => asOf !== undefined);
  return ages.length < answers.length ? undefined : earliest(...ages);
}

type Part = "busy" | "unknown" | "free";

/** Here so many more, or fewer, calendars are free and unknown than before. */
interface Change {
  readonly at: EpochMs;
  readonly free: number;
  readonly unknown: number;
}

/** A sweep over all edges in time's order, counting who is free and who is unknown. */
function partition(
  answers: readonly CalendarAnswer[],
  needed: number,
  { start, end }: Interval,
): Record<Part, Interval[]> {
  const changes = answers.flatMap(changesOf).sort((a, b) => a.at - b.at);
  const parts: Record<Part, Interval[]> = { busy: [], unknown: [], free: [] };
  let [from, free, unknown] = [start, answers.length, 0];
  for (const change of [...changes, { at: end, free: 0, unknown: 0 }]) {
    if (change.at > from) {
      parts[partOf(free, unknown, needed)].push({ start: from, end: change.at });
      from = change.at;
    }
    free += change.free;
    unknown += change.unknown;
  }
  return { busy: merged(parts.busy), unknown: merged(parts.unknown), free: merged(parts.free) };
}

const changesOf = ({ busy, unknown }: CalendarAnswer): Change[] => [
  ...busy.flatMap((one) => edges(one, 0)),
  ...unknown.flatMap((one) => edges(one, 1)),
];

const edges = ({ start, end }: Interval, unknown: number): Change[] => [
  { at: start, free: -1, unknown },
  { at: end, free: 1, unknown: -unknown },
];

/** All rules are this one: `all` needs every calendar, `any` needs one. */
function partOf(free: number, unknown: number, needed: number): Part {
  if (free >= needed) return "free";
  return free + unknown >= needed ? "unknown" : "busy";
}
