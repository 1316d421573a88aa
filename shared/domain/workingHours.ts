/** When appointments may begin: working hours by the clock on the wall, on days of 23, 24 or 25 hours. */
import type { Interval } from "./blocks.js";
import { merged } from "./intervals.js";
import { type Stretch, stretchesOf } from "./stretches.js";
import { DAY_MS, type EpochMs, earliest, instant, later, latest } from "./time.js";
import type { ZoneId } from "./zones.js";

/** In the order of `Date`'s own day numbers. */
export const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Weekday = (typeof WEEKDAYS)[number];
/** 1970-01-01 was a Thursday. */
const EPOCH_WEEKDAY = 4;

/** One period of each of these days, as a clock on the wall shows it: milliseconds after 00:00, start before end ≤ 24 h. */
export interface WorkingHours {
  readonly days: readonly Weekday[];
  readonly startMs: number;
  readonly endMs: number;
}

export interface Offer {
  readonly hours: readonly WorkingHours[];
  readonly zone: ZoneId;
  readonly stepMs: number;
  /** Time that passes, whatever clocks show meanwhile. */
  readonly durationMs: number;
}

/**
 * The instants at which an appointment may begin so that all of it lies in one working period and within `range`: where the
 * clock shows the period's start or whole steps after it. A time that the clock leaves out is none; one that it shows twice is two.
 * Sorted, each once. `undefined`: there would be more than `max`.
 */
export function startsIn(range: Interval, offer: Offer, max: number): readonly EpochMs[] | undefined {
  // No clock is further from UTC than a day, and a change of date on the spot is at most one more.
  const stretches = stretchesOf(offer.zone, {
    start: later(range.start, -2 * DAY_MS),
    end: later(range.end, 2 * DAY_MS),
  });
  const starts = new Set<EpochMs>();
  for (let day = Math.floor(range.start / DAY_MS) - 2; day <= Math.ceil(range.end / DAY_MS) + 2; day++)
    for (const hours of offer.hours) {
      if (!hours.days.includes(weekdayOf(day))) continue;
      const local = { start: instant(day * DAY_MS + hours.startMs), end: instant(day * DAY_MS + hours.endMs) };
      for (const start of startsOfPeriod(local, stretches, range, offer)) {
        starts.add(start);
        if (starts.size > max) return undefined;
      }
    }
  return [...starts].sort((a, b) => a - b);
}

const weekdayOf = (day: number): Weekday => WEEKDAYS.at((day + EPOCH_WEEKDAY) % WEEKDAYS.length) ?? "thu";

/** `local`: the period as if its clock showed UTC. */
function* startsOfPeriod(
  local: Interval,
  stretches: readonly Stretch[],
  range: Interval,
  { stepMs, durationMs }: Offer,
): Generator<EpochMs> {
  const parts = stretches.flatMap((stretch) => partIn(stretch, local));
  const whole = merged(parts); // two, where clocks go back over the period's end
  for (const { start, end, offsetMs } of parts) {
    const period = whole.find((one) => one.start <= start && end <= one.end);
    const last = earliest(later(end, -1), later(earliest(period?.end ?? end, range.end), -durationMs));
    const steps = Math.ceil((latest(start, range.start) + offsetMs - local.start) / stepMs);
    for (let at = local.start + steps * stepMs - offsetMs; at <= last; at += stepMs) yield instant(at);
  }
}

/** The time in which the clock, as this stretch sets it, shows a time of the period. */
function partIn({ start, end, offsetMs }: Stretch, local: Interval): Stretch[] {
  const from = latest(start, later(local.start, -offsetMs));
  const until = earliest(end, later(local.end, -offsetMs));
  return from < until ? [{ start: from, end: until, offsetMs }] : [];
}
