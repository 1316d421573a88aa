/** Dates relative to the day of the run, so that the demo's calendars never grow old. */
import { dateOf, dayOf, weekdayOf } from "../graph/dates.js";

/** "2026-12-01" some days later. */
export const daysAfter = (date: string, days: number): string => dateOf(dayOf(date) + days);

/** The UTC date of an instant. */
export const dateAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Monday of the week of a date. */
export const mondayOf = (date: string): string => daysAfter(date, -((weekdayOf(dayOf(date)) + 6) % 7));

const isWorkday = (date: string): boolean => weekdayOf(dayOf(date)) % 6 !== 0;

/** Monday to Friday from `days` after a date on, so many of them. */
export function workdays(date: string, days: number, count: number): string[] {
  const weeks = Math.ceil(count / 5) + 1;
  const all = Array.from({ length: weeks * 7 }, (_, index) => daysAfter(date, days + index));
  return all.filter(isWorkday).slice(0, count);
}

/** The first workday after a date. */
export const nextWorkday = (date: string): string => workdays(date, 1, 1)[0] ?? date;
