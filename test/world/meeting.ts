/** What somebody writes into a calendar, as the world remembers it: its own notes, from which the truth is computed. */
import type { EventInput } from "../../local/graph/event.js";

export const MINUTES_A_DAY = 1_440;
export const SECONDS_A_DAY = 86_400;

/** When something is, by the clocks of its zone. Of all-day meetings `second` is 0 and `seconds` whole days. */
export interface Times {
  /** Local date, days since 1970. */
  readonly day: number;
  readonly second: number;
  readonly seconds: number;
}

export interface Repeat {
  /** Every so many days, or on these weekdays (0 Sunday) of every so many weeks. */
  readonly every: number;
  readonly weekdays?: readonly number[];
  /** Last date, inclusive. */
  readonly until?: number;
  /** Of daily ones only. */
  readonly count?: number;
}

export interface Meeting extends Times {
  readonly id: string;
  readonly showAs: NonNullable<EventInput["showAs"]>;
  /** Cancelled, or declined: there, and in nobody's way. */
  readonly gone?: "cancelled" | "declined";
  readonly allDay: boolean;
  /** As Outlook is told, and what it means. */
  readonly zone: { readonly name: string; readonly iana: string };
  readonly repeat?: Repeat;
  /** Date in the pattern → where that occurrence went, if anywhere. */
  readonly exceptions: ReadonlyMap<number, Times | "deleted">;
}

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

export const dateText = (day: number): string => new Date(day * SECONDS_A_DAY * 1_000).toISOString().slice(0, 10);

/** The meeting's times as Outlook takes them. */
export function timesText(
  { day, second, seconds }: Times,
  allDay: boolean,
): { readonly start: string; readonly end: string } {
  if (allDay) return { start: dateText(day), end: dateText(day + seconds / SECONDS_A_DAY) };
  const text = (at: number): string => new Date((day * SECONDS_A_DAY + at) * 1_000).toISOString().slice(0, 19);
  return { start: text(second), end: text(second + seconds) };
}

/** `subject`: something private. */
export function inputOf(meeting: Meeting, subject: string): EventInput {
  const { id, showAs, gone, allDay, zone, repeat } = meeting;
  return {
    ...{ id, subject, showAs, isAllDay: allDay, timeZone: zone.name },
    ...timesText(meeting, allDay),
    ...(gone === "cancelled" && { isCancelled: true }),
    ...(gone === "declined" && { response: "declined" as const }),
    ...(repeat !== undefined && { recurrence: recurrenceOf(repeat) }),
  };
}

const recurrenceOf = ({ every, weekdays, until, count }: Repeat): NonNullable<EventInput["recurrence"]> => ({
  pattern: weekdays === undefined ? "daily" : "weekly",
  interval: every,
  ...(weekdays !== undefined && { daysOfWeek: weekdays.map((day) => WEEKDAYS[day] ?? "sunday") }),
  ...(until !== undefined && { until: dateText(until) }),
  ...(count !== undefined && { count }),
});
