/** What an answer says of one calendar, so that nobody takes unknown time for free. */
import type { FreshCalendar, Interval, StaleCalendar, UnknownCalendar } from "./types.js";

/** A union on `state`: only a calendar of which something is known has a `busy`, and `unknown` beside it. */
export type Calendar = FreshCalendar | StaleCalendar | NothingKnown;

/** Its `busy` would be empty, which is not to say free. */
export type NothingKnown = Omit<UnknownCalendar, "busy" | "blocks">;

/** The answer's calendar without what it does not know. */
export function withoutGuesses(calendar: FreshCalendar | StaleCalendar | UnknownCalendar): Calendar {
  if (calendar.state !== "unknown") return calendar;
  const { busy: _busy, blocks: _blocks, ...rest } = calendar;
  return rest;
}

/**
 * When the calendar is known to be free, of the time that the answer is about: in neither `busy` nor `unknown`.
 * `range` is the answer itself. Sorted; none for a calendar of which nothing is known.
 */
export function freeTimes(calendar: Calendar, range: Interval): Interval[] {
  if (calendar.state === "unknown") return [];
  const taken = [...calendar.busy, ...calendar.unknown].map(instants).sort((a, b) => a.start - b.start);
  const { start, end } = instants(range);
  const free: Interval[] = [];
  let from = start;
  for (const one of [...taken, { start: end, end }]) {
    if (one.start > from) free.push({ start: rfc3339(from), end: rfc3339(Math.min(one.start, end)) });
    from = Math.max(from, one.end);
  }
  return free;
}

const instants = ({ start, end }: Interval) => ({ start: Date.parse(start), end: Date.parse(end) });

const rfc3339 = (at: number): string => new Date(at).toISOString().replace(".000Z", "Z");
