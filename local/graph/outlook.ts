/** The mailboxes and what happens in them. All methods take effect at once and tell the subscriptions. */
import { z } from "zod";
import { changeEvent, type EventChanges, type EventInput, makeEvent, type StoredEvent } from "./event.js";
import { occurrenceId, occurrenceTimes, parseOccurrenceId } from "./expand.js";
import { parseInput, SimulatorInputError } from "./inputError.js";
import { type Calendar, type Mailbox, write } from "./mailbox.js";
import { seriesDates } from "./recurrence.js";
import { guid } from "./surroundings.js";

export const MailboxInput = z.strictObject({
  address: z.string().min(1),
  /** Object id; made up if absent. */
  id: z.guid().optional(),
  displayName: z.string().optional(),
  /** Windows or IANA; "" for a mailbox that has none. */
  timeZone: z.string().default("W. Europe Standard Time"),
  /** Id of the default calendar; made up if absent. */
  calendarId: z.string().min(1).optional(),
});
export type MailboxInput = z.input<typeof MailboxInput>;

export const CalendarInput = z.strictObject({ name: z.string().min(1), id: z.string().min(1).optional() });
export type CalendarInput = z.input<typeof CalendarInput>;

/** One event created, updated or deleted. `eventId` is the series' for its occurrences, as in Outlook. */
export interface Change {
  readonly kind: "created" | "updated" | "deleted";
  readonly mailbox: Mailbox;
  readonly calendar: Calendar;
  readonly eventId: string;
  readonly version: number;
}

export class Outlook {
  readonly #mailboxes: Mailbox[] = [];
  /** Object id and address, in lower case. */
  readonly #byKey = new Map<string, Mailbox>();
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #onChange: (change: Change) => void;
  #version = 0;
  #ids = 0;

  constructor(now: () => number, random: () => number, onChange: (change: Change) => void) {
    this.#now = now;
    this.#random = random;
    this.#onChange = onChange;
  }

  /** All mailboxes, the removed ones too. */
  get mailboxes(): readonly Mailbox[] {
    return this.#mailboxes;
  }

  /** By object id or address, whatever the case. Finds removed ones too. */
  find(key: string): Mailbox | undefined {
    return this.#byKey.get(key.toLowerCase());
  }

  /** Whether two names are one mailbox. */
  isSame(a: string, b: string): boolean {
    return this.keyOf(a) === this.keyOf(b);
  }

  /** One name for all the names of a mailbox, also for one that does not exist. */
  keyOf(name: string): string {
    return this.find(name)?.id ?? name.toLowerCase();
  }

