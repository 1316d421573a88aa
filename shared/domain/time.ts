/** Instants and spans. The one place that knows how many milliseconds anything has. */
import { cached } from "./cached.js";

declare const epochMs: unique symbol;
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number & { readonly [epochMs]: true };

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Brands a number that is known to be epoch milliseconds. */
export const instant = (ms: number): EpochMs => ms as EpochMs;

export const later = (at: EpochMs, byMs: number): EpochMs => instant(at + byMs);

/** The earliest of the instants given; at least one. */
export const earliest = (...instants: readonly EpochMs[]): EpochMs => instant(Math.min(...instants));

/** The latest of the instants given; at least one. */
export const latest = (...instants: readonly EpochMs[]): EpochMs => instant(Math.max(...instants));

/** Midnight UTC at or before an instant. */
export const startOfUtcDay = (at: EpochMs): EpochMs => instant(Math.floor(at / DAY_MS) * DAY_MS);

/**
 * RFC 3339 in UTC; milliseconds only where there are some, as `2026-12-01T09:00:00Z`.
 * Whole minutes, of which answers consist, are put together from parts: a long answer has tens of thousands of them.
 */
export function toRfc3339(at: EpochMs): string {
  const day = Math.floor(at / DAY_MS);
  const time = MINUTES_OF_DAY[(at - day * DAY_MS) / MINUTE_MS];
  return time === undefined ? new Date(at).toISOString().replace(".000Z", "Z") : dateTextOf(day) + time;
}

export const twoDigits = (value: number): string => String(value).padStart(2, "0");
/** From `T00:00:00Z` to `T23:59:00Z`. */
const MINUTES_OF_DAY = Array.from(
  { length: DAY_MS / MINUTE_MS },
  (_, minute) => `T${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}:00Z`,
);

/** The days of some requests. */
const DATE_TEXTS_MAX = 4_000;
const dateTexts = new Map<number, string>();

const dateTextOf = (day: number): string =>
  cached(dateTexts, day, DATE_TEXTS_MAX, () => new Date(day * DAY_MS).toISOString().replace(/T.*/, ""));

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d{2}):(\d{2}))$/;

/**
 * Reads RFC 3339: a date, a time with seconds and an offset, all three.
 * `undefined` for anything else, for a date that no calendar has and for a leap second, which no Outlook time holds.
 */
export function parseRfc3339(text: string): EpochMs | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, ...number[]];
  const local = utcInstant(year, month, day, hour, minute, second);
  if (local === undefined) return undefined;
  const fractionMs = Math.floor(Number(`0.${match[7] ?? "0"}`) * SECOND_MS);
  const offsetMinutes = Number(match[10] ?? 0) * 60 + Number(match[11] ?? 0);
  if (Number(match[10] ?? 0) > 23 || Number(match[11] ?? 0) > 59) return undefined;
  const sign = match[9] === "-" ? -1 : 1;
  return instant(local + fractionMs - sign * offsetMinutes * MINUTE_MS);
}

/** A wall-clock time read as UTC; `undefined` where a part is missing or out of range (30 February, 24:00). */
export function utcInstant(
  year: number,
  month = 0,
  day = 0,
  hour = Number.NaN,
  minute = Number.NaN,
  second = 0,
): EpochMs | undefined {
  const isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!isTime || !isDate || year < FIRST_YEAR) return undefined;
  return instant(Date.UTC(year, month - 1, day, hour, minute, second));
}

/** `Date.UTC` takes years before it for those of the 20th century. */
export const FIRST_YEAR = 100;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}
