/** The routes of the control door that change what Outlook holds. */
import { z } from "zod";
import type { Handler } from "./controlRoutes.js";
import { EventChanges, EventInput, type StoredEvent } from "./event.js";
import { parseInput } from "./inputError.js";
import type { Calendar, Mailbox } from "./mailbox.js";
import { CalendarInput, MailboxInput } from "./outlook.js";

const MailboxChanges = z.strictObject({
  timeZone: z.string().optional(),
  licensed: z.boolean().optional(),
  accessDenied: z.boolean().optional(),
  moving: z.boolean().optional(),
  removed: z.boolean().optional(),
});

const CalendarChanges = z.strictObject({ removed: z.boolean() });

export const mailboxRoutes: Readonly<Record<string, Handler>> = {
  "GET /mailboxes": ({ sim }) => sim.outlook.mailboxes.map(shownMailbox),
  "POST /mailboxes": ({ sim, body }) => shownMailbox(sim.outlook.addMailbox(parseInput(MailboxInput, body))),
  "GET /mailboxes/*": ({ sim, at: [mailbox = ""] }) => shownMailbox(sim.outlook.mailbox(mailbox)),
  "PATCH /mailboxes/*": ({ sim, at: [mailbox = ""], body }) => {
    const { timeZone, licensed, accessDenied, moving, removed } = parseInput(MailboxChanges, body);
    const { outlook } = sim;
    outlook.mailbox(mailbox);
    if (timeZone !== undefined) outlook.setTimeZone(mailbox, timeZone);
    if (licensed !== undefined) outlook.setLicensed(mailbox, licensed);
    if (accessDenied !== undefined) outlook.denyAccess(mailbox, accessDenied);
    if (moving !== undefined) outlook.setMoving(mailbox, moving);
    if (removed !== undefined) outlook.removeMailbox(mailbox, removed);
    return shownMailbox(outlook.mailbox(mailbox));
  },
};

export const calendarRoutes: Readonly<Record<string, Handler>> = {
  "POST /mailboxes/*/calendars": ({ sim, at: [mailbox = ""], body }) =>
    shownCalendar(sim.outlook.addCalendar(mailbox, parseInput(CalendarInput, body))),
  "PATCH /mailboxes/*/calendars/*": ({ sim, at: [mailbox = "", calendar = ""], body }) => {
    sim.outlook.removeCalendar(mailbox, calendar, parseInput(CalendarChanges, body).removed);
    return shownCalendar(sim.outlook.calendar(mailbox, calendar));
  },
  "GET /mailboxes/*/calendars/*/events": ({ sim, at: [mailbox = "", calendar = ""] }) =>
    [...sim.outlook.calendar(mailbox, calendar).events.values()].map(shownEvent),
  "POST /mailboxes/*/calendars/*/events": ({ sim, at: [mailbox = "", calendar = ""], body }) =>
    shownEvent(sim.outlook.addEvent(mailbox, calendar, parseInput(EventInput, body))),
  "PATCH /mailboxes/*/calendars/*/events/*": ({ sim, at: [mailbox = "", calendar = "", id = ""], body }) =>
    shownEvent(sim.outlook.updateEvent(mailbox, calendar, id, parseInput(EventChanges, body))),
  "DELETE /mailboxes/*/calendars/*/events/*": ({ sim, at: [mailbox = "", calendar = "", id = ""] }) =>
    sim.outlook.deleteEvent(mailbox, calendar, id),
};

const shownCalendar = ({ id, name, isDefault, removed, events }: Calendar) => ({
  id,
  name,
  isDefault,
  removed,
  events: events.size,
});

const shownMailbox = ({ calendars, ...mailbox }: Mailbox) => ({ ...mailbox, calendars: calendars.map(shownCalendar) });

function shownEvent({ startMs: _from, endMs: _to, zone: _zone, zoneName, exceptions, ...event }: StoredEvent): object {
  const shownExceptions = [...exceptions].map(([date, exception]) => [
    date,
    exception === "deleted" ? exception : shownEvent(exception),
  ]);
  const isSeries = event.recurrence !== undefined;
  return { ...event, timeZone: zoneName, ...(isSeries && { exceptions: Object.fromEntries(shownExceptions) }) };
}