  /** A mailbox with an empty default calendar. */
  addMailbox(input: MailboxInput): Mailbox {
    const { address, id, displayName, timeZone, calendarId } = parseInput(MailboxInput, input);
    if (this.find(address) !== undefined) throw new SimulatorInputError("address", `${address} exists`);
    if (id !== undefined && this.find(id) !== undefined) throw new SimulatorInputError("id", `${id} exists`);
    const states = { licensed: true, accessDenied: false, moving: false, removed: false };
    const name = displayName ?? address;
    const mailbox = { id: id ?? guid(this.#random), address, displayName: name, timeZone, ...states, calendars: [] };
    this.#mailboxes.push(mailbox);
    for (const key of [mailbox.id, address]) this.#byKey.set(key.toLowerCase(), mailbox);
    this.#addCalendar(mailbox, "Calendar", calendarId, true);
    return mailbox;
  }

  addCalendar(mailbox: string, input: CalendarInput): Calendar {
    const { name, id } = parseInput(CalendarInput, input);
    return this.#addCalendar(this.mailbox(mailbox), name, id, false);
  }

  /** Throws for an unknown mailbox. */
  mailbox(key: string): Mailbox {
    const mailbox = this.find(key);
    if (mailbox === undefined) throw new SimulatorInputError("mailbox", `there is no "${key}"`);
    return mailbox;
  }

  /** "primary", an id or a name. Finds deleted ones too. Throws for an unknown one. */
  calendar(mailbox: string, key: string): Calendar {
    const { calendars } = this.mailbox(mailbox);
    const calendar =
      key === "primary"
        ? calendars.find(({ isDefault }) => isDefault)
        : (calendars.find(({ id }) => id === key) ?? calendars.find(({ name }) => name === key));
    if (calendar === undefined) throw new SimulatorInputError("calendar", `${mailbox} has no "${key}"`);
    return calendar;
  }

  addEvent(mailbox: string, calendar: string, input: EventInput): StoredEvent {
    const box = this.mailbox(mailbox);
    const home = this.calendar(mailbox, calendar);
    if (input.id !== undefined && home.events.has(input.id)) throw new SimulatorInputError("id", `${input.id} exists`);
    const event = makeEvent(input, input.id ?? this.#itemId(), this.#nextVersion(), box.timeZone);
    this.#write("created", box, home, event.id, event);
    return event;
  }

  /** An occurrence's id makes an exception of it; a series' id changes the whole series. */
  updateEvent(mailbox: string, calendar: string, id: string, changes: EventChanges): StoredEvent {
    const box = this.mailbox(mailbox);
    const home = this.calendar(mailbox, calendar);
    const occurrence = this.#occurrence(home, id);
    if (occurrence === undefined) {
      const event = changeEvent(this.#event(home, id), changes, this.#nextVersion());
      this.#write("updated", box, home, id, event);
      return event;
    }
    const { master, date } = occurrence;
    if (changes.recurrence !== undefined)
      throw new SimulatorInputError("recurrence", "an occurrence has none of its own");
    const exception = changeEvent(asException(master, date), changes, this.#nextVersion());
    this.#writeException(box, home, master, date, exception);
    return exception;
  }

  /** An occurrence's id deletes only that occurrence. */
  deleteEvent(mailbox: string, calendar: string, id: string): void {
    const box = this.mailbox(mailbox);
    const home = this.calendar(mailbox, calendar);
    const occurrence = this.#occurrence(home, id);
    if (occurrence !== undefined) this.#writeException(box, home, occurrence.master, occurrence.date, "deleted");
    else {
      this.#nextVersion();
      this.#write("deleted", box, home, this.#event(home, id).id, undefined);
    }
  }

  /** Windows or IANA; "" or a name that means nothing are allowed: mailboxes have them. All-day events move with it. */
  setTimeZone(mailbox: string, timeZone: string): void {
    this.mailbox(mailbox).timeZone = timeZone;
  }

  setLicensed(mailbox: string, licensed: boolean): void {
    this.mailbox(mailbox).licensed = licensed;
  }

  denyAccess(mailbox: string, denied = true): void {
    this.mailbox(mailbox).accessDenied = denied;
  }

  setMoving(mailbox: string, moving: boolean): void {
    this.mailbox(mailbox).moving = moving;
  }

  removeMailbox(mailbox: string, removed = true): void {
    this.mailbox(mailbox).removed = removed;
  }

  /** A deleted calendar keeps its events for the day it is restored. */
  removeCalendar(mailbox: string, calendar: string, removed = true): void {
    this.calendar(mailbox, calendar).removed = removed;
  }

  #addCalendar(mailbox: Mailbox, name: string, id: string | undefined, isDefault: boolean): Calendar {
    const used = mailbox.calendars.some((other) => other.id === id || other.name === name);
    if (used) throw new SimulatorInputError("calendar", `${mailbox.address} has "${id ?? name}"`);
    const own = { id: id ?? this.#calendarId(), name, isDefault };
    const calendar = { ...own, removed: false, events: new Map(), history: [], shown: new Map() };
    mailbox.calendars.push(calendar);
    return calendar;
  }

  #event(calendar: Calendar, id: string): StoredEvent {
    const event = calendar.events.get(id);
    if (event === undefined) throw new SimulatorInputError("event", `there is no "${id}"`);
    return event;
  }

  #occurrence(calendar: Calendar, id: string): { readonly master: StoredEvent; readonly date: string } | undefined {
    const parsed = calendar.events.has(id) ? undefined : parseOccurrenceId(id);
    if (parsed === undefined) return undefined;
    const { seriesId, date } = parsed;
    const master = this.#event(calendar, seriesId);
    const dates = master.recurrence && seriesDates(master.recurrence, master.start.slice(0, 10), date);
    if (dates?.at(-1) !== date || master.exceptions.get(date) === "deleted")
      throw new SimulatorInputError("event", `"${seriesId}" has no occurrence on ${date}`);
    return { master, date };
  }

  #writeException(box: Mailbox, home: Calendar, master: StoredEvent, date: string, exception: StoredEvent | "deleted") {
    const exceptions = new Map([...master.exceptions, [date, exception] as const]);
    this.#write("updated", box, home, master.id, { ...master, exceptions, version: this.#nextVersion() });
  }

  #write(kind: Change["kind"], mailbox: Mailbox, calendar: Calendar, eventId: string, event: StoredEvent | undefined) {
    write(calendar, eventId, event, this.#now());
    this.#onChange({ kind, mailbox, calendar, eventId, version: this.#version });
  }

  #nextVersion(): number {
    this.#version += 1;
    return this.#version;
  }

  #itemId(): string {
    this.#ids += 1;
    return `AAMkADc5${String(this.#ids).padStart(8, "0")}AAA=`;
  }

  /** With the characters that real ids have and that a URL must encode. */
  #calendarId(): string {
    this.#ids += 1;
    return `AAMkADc5/Cal+${String(this.#ids).padStart(8, "0")}AAA=`;
  }
}

/** An occurrence on its own: its exception so far, or the series' times on that date. */
function asException(master: StoredEvent, date: string): StoredEvent {
  const earlier = master.exceptions.get(date);
  if (earlier !== undefined && earlier !== "deleted") return earlier;
  const { recurrence: _, ...event } = master;
  const times = occurrenceTimes(master, date);
  // changeEvent keeps instants unless the time is changed: they must be those of this date.
  const id = occurrenceId(master.id, date);
  return { ...changeEvent({ ...event, exceptions: new Map() }, times, master.version), id };
}
