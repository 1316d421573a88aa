/** Instants as the clocks of a zone show them. */
import { Temporal } from "temporal-polyfill/implementation";
import { type EpochMs, instant, later, MINUTE_MS, SECOND_MS, twoDigits } from "./time.js";
import { meaningOf, type ZoneId } from "./zones.js";

/** No clock repeats more: two hours and a bit, to get from the end of a repeated hour to before its first showing. */
const STEPS_MAX = 180;

/** What a clock in the zone shows, read as if it were UTC. */
export const localOf = (at: EpochMs, zone: ZoneId): EpochMs => later(at, offsetMs(at, zone));

const offsetMs = (at: EpochMs, zone: ZoneId): number =>
  zone === "UTC" ? 0 : Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;

/**
 * The start of a busy time on the zone's clocks, without an offset. Where clocks show that time twice, an earlier one that
 * they show once: whichever of the two a reader takes it for, nothing busy is lost.
 * Units: `local` read as if it were UTC.
 */
export const localStart = (at: EpochMs, zone: ZoneId): EpochMs => shownOnce(at, zone, -MINUTE_MS);

/** The end of a busy time, likewise: a later one where clocks show it twice. */
export const localEnd = (at: EpochMs, zone: ZoneId): EpochMs => shownOnce(at, zone, MINUTE_MS);

function shownOnce(at: EpochMs, zone: ZoneId, stepMs: number): EpochMs {
  let local = localOf(at, zone);
  for (let steps = 1; steps <= STEPS_MAX && isRepeated(local, zone); steps++)
    local = localOf(later(at, steps * stepMs), zone);
  return local;
}

function isRepeated(local: EpochMs, zone: ZoneId): boolean {
  if (zone === "UTC") return false;
  const { earliest, latest } = meaningOf(local, zone);
  return earliest !== latest;
}

/** RFC 3339 with the zone's offset, as `2026-12-01T10:00:00+01:00`; `Z` in UTC. */
export function toOffsetTime(at: EpochMs, zone: ZoneId): string {
  if (zone === "UTC") return textOf(at, "Z");
  const minutes = Math.round(offsetMs(at, zone) / MINUTE_MS);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return textOf(later(at, minutes * MINUTE_MS), `${minutes < 0 ? "-" : "+"}${twoDigits(hours)}:${twoDigits(rest)}`);
}

/** To the second, with whatever follows. */
const textOf = (local: EpochMs, suffix: string): string =>
  new Date(instant(Math.floor(local / SECOND_MS) * SECOND_MS)).toISOString().replace(".000Z", suffix);
