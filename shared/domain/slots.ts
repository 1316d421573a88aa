/** Which of the possible appointments can be offered. Pure; one that lies in unknown time never is [A2]. */
import type { CalendarAnswer, State } from "./answer.js";
import type { Interval } from "./blocks.js";
import type { CalendarId } from "./calendarId.js";
import { neededFree, oldest, type Rule, worst } from "./combine.js";
import { merged } from "./intervals.js";
import { type EpochMs, later } from "./time.js";

/** People of whom some are needed, such as the host, or the pool that takes turns. */
export interface Participant {
  /** Each once. */
  readonly calendars: readonly CalendarId[];
  readonly required: Rule;
}

export interface Slot extends Interval {
  /** All that are free during the whole of it, in the order they were named. */
  readonly calendars: readonly CalendarId[];
}

export interface Slots {
  readonly slots: readonly Slot[];
  /** The time of those appointments of which nobody knows; merged. */
  readonly unknown: readonly Interval[];
  /** The worst of the calendars'. */
  readonly state: State;
  /** The oldest of the calendars'; none where one of them has none. */
  readonly asOf: EpochMs | undefined;
}

/** In this order the worst of several is the highest. */
const FREE = 0;
const UNKNOWN = 1;
const BUSY = 2;
/** One of the three for each possible appointment. */
type Verdicts = Uint8Array;

/**
 * A calendar is free for an appointment if it is free during the whole of it, busy if it is busy at any instant of it, else
 * unknown; the rule of a participant is the three-valued one of `combine` over these [A5]. All participants are needed.
 * Needs answers for all calendars, to a query that holds every appointment; `starts` sorted.
 * Linear in appointments × calendars and in the answers' intervals.
 */
export function slotsOf(
  starts: readonly EpochMs[],
  durationMs: number,
  participants: readonly Participant[],
  answers: ReadonlyMap<CalendarId, CalendarAnswer>,
): Slots {
  const verdicts = new Map([...answers].map(([id, answer]) => [id, verdictsOf(answer, starts, durationMs)]));
  const team = new Uint8Array(starts.length);
  for (const participant of participants) worsen(team, verdictsTogether(participant, verdicts, starts.length));
  const at = (index: number): Interval | undefined => {
    const start = starts[index];
    return start === undefined ? undefined : { start, end: later(start, durationMs) };
  };
  const those = (verdict: number) => [...team.keys()].filter((index) => team[index] === verdict);
  const all = [...answers.values()];
  return {
    slots: those(FREE).flatMap((index) => {
      const interval = at(index);
      return interval === undefined ? [] : [{ ...interval, calendars: freeAt(index, verdicts) }];
    }),
    unknown: merged(those(UNKNOWN).flatMap((index) => at(index) ?? [])),
    state: worst(all),
    asOf: oldest(all),
  };
}

const freeAt = (index: number, verdicts: ReadonlyMap<CalendarId, Verdicts>): CalendarId[] => {
  const free: CalendarId[] = [];
  for (const [id, own] of verdicts) if (own[index] === FREE) free.push(id);
  return free;
};

function verdictsOf({ busy, unknown }: CalendarAnswer, starts: readonly EpochMs[], durationMs: number): Verdicts {
  const verdicts = new Uint8Array(starts.length);
  mark(verdicts, starts, durationMs, unknown, UNKNOWN);
  mark(verdicts, starts, durationMs, busy, BUSY); // last: busy at any instant wins
  return verdicts;
}

/** Every appointment that meets one of the intervals, both sorted, gets the verdict. */
function mark(
  verdicts: Verdicts,
  starts: readonly EpochMs[],
  durationMs: number,
  intervals: readonly Interval[],
  verdict: number,
): void {
  let next = 0;
  for (const [index, start] of starts.entries()) {
    while ((intervals[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next++;
    const one = intervals[next];
    if (one === undefined) return;
    if (one.start < start + durationMs) verdicts[index] = verdict;
  }
}

function verdictsTogether(
  { calendars, required }: Participant,
  verdicts: ReadonlyMap<CalendarId, Verdicts>,
  count: number,
): Verdicts {
  const [free, busy] = [new Uint16Array(count), new Uint16Array(count)];
  for (const id of calendars) {
    const own = verdicts.get(id);
    for (let index = 0; index < count; index++) {
      const verdict = own?.[index] ?? UNKNOWN;
      if (verdict === FREE) free[index] = (free[index] ?? 0) + 1;
      if (verdict === BUSY) busy[index] = (busy[index] ?? 0) + 1;
    }
  }
  const needed = neededFree(required, calendars.length);
  return Uint8Array.from(free, (count, index) => {
    if (count >= needed) return FREE;
    return calendars.length - (busy[index] ?? 0) >= needed ? UNKNOWN : BUSY;
  });
}

const worsen = (team: Verdicts, verdicts: Verdicts): void => {
  for (const [index, verdict] of verdicts.entries()) team[index] = Math.max(team[index] ?? BUSY, verdict);
};
