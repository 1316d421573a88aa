/** One event as it is kept: wall times and the zone they are meant in, as Outlook keeps them. */
import { z } from "zod";
import { parseInput, SimulatorInputError } from "./inputError.js";
import { Recurrence } from "./recurrence.js";
import { hasOffset, instantOf, resolveZone, wallOf } from "./zones.js";

const SHOW_AS = ["free", "tentative", "busy", "oof", "workingElsewhere", "unknown"] as const;
const RESPONSES = ["none", "organizer", "tentativelyAccepted", "accepted", "notResponded", "declined"] as const;

/**
 * What callers say of an event. `start` and `end`: "2026-12-01T10:00" is meant in the event's zone, a time with `Z` or an
 * offset is an instant; all-day events have dates, the end exclusive. `timeZone`: Windows or IANA, the mailbox's if absent.
 */
export const EventInput = z.strictObject({
  id: z.string().min(1).optional(),
  subject: z.string().default("Meeting"),
  start: z.string(),
  end: z.string(),
  timeZone: z.string().optional(),
  isAllDay: z.boolean().default(false),
  showAs: z.enum(SHOW_AS).default("busy"),
  response: z.enum(RESPONSES).default("organizer"),
  isCancelled: z.boolean().default(false),
  sensitivity: z.enum(["normal", "personal", "private", "confidential"]).default("normal"),
  recurrence: Recurrence.optional(),
});
export type EventInput = z.input<typeof EventInput>;

/** What may change of an event; the id may not. `recurrence: null` makes a series a single event. */
export const EventChanges = z.strictObject({
  subject: z.string().optional(),
  start: z.string().optional(),
  end: z.string().optional(),
  timeZone: z.string().optional(),
  isAllDay: z.boolean().optional(),
  showAs: z.enum(SHOW_AS).optional(),
  response: z.enum(RESPONSES).optional(),
  isCancelled: z.boolean().optional(),
  sensitivity: z.enum(["normal", "personal", "private", "confidential"]).optional(),
  recurrence: Recurrence.nullable().optional(),
});
export type EventChanges = z.input<typeof EventChanges>;

export interface StoredEvent {
  readonly id: string;
  /** Counts up with every change anywhere in the simulator; the etag is made of it. */
  readonly version: number;
  readonly subject: string;
  /** Wall times with milliseconds in `zone`; of all-day events the dates, the end exclusive. */
  readonly start: string;
  readonly end: string;
  /** Of a timed single event: the exact instants, also in a repeated hour. All-day events have none of their own. */
  readonly startMs: number;
  readonly endMs: number;
  readonly zone: string;
  /** The zone as it was named. */
  readonly zoneName: string;
  readonly isAllDay: boolean;
  readonly showAs: (typeof SHOW_AS)[number];
  readonly response: (typeof RESPONSES)[number];
  readonly isCancelled: boolean;
  readonly sensitivity: string;
  readonly recurrence?: Recurrence;
  /** Of a series: date in the pattern → what became of that occurrence. */
  readonly exceptions: ReadonlyMap<string, StoredEvent | "deleted">;
}

/** An event from what a caller said. `recurrence` drops all earlier exceptions, as Outlook does. */
export function makeEvent(input: EventInput, id: string, version: number, mailboxZone: string): StoredEvent {
  const parsed = parseInput(EventInput, input);
  const zoneName = parsed.timeZone ?? mailboxZone;
  const zone = resolveZone(zoneName);
  if (zone === undefined && parsed.timeZone !== undefined)
    throw new SimulatorInputError("timeZone", `"${zoneName}" is neither a Windows nor an IANA zone`);
  const { recurrence, timeZone: _, ...fields } = parsed;
  const times = parsed.isAllDay ? dates(parsed) : timed(parsed, zone ?? "UTC");
  return {
    ...fields,
    ...times,
    ...(recurrence !== undefined && { recurrence }),
    id,
    version,
    zone: zone ?? "UTC",
    zoneName,
    exceptions: new Map(),
  };
}

/** The event after a change. A change of time, zone or pattern resets a series' exceptions. */
export function changeEvent(event: StoredEvent, changes: EventChanges, version: number): StoredEvent {
  const { recurrence, ...rest } = parseInput(EventChanges, changes);
  const nextRecurrence = recurrence === undefined ? event.recurrence : (recurrence ?? undefined);
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const input = { ...asInput(event), ...given, ...(nextRecurrence !== undefined && { recurrence: nextRecurrence }) };
  const next = makeEvent(input, event.id, version, event.zoneName);
  const moved = ["start", "end", "timeZone", "isAllDay"].some((key) => key in given) || recurrence !== undefined;
  const instants = moved ? {} : { startMs: event.startMs, endMs: event.endMs };
  return { ...next, ...instants, exceptions: moved ? new Map() : event.exceptions };
}

function asInput(event: StoredEvent): EventInput {
  const { subject, start, end, isAllDay, showAs, response, isCancelled, zoneName } = event;
  const sensitivity = EventInput.shape.sensitivity.parse(event.sensitivity);
  const zone = resolveZone(zoneName) === undefined ? {} : { timeZone: zoneName };
  return { subject, start, end, isAllDay, showAs, response, isCancelled, sensitivity, ...zone };
}

type Times = Pick<StoredEvent, "start" | "end" | "startMs" | "endMs">;

function timed({ start, end }: { start: string; end: string }, zone: string): Times {
  const from = pointInTime("start", start, zone);
  const to = pointInTime("end", end, zone);
  if (to.ms < from.ms) throw new SimulatorInputError("end", "is before start");
  return { start: from.wall, end: to.wall, startMs: from.ms, endMs: to.ms };
}

function dates({ start, end }: { start: string; end: string }): Times {
  const from = date("start", start);
  const to = date("end", end);
  if (to <= from)
    throw new SimulatorInputError("end", "of an all-day event is exclusive: at least the day after start");
  return { start: from, end: to, startMs: Number.NaN, endMs: Number.NaN };
}

function date(field: string, text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}(T00:00(:00(\.0+)?)?)?$/.test(text) || Number.isNaN(Date.parse(text.slice(0, 10))))
    throw new SimulatorInputError(field, `"${text}" is no date such as 2026-12-01`);
  return text.slice(0, 10);
}

function pointInTime(field: string, text: string, zone: string): { wall: string; ms: number } {
  const wanted = `"${text}" is no time such as 2026-12-01T10:00 or 2026-12-01T09:00:00Z`;
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)) throw new SimulatorInputError(field, wanted);
  const instant = Date.parse(hasOffset(text) ? text : `${text}Z`);
  if (Number.isNaN(instant)) throw new SimulatorInputError(field, wanted);
  if (hasOffset(text)) return { wall: wallOf(instant, zone), ms: instant };
  const wall = wallOf(instant, "UTC");
  return { wall, ms: instantOf(wall, zone) };
}
