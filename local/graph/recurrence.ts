/** The dates of a series. Times of day and zones are no concern of this file. */
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import { OCCURRENCES_MAX } from "./limits.js";

/** Monday first, as Temporal counts. */
export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

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
  const last = recurrence.until !== undefined && recurrence.until < lastDate ? recurrence.until : lastDate;
  const most = Math.min(recurrence.count ?? OCCURRENCES_MAX, OCCURRENCES_MAX);
  const dates: string[] = [];
  for (let step = 0; step < OCCURRENCES_MAX && dates.length < most; step += 1) {
    const found = datesOfStep(recurrence, Temporal.PlainDate.from(firstDate), step).map(String);
    const first = found[0];
    if (first === undefined || first > last) break;
    dates.push(...found.filter((date) => date >= firstDate && date <= last));
  }
  return dates.slice(0, most);
}

/** What the n-th day, week or month of the pattern contributes; a first week may begin before the series does. */
function datesOfStep(recurrence: Recurrence, first: Temporal.PlainDate, step: number): Temporal.PlainDate[] {
  const { pattern, interval } = recurrence;
  switch (pattern) {
    case "daily":
      return [first.add({ days: step * interval })];
    case "weekly":
      return daysOfWeek(recurrence, first).map((day) => sunday(first).add({ days: step * interval * 7 + (day % 7) }));
    case "monthly":
      return [
        first
          .with({ day: 1 })
          .add({ months: step * interval })
          .with({ day: recurrence.dayOfMonth ?? first.day }),
      ];
    default:
      return pattern satisfies never;
  }
}

/** Days 1 (Monday) to 7 (Sunday), in the order in which a week that begins on Sunday has them: Graph's default. */
function daysOfWeek({ daysOfWeek: names }: Recurrence, first: Temporal.PlainDate): number[] {
  const days = names?.map((name) => DAYS.indexOf(name) + 1) ?? [first.dayOfWeek];
  return [...new Set(days)].sort((a, b) => (a % 7) - (b % 7));
}

const sunday = (date: Temporal.PlainDate): Temporal.PlainDate => date.subtract({ days: date.dayOfWeek % 7 });
