/** The dates of a series. Times of day and zones are no concern of this file. */
import { z } from "zod";
import { dateOf, dayOf, dayOfMonth, weekdayOf } from "./dates.js";
import { OCCURRENCES_MAX } from "./limits.js";

/** A week begins on Sunday unless told otherwise: https://learn.microsoft.com/graph/api/resources/recurrencepattern */
export const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

export const Recurrence = z.strictObject({
  pattern: z.enum(["daily", "weekly", "monthly"]),
  /** Every so many days, weeks or months. */
  interval: z.int().min(1).max(99).default(1),
  /** Weekly only; the start's own day if absent. */
  daysOfWeek: z.array(z.enum(DAYS)).min(1).optional(),
  /** Monthly only; the start's own day if absent. In shorter months the last day, as in Outlook. */
  dayOfMonth: z.int().min(1).max(31).optional(),
  /** So many occurrences. Without `count` and `until` the series has no end. */
  count: z.int().min(1).max(OCCURRENCES_MAX).optional(),
  /** Last date, inclusive. */
  until: z.iso.date().optional(),
});
export type Recurrence = z.output<typeof Recurrence>;

/** The dates of the series from its first up to `last`, ascending. Bounded by OCCURRENCES_MAX. */
export function seriesDates(recurrence: Recurrence, firstDate: string, lastDate: string): string[] {
  const { until = lastDate, count = OCCURRENCES_MAX } = recurrence;
  const first = dayOf(firstDate);
  const last = dayOf(until < lastDate ? until : lastDate);
  const days: number[] = [];
  for (let step = 0; step < OCCURRENCES_MAX && days.length < count; step += 1) {
    const found = daysOfStep(recurrence, first, step);
    if ((found[0] ?? last + 1) > last) break;
    days.push(...found.filter((day) => day >= first && day <= last));
  }
  return days.slice(0, count).map(dateOf);
}

/** What the n-th day, week or month of the pattern contributes; a first week may begin before the series does. */
function daysOfStep(recurrence: Recurrence, first: number, step: number): number[] {
  const { pattern, interval } = recurrence;
  switch (pattern) {
    case "daily":
      return [first + step * interval];
    case "weekly":
      return weekdays(recurrence, first).map((weekday) => first - weekdayOf(first) + step * interval * 7 + weekday);
    case "monthly":
      return [dayOfMonth(first, step * interval, recurrence.dayOfMonth ?? new Date(dateOf(first)).getUTCDate())];
    default:
      return pattern satisfies never;
  }
}

/** Ascending, 0 Sunday to 6 Saturday. */
function weekdays({ daysOfWeek }: Recurrence, first: number): number[] {
  const days = daysOfWeek?.map((name) => DAYS.indexOf(name)) ?? [weekdayOf(first)];
  return [...new Set(days)].sort((a, b) => a - b);
}
