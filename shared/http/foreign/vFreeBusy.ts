/** Busy time as iCalendar's VFREEBUSY. RFC 5545, section 3.6.4. */
import type { CalendarAnswer } from "../../domain/answer.js";
import type { Interval, Status } from "../../domain/blocks.js";
import type { CalendarId } from "../../domain/calendarId.js";
import { merged } from "../../domain/intervals.js";
import { type EpochMs, SECOND_MS } from "../../domain/time.js";

type FreeBusyType = "BUSY" | "BUSY-TENTATIVE" | "BUSY-UNAVAILABLE";

const TYPES: Readonly<Record<Exclude<Status, "workingElsewhere">, FreeBusyType>> = {
  busy: "BUSY",
  tentative: "BUSY-TENTATIVE",
  oof: "BUSY-UNAVAILABLE",
};
/** RFC 5545, section 3.1, without the line's end. */
const LINE_OCTETS_MAX = 75;

export interface VFreeBusy {
  readonly id: CalendarId;
  /** Address or object id. */
  readonly mailbox: string;
  readonly range: Interval;
  /** Asked with `detail`, and with all of `TYPES` in `blockOn`. */
  readonly answer: CalendarAnswer;
  readonly now: EpochMs;
}

/**
 * The calendar object. Time that is not freshly known is BUSY-UNAVAILABLE: the format has no word for it, what it does not
 * name is free, and whoever subscribes goes on with an old copy when a request fails.
 */
export function vFreeBusy({ id, mailbox, range, answer, now }: VFreeBusy): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//outlook-availability//EN",
    "METHOD:PUBLISH",
    "BEGIN:VFREEBUSY",
    `UID:${id}@outlook-availability`,
    `${STAMP}${time(now)}`,
    `ORGANIZER:${calendarUser(mailbox)}`,
    `DTSTART:${time(range.start)}`,
    `DTEND:${time(range.end, Math.ceil)}`,
    ...commentOf(answer),
    ...periodsOf(answer, range).map(
      ({ type, start, end }) => `FREEBUSY;FBTYPE=${type}:${time(start)}/${time(end, Math.ceil)}`,
    ),
    "END:VFREEBUSY",
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

const STAMP = "DTSTAMP:";

/** The object without what changes when nothing else does. */
export const withoutStamp = (text: string): string =>
  text
    .split("\r\n")
    .filter((line) => !line.startsWith(STAMP))
    .join("\r\n");

interface Period extends Interval {
  readonly type: FreeBusyType;
}

function periodsOf({ state, blocks = [], unknown }: CalendarAnswer, range: Interval): Period[] {
  if (state !== "fresh") return [{ ...range, type: "BUSY-UNAVAILABLE" }];
  const known = blocks.flatMap(({ status, ...one }) =>
    status === "workingElsewhere" ? [] : [{ ...one, type: TYPES[status] }],
  );
  const all: readonly Period[] = [...known, ...unknown.map((one) => ({ ...one, type: "BUSY-UNAVAILABLE" as const }))];
  const types: readonly FreeBusyType[] = ["BUSY", "BUSY-TENTATIVE", "BUSY-UNAVAILABLE"];
  return types
    .flatMap((type) => merged(all.filter((one) => one.type === type)).map((one) => ({ ...one, type })))
    .sort((a, b) => a.start - b.start || a.end - b.end);
}

/** For people who look into the file. */
function commentOf({ state, reason, unknown }: CalendarAnswer): string[] {
  if (state !== "fresh") return [`COMMENT:Not known (${reason ?? state}): shown as unavailable`];
  return unknown.length > 0 ? ["COMMENT:Time beyond what is kept is shown as unavailable"] : [];
}

/** Any character that a property's value or a header's line could stumble over is percent-encoded. */
const calendarUser = (mailbox: string): string =>
  mailbox.includes("@") ? `mailto:${encodeURIComponent(mailbox).replaceAll("%40", "@")}` : `urn:uuid:${mailbox}`;

/** UTC, in whole seconds: `20261201T090000Z`. */
const time = (at: EpochMs, round = Math.floor): string =>
  new Date(round(at / SECOND_MS) * SECOND_MS).toISOString().replace(/[-:]|\.000/g, "");

/** All characters here are of one octet; a line that goes on begins with a space. */
function folded(line: string): string {
  const first = line.slice(0, LINE_OCTETS_MAX);
  const rest = line.slice(LINE_OCTETS_MAX).match(new RegExp(`.{1,${LINE_OCTETS_MAX - 1}}`, "g")) ?? [];
  return [first, ...rest].join("\r\n ");
}
