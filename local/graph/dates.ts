/** Calendar dates, "2026-12-01", as days since 1970: a series of years is counted in microseconds. */

const DAY_MS = 86_400_000;

export const dayOf = (date: string): number => Date.parse(date.slice(0, 10)) / DAY_MS;

export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** The UTC date of an instant, moved by some days. */
export const dateNear = (ms: number, days: number): string => dateOf(Math.floor(ms / DAY_MS) + days);

/** 0 Sunday to 6 Saturday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

/** A day of the month so many months after that of `day`; the last one where the month is shorter. */
export function dayOfMonth(day: number, months: number, wanted: number): number {
  const date = new Date(day * DAY_MS);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 1);
  return first / DAY_MS + Math.min(wanted, (next - first) / DAY_MS) - 1;
}
