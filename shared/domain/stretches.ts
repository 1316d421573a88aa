/** How a zone's clocks are set, stretch by stretch: between the instants at which they are changed. */
import { Temporal } from "temporal-polyfill/implementation";
import type { Interval } from "./blocks.js";
import { type EpochMs, instant } from "./time.js";
import type { ZoneId } from "./zones.js";

/** Time in which the zone's clocks show UTC plus `offsetMs`. */
export interface Stretch extends Interval {
  readonly offsetMs: number;
}

/** Some zone changed its clocks four times in one year; a year and its edges have fewer than twice that. */
const STRETCHES_MAX = 10;
const NANOSECONDS = 1_000_000n;

/**
 * The stretches that the interval consists of, in order: one where no clock is changed. About 0.1 ms a change.
 * Errors: throws for intervals that hold more changes than a year can.
 */
export function stretchesOf(zone: ZoneId, { start, end }: Interval): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = start;
  while (from < end && stretches.length < STRETCHES_MAX) {
    const here = new Temporal.ZonedDateTime(BigInt(from) * NANOSECONDS, zone);
    const change = here.getTimeZoneTransition("next")?.epochMilliseconds ?? end;
    const until: EpochMs = instant(Math.min(change, end));
    stretches.push({ start: from, end: until, offsetMs: here.offsetNanoseconds / Number(NANOSECONDS) });
    from = until;
  }
  if (from < end) throw new RangeError("more changes of a clock than a year can have");
  return stretches;
}
