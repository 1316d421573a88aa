/** From kept events to what a calendar shows between two instants. */

import { cached } from "../../shared/domain/cached.js";
import { dateNear, dateOf, dayOf } from "./dates.js";
import type { StoredEvent } from "./event.js";
import { OCCURRENCES_MAX } from "./limits.js";
import { seriesDates } from "./recurrence.js";
import { dateStart, instantOf } from "./zones.js";

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
    if (event.recurrence !== undefined) {
      touching.push(...series(event, mailboxZone, start, end).filter((instance) => touches(instance, start, end)));
      continue;
    }
    const instance = single(event, mailboxZone);
    if (touches(instance, start, end)) touching.push(instance);
  }
  return touching.sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
}

/** An event of no length counts where it stands. */
const touches = (instance: Instance, start: number, end: number): boolean =>
  instance.start < end && (instance.end > start || (instance.end === instance.start && instance.start === start));

/** Zone arithmetic is slow and kept events never change: what was found out once is remembered as long as the event is. */
const remembered = new WeakMap<StoredEvent, Map<string, Instance>>();

function once(event: StoredEvent, key: string, make: () => Instance): Instance {
  const ofEvent = remembered.get(event) ?? new Map<string, Instance>();
  if (ofEvent.size === 0) remembered.set(event, ofEvent);
  return cached(ofEvent, key, OCCURRENCES_MAX, make);
}

const single = (event: StoredEvent, mailboxZone: string): Instance =>
  once(event, mailboxZone, () => ({ id: event.id, type: "singleInstance", event, ...extent(event, mailboxZone) }));

type Extent = Pick<Instance, "start" | "end" | "dates">;

function extent(event: StoredEvent, mailboxZone: string): Extent {
  if (!event.isAllDay) return { start: event.startMs, end: event.endMs };
  return allDay({ start: event.start, end: event.end }, mailboxZone);
}

const allDay = (dates: { readonly start: string; readonly end: string }, mailboxZone: string): Extent => ({
  start: dateStart(dates.start, mailboxZone),
  end: dateStart(dates.end, mailboxZone),
  dates,
});

/** All of a series that could touch the window. A moved occurrence may come from any date of the pattern. */
function series(master: StoredEvent, mailboxZone: string, start: number, end: number): Instance[] {
  const { recurrence, exceptions } = master;
  if (recurrence === undefined) return [];
  // A day more on each side: the dates are those of a zone that may be up to 14 hours from UTC.
  const from = dateNear(start, -spanDays(master) - 1);
  const to = dateNear(end, 1);
  const last = [to, ...exceptions.keys()].sort().at(-1) ?? to;
  return seriesDates(recurrence, master.start.slice(0, 10), last)
    .filter((date) => (date >= from && date <= to) || exceptions.has(date))
    .filter((date) => exceptions.get(date) !== "deleted")
    .map((date) => once(master, `${mailboxZone} ${date}`, () => occurrence(master, date, mailboxZone)));
}

function occurrence(master: StoredEvent, date: string, mailboxZone: string): Instance {
  const kept = master.exceptions.get(date);
  const exception = kept === "deleted" ? undefined : kept;
  const inPattern = shifted(master, date, mailboxZone);
  return {
    id: occurrenceId(master.id, date),
    type: exception === undefined ? "occurrence" : "exception",
    seriesMasterId: master.id,
    originalStartMs: inPattern.start,
    event: exception ?? master,
    ...(exception === undefined ? inPattern : extent(exception, mailboxZone)),
  };
}

/** The series' times on another date: the wall clock keeps its face over a change of the clocks. */
function shifted(master: StoredEvent, date: string, mailboxZone: string): Extent {
  const times = occurrenceTimes(master, date);
  if (master.isAllDay) return allDay(times, mailboxZone);
  const from = instantOf(times.start, master.zone);
  return { start: from, end: Math.max(from, instantOf(times.end, master.zone)) };
}

const spanDays = ({ start, end }: StoredEvent): number => dayOf(end) - dayOf(start);

/** Start and end of an occurrence in the form in which the series keeps its own. */
export function occurrenceTimes(master: StoredEvent, date: string): { readonly start: string; readonly end: string } {
  const endDate = dateOf(dayOf(date) + spanDays(master));
  return { start: date + master.start.slice(10), end: endDate + master.end.slice(10) };
}
