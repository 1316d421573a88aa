/** Events become blocks [R10]: when somebody is busy, and nothing else of what the event was. */
import type { Layer, Layers, Span, Status } from "./blocks.js";
import type { CalendarEvent, ZonedTime } from "./event.js";
import { merged } from "./intervals.js";
import { DAYS_MAX, LAYER_KINDS, MINUTES_MAX } from "./packing.js";
import { DAY_MS, type EpochMs, later, MINUTE_MS, SECOND_MS, utcInstant } from "./time.js";
import { meaningOf, resolveZone } from "./zones.js";

export type Mapped =
  | { readonly kind: "layers"; readonly layers: Layers; readonly events: number }
  /** `detail` is safe to store and log: nothing of an event is in it. */
  | { readonly kind: "malformed"; readonly detail: string };

/** Graph's `showAs` in lower case. What is not listed, absent or new, is busy: unknown is never free. */
const SHOW_AS: ReadonlyMap<string, Status | "free"> = new Map([
  ["free", "free"],
  ["tentative", "tentative"],
  ["busy", "busy"],
  ["oof", "oof"],
  ["workingelsewhere", "workingElsewhere"],
]);

/**
 * The blocks of a whole view. One event that cannot be understood makes all of it malformed: a view is never stored in
 * part [R5]. An event that blocks nothing is not asked for its times: they decide nothing, and one broken cancelled
 * meeting must not keep a calendar from being read.
 */
export function layersOf(events: readonly CalendarEvent[]): Mapped {
  const blocks: Blocked[] = [];
  for (const event of events) {
    const status = statusOf(event);
    if (status === "free") continue;
    const span = event.isAllDay ? daysOf(event) : minutesOf(event);
    if (typeof span === "string") return { kind: "malformed", detail: span };
    blocks.push({ status, allDay: event.isAllDay, span });
  }
  return { kind: "layers", layers: layered(blocks), events: events.length };
}

interface Blocked {
  readonly status: Status;
  readonly allDay: boolean;
  readonly span: Span;
}

function statusOf({ isCancelled, response, showAs }: CalendarEvent): Status | "free" {
  if (isCancelled || response?.toLowerCase() === "declined") return "free";
  return SHOW_AS.get(showAs?.toLowerCase() ?? "") ?? "busy";
}

/** In canonical order, merged inside one kind and never across, those that are empty left out [D2]. */
const layered = (blocks: readonly Blocked[]): Layers =>
  LAYER_KINDS.map(({ status, allDay }): Layer => {
    const own = blocks.filter((one) => one.status === status && one.allDay === allDay);
    return { status, allDay, spans: merged(own.map(({ span }) => keepable(span, allDay ? DAYS_MAX : MINUTES_MAX))) };
  }).filter(({ spans }) => spans.length > 0);

/** No window reaches what is cut off here: before 1970 and after 9999. */
const keepable = ({ start, end }: Span, max: number): Span => ({ start: Math.max(start, 0), end: Math.min(end, max) });

/**
 * Days from the digits alone, whatever zone they are labelled with: Graph shows an all-day event's dates alike in every
 * zone. The end is exclusive; a time past midnight has begun its day. Never less than the first day.
 */
function daysOf(event: CalendarEvent): Span | string {
  const start = wallClock(event.start, Math.floor);
  const end = wallClock(event.end, Math.ceil);
  if (start === undefined || end === undefined) return unreadable(start);
  const firstDay = Math.floor(start / DAY_MS);
  return { start: firstDay, end: Math.max(Math.ceil(end / DAY_MS), firstDay + 1) };
}

/**
 * Minutes, from the earliest that the start can mean to the latest that the end can, floored and ceiled. So an event
 * without length blocks the minute it lies within, and nothing where it is on a minute.
 */
function minutesOf(event: CalendarEvent): Span | string {
  const start = wallClock(event.start, Math.floor);
  const end = wallClock(event.end, Math.ceil);
  if (start === undefined || end === undefined) return unreadable(start);
  const from = meaningOf(start, resolveZone(event.start.timeZone)).earliest;
  const until = meaningOf(end, resolveZone(event.end.timeZone)).latest;
  if (until < from) return "an event ends before it starts";
  return { start: Math.floor(from / MINUTE_MS), end: Math.ceil(until / MINUTE_MS) };
}

const unreadable = (start: EpochMs | undefined): string =>
  `an event has no readable ${start === undefined ? "start" : "end"}`;

/** Graph sends 7 decimals and never an offset. Source: https://learn.microsoft.com/graph/api/resources/datetimetimezone */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?$/;

/** The digits read as if they were UTC, whatever zone the process is in; what is finer than milliseconds is rounded. */
function wallClock({ dateTime }: ZonedTime, round: (ms: number) => number): EpochMs | undefined {
  if (!DATE_TIME.test(dateTime)) return undefined;
  const part = (from: number, to: number): number => Number(dateTime.slice(from, to));
  const whole = utcInstant(part(0, 4), part(5, 7), part(8, 10), part(11, 13), part(14, 16), part(17, 19));
  return whole === undefined ? undefined : later(whole, round(part(19, dateTime.length) * SECOND_MS));
}
