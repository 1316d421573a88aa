/** Which time a snapshot covers, and which time Graph is asked for so that it really does [R11]. */
import type { Interval } from "./blocks.js";
import { WINDOW_EXTRA_DAYS, WINDOW_PADDING_DAYS } from "./policy.js";
import { DAY_MS, type EpochMs, later, startOfUtcDay } from "./time.js";

/** From the start of yesterday, UTC, to `horizonDays` and two more days past today's start. Moves at every refresh. */
export function windowAt(now: EpochMs, horizonDays: number): Interval {
  const today = startOfUtcDay(now);
  return { start: later(today, -DAY_MS), end: later(today, (horizonDays + WINDOW_EXTRA_DAYS) * DAY_MS) };
}

/** Graph selects all-day events by the midnight of another zone than the reader's: two more days on each side. */
export const askedFor = ({ start, end }: Interval): Interval => ({
  start: later(start, -WINDOW_PADDING_DAYS * DAY_MS),
  end: later(end, WINDOW_PADDING_DAYS * DAY_MS),
});
