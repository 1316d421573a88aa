/** Which calendar is meant: its names, and the id that names it everywhere in this product. */
import { createHash } from "node:crypto";
import { cached } from "./cached.js";

declare const calendarId: unique symbol;
/**
 * 26 characters of lower-case base32: 16 of the mailbox's hash, then 10 of the calendar's. No personal data; safe in
 * URLs, Table keys and `clientState`.
 */
export type CalendarId = string & { readonly [calendarId]: true };

/** A calendar as people name it. An address and an object id of one mailbox are two names, hence two calendars here. */
export interface CalendarName {
  readonly tenantId: string;
  /** Object id or address, trimmed and lower-cased. */
  readonly mailbox: string;
  /** `primary`, or a Graph calendar id, whose letter case counts. */
  readonly calendar: string;
}

export const PRIMARY = "primary";
const MAILBOX_PART_LENGTH = 16;
const CALENDAR_PART_LENGTH = 10;
/**
 * A tenant's id, or one of its domains: it stands in the address that tokens are asked of, so a word that means something
 * else there, as `common` and `..` do, is none.
 */
export const TENANT_ID =
  /^(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,10}[A-Za-z0-9-]{2,63})$/;

/** As long as any name of DNS. */
export const TENANT_LENGTH_MAX = 253;

export const CALENDAR_ID = /^[a-z2-7]{26}$/;
const BASE_32 = "abcdefghijklmnopqrstuvwxyz234567";

/** Hashing costs far more than looking up, and every row that is read asks for its own id. */
const KNOWN_IDS_MAX = 10_000;
const knownIds = new Map<string, CalendarId>();

/** The id of a calendar: the same for ever, the same on every instance. */
export function calendarIdOf(name: CalendarName): CalendarId {
  const mailbox = `${name.tenantId}\n${name.mailbox}`;
  const whole = `${mailbox}\n${name.calendar}`;
  const compute = () => (hash(mailbox, MAILBOX_PART_LENGTH) + hash(whole, CALENDAR_PART_LENGTH)) as CalendarId;
  return cached(knownIds, whole, KNOWN_IDS_MAX, compute);
}

/** Whether a text has the form of a calendar id; says nothing about whether that calendar is known. */
export const isCalendarId = (text: string): text is CalendarId => CALENDAR_ID.test(text);

/** What all calendars of one mailbox share: the PartitionKey. */
export const mailboxPart = (id: CalendarId): string => id.slice(0, MAILBOX_PART_LENGTH);

/** What tells the calendars of one mailbox apart: the RowKey. */
export const calendarPart = (id: CalendarId): string => id.slice(MAILBOX_PART_LENGTH);

/** `characters` × 5 bits of SHA-256, RFC 4648 base32 in lower case. */
function hash(text: string, characters: number): string {
  const bytes = createHash("sha256").update(text).digest();
  return Array.from({ length: characters }, (_, index) => BASE_32.charAt(fiveBits(bytes, index * 5))).join("");
}

function fiveBits(bytes: Uint8Array, bit: number): number {
  const byte = Math.floor(bit / 8);
  const pair = ((bytes[byte] ?? 0) << 8) | (bytes[byte + 1] ?? 0);
  return (pair >> (11 - (bit % 8))) & 31;
}
