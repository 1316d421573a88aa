/** From kept events to what a calendar shows between two instants. */
import { Temporal } from "temporal-polyfill";
import type { StoredEvent } from "./event.js";
import { seriesDates } from "./recurrence.js";
import { dateStart, instantOf, wallOf } from "./zones.js";

/** Times of one appearance, epoch milliseconds, half-open. */
export interface Instance {
  readonly id: string;
  readonly type: "singleInstance" | "occurrence" | "exception";
  readonly seriesMasterId?: string;
  /** Where the pattern puts it; only of occurrences and exceptions. */
  readonly originalStartMs?: number;
  readonly start: number;
  readonly end: number;
  /** Of all-day events: the first date, and the one after the last. */
  readonly dates?: { readonly start: string; readonly end: string };
  readonly event: StoredEvent;
}

/** The id of an occurrence is derived from the date the pattern gives it. */
export const occurrenceId = (seriesId: string, date: string): string => `${seriesId}.${date}`;

/** Series id and date of an occurrence's id; `undefined` for every other id. */
export function parseOccurrenceId(id: string): { readonly seriesId: string; readonly date: string } | undefined {
  const match = /^(.+)\.(\d{4}-\d{2}-\d{2})$/.exec(id);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { seriesId: match[1], date: match[2] };
}

/** What touches [start, end), sorted by start. All-day events begin at the midnight of the mailbox's zone. */
export function instancesWithin(
  events: Iterable<StoredEvent>,
  mailboxZone: string,
  start: number,
  end: number,
): Instance[] {
  const touching: Instance[] = [];
  for (const event of events) {
    const all = event.recurrence === undefined ? [single(event, mailboxZone)] : series(event, mailboxZone, end);
    touching.push(...all.filter((instance) => touches(instance, start, end)));
  }
  return touching.sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
}

/** An event of no length counts where it stands. */
const touches = (instance: Instance, start: number, end: number): boolean =>
  instance.start < end && (instance.end > start || (instance.end === instance.start && instance.start === start));

const single = (event: StoredEvent, mailboxZone: string): Instance => ({
  id: event.id,
  type: "singleInstance",
  event,
  ...extent(event, mailboxZone),
});

type Extent = Pick<Instance, "start" | "end" | "dates">;

function extent(event: StoredEvent, mailboxZone: string): Extent {
  if (!event.isAllDay) return { start: event.startMs, end: event.endMs };
  const dates = { start: event.start, end: event.end };
  return { start: dateStart(dates.start, mailboxZone), end: dateStart(dates.end, mailboxZone), dates };
}

/** All of a series that could touch what lies before `end`. A moved occurrence may come from any date of the pattern. */
function series(master: StoredEvent, mailboxZone: string, end: number): Instance[] {
  const { recurrence, exceptions } = master;
  if (recurrence === undefined) return [];
  const exceptionDates = [...exceptions.keys()].sort();
  const lastDate = [wallOf(end, master.zone).slice(0, 10), exceptionDates.at(-1) ?? ""].sort().at(-1) ?? "";
  return seriesDates(recurrence, master.start.slice(0, 10), lastDate).flatMap((date) => {
    const exception = exceptions.get(date);
    return exception === "deleted" ? [] : [occurrence(master, exception, date, mailboxZone)];
  });
}

function occurrence(master: StoredEvent, exception: StoredEvent | undefined, date: string, zone: string): Instance {
  const inPattern = shifted(master, date, zone);
  return {
    id: occurrenceId(master.id, date),
    type: exception === undefined ? "occurrence" : "exception",
    seriesMasterId: master.id,
    originalStartMs: inPattern.start,
    event: exception ?? master,
    ...(exception === undefined ? inPattern : extent(exception, zone)),
  };
}

/** The series' times on another date: the wall clock keeps its face over a change of the clocks. */
function shifted(master: StoredEvent, date: string, mailboxZone: string): Extent {
  const { start, end } = occurrenceTimes(master, date);
  if (master.isAllDay)
    return { start: dateStart(start, mailboxZone), end: dateStart(end, mailboxZone), dates: { start, end } };
  const from = instantOf(start, master.zone);
  return { start: from, end: Math.max(from, instantOf(end, master.zone)) };
}

/** Start and end of an occurrence in the form in which the series keeps its own. */
export function occurrenceTimes(master: StoredEvent, date: string): { readonly start: string; readonly end: string } {
  const days = (text: string) => Temporal.PlainDate.from(text.slice(0, 10));
  const span = days(master.start).until(days(master.end)).days;
  const endDate = days(date).add({ days: span }).toString();
  return { start: date + master.start.slice(10), end: endDate + master.end.slice(10) };
}
