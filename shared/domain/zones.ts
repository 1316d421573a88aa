/** Time zones: what a zone's name means, and when its days begin. */
import { Temporal } from "temporal-polyfill/implementation";
import type { Interval, Span } from "./blocks.js";
import { cached } from "./cached.js";
import { DAY_MS, type EpochMs, earliest, HOUR_MS, instant, later, latest } from "./time.js";
import windowsZones from "./windowsZones.json" with { type: "json" };

declare const zoneId: unique symbol;
/** The name of an IANA zone that this process knows. */
export type ZoneId = string & { readonly [zoneId]: true };

/** No zone is further ahead of UTC, and none further behind. Source: https://www.iana.org/time-zones */
const AHEAD_MAX_MS = 14 * HOUR_MS;
const BEHIND_MAX_MS = 12 * HOUR_MS;

/** Longer than any zone's name; a text from outside must not fill the cache. */
const NAME_LENGTH_MAX = 100;
const RESOLVED_NAMES_MAX = 1_000;
/** About 6 MB at most: the 366 days of a request in a hundred zones. A midnight costs 13 µs to compute. */
const MIDNIGHTS_MAX = 40_000;

/** The last is Graph's own name, which no list of zones has. */
const UTC_NAMES: ReadonlySet<string> = new Set(["utc", "etc/utc", "tzone://microsoft/utc"]);
const windowsNames = new Map(Object.entries(windowsZones).map(([name, zone]) => [name.toLowerCase(), zone]));
const resolvedNames = new Map<string, ZoneId | undefined>();
const midnights = new Map<string, EpochMs>();

/**
 * The zone of a Windows or IANA name, in any letter case. `undefined` for what names no zone: nothing, custom zones,
 * offsets such as `+01:00`, abbreviations that mean several zones. No zone is never taken for UTC [R10].
 */
export function resolveZone(name: string | undefined): ZoneId | undefined {
  if (name === undefined || name.length > NAME_LENGTH_MAX) return undefined;
  return cached(resolvedNames, name, RESOLVED_NAMES_MAX, lookUp);
}

function lookUp(name: string): ZoneId | undefined {
  const key = name.toLowerCase();
  if (UTC_NAMES.has(key)) return "UTC" as ZoneId;
  if (!/^[a-z]/.test(key)) return undefined; // Temporal takes an offset for a zone
  try {
    return new Temporal.ZonedDateTime(0n, windowsNames.get(key) ?? name).timeZoneId as ZoneId;
  } catch (error) {
    if (error instanceof RangeError) return undefined; // how Temporal says that it knows no such zone
    throw error;
  }
}

/**
 * When an all-day event blocks: from the midnight its first day begins with to the midnight after its last day, 23 or 25
 * hours on days when clocks change. With several zones from the earliest to the latest of these midnights; with none
 * from the earliest to the latest there can be: unknown is not free [R10].
 * Units: the span in days since the epoch. Empty only for a day that the zone has left out of its calendar.
 */
export function dayInterval(span: Span, zones: readonly ZoneId[]): Interval {
  if (zones.length === 0)
    return {
      start: instant(span.start * DAY_MS - AHEAD_MAX_MS),
      end: instant(span.end * DAY_MS + BEHIND_MAX_MS),
    };
  return {
    start: earliest(...zones.map((zone) => startOfDay(span.start, zone))),
    end: latest(...zones.map((zone) => startOfDay(span.end, zone))),
  };
}

/** The first instant of a day, which is not always 00:00. */
const startOfDay = (day: number, zone: ZoneId): EpochMs =>
  zone === "UTC"
    ? instant(day * DAY_MS)
    : cached(midnights, `${day} ${zone}`, MIDNIGHTS_MAX, () =>
        instant(dateOf(day).toZonedDateTime(zone).epochMilliseconds),
      );

/** Every instant that a wall-clock time can mean lies between these two, both included. */
export interface Meaning {
  readonly earliest: EpochMs;
  readonly latest: EpochMs;
}

/**
 * What a wall-clock time means in a zone: one instant; the first and the second where clocks are put back over it;
 * where they are put forward over it, what it would be by the clock before and after. In no known zone anything from
 * UTC+14 to UTC−12 [R10].
 * Units: `local` is the wall-clock time read as if it were UTC.
 */
export function meaningOf(local: EpochMs, zone: ZoneId | undefined): Meaning {
  if (zone === undefined) return { earliest: later(local, -AHEAD_MAX_MS), latest: later(local, BEHIND_MAX_MS) };
  const day = Math.floor(local / DAY_MS);
  const timeMs = local - day * DAY_MS;
  const dayStart = startOfDay(day, zone);
  // Where no clock is changed, midnight tells all the rest. The next day counts: at 00:01 St. John's went back to 23:01.
  const isPlain = startOfDay(day + 2, zone) - dayStart === 2 * DAY_MS;
  return isPlain ? only(later(dayStart, timeMs)) : onChangedDay(day, timeMs, zone);
}

const only = (at: EpochMs): Meaning => ({ earliest: at, latest: at });

function onChangedDay(day: number, timeMs: number, zone: ZoneId): Meaning {
  const local = dateOf(day).toPlainDateTime().add({ milliseconds: timeMs });
  const [first, second] = (["earlier", "later"] as const).map((disambiguation) =>
    instant(local.toZonedDateTime(zone, { disambiguation }).epochMilliseconds),
  ) as [EpochMs, EpochMs];
  return { earliest: first, latest: second };
}

const EPOCH = new Temporal.PlainDate(1970, 1, 1);
const dateOf = (day: number): Temporal.PlainDate => EPOCH.add({ days: day });
