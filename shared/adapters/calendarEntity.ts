/**
 * A calendar's row as a Table entity. Groups of fields are parsed one by one: what cannot be read of one is replaced by its
 * initial value and the row marked, so that the names and the wishes outlive any damage to the rest [D4].
 */
import { Buffer } from "node:buffer";
import type { TableEntity, TableEntityResult } from "@azure/data-tables";
import * as z from "zod";
import { type CalendarId, calendarPart, mailboxPart } from "../domain/calendarId.js";
import type { DueTimes } from "../domain/due.js";
import {
  BLOCKED_REASONS,
  type CalendarRow,
  INITIAL_SUBSCRIPTION,
  INITIAL_SYNC,
  idOfRow,
  REMOVING_MAX,
  SCHEMA_VERSION,
  type Snapshot,
  WATCHES_MAX,
} from "../domain/row.js";
import { sweptFields } from "../domain/sweptFields.js";
import { type EpochMs, instant } from "../domain/time.js";
import { parsed } from "./storedJson.js";

/** Longest binary and text property. Source: https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model */
const BINARY_BYTES_MAX = 64 * 1024;
const TEXT_LENGTH_MAX = 32 * 1024;
/** Of one value's parts; far below the 252 properties and 1 MiB that an entity may have. */
const PARTS_MAX = 10;
/** The last millisecond that a date can have. */
const AT_MAX = 8.64e15;

export type Entity = TableEntity<Readonly<Record<string, unknown>>>;
export type StoredEntity = TableEntityResult<Readonly<Record<string, unknown>>>;

/** One check instead of several: rows are read far more often than anything else is parsed. */
const at = z.custom<EpochMs>((value) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= AT_MAX);
const count = z.int().min(0);
const dateColumn = z.date().transform((date) => instant(date.getTime()));

const Name = z.object({ tenantId: z.string(), mailbox: z.string(), calendar: z.string() });
const Watches = z
  .array(
    z.object({
      consumer: z.string(),
      reference: z.string(),
      timeZone: z.string().exactOptional(),
      token: z.string().exactOptional(),
    }),
  )
  .max(WATCHES_MAX);
const MailboxZone = z.object({ name: z.string().exactOptional(), readAt: at });
const Intent = z.object({ token: z.string(), until: at });
const Subscription = z.object({
  id: z.string().exactOptional(),
  keyId: z.string().exactOptional(),
  addressId: z.string().exactOptional(),
  grantedAt: at.exactOptional(),
  expiresAt: at.exactOptional(),
  intent: Intent.exactOptional(),
  removing: z.array(z.string()).max(REMOVING_MAX),
  failures: count,
  failingSince: at.exactOptional(),
  poisonedAt: at.exactOptional(),
  retryAt: at.exactOptional(),
  lastError: z.string().exactOptional(),
  refused: z.boolean(),
});
const LastRead = z.object({
  at,
  why: z.string(),
  outcome: z.string(),
  durationMs: z.number(),
  pages: count,
  events: count,
});
const Sync = z.object({
  asOf: at.exactOptional(),
  readBy: z.string().exactOptional(),
  lease: Intent.extend({ asOf: at }).exactOptional(),
  dirty: z.boolean(),
  heardAt: at.exactOptional(),
  readAt: at.exactOptional(),
  notBefore: at.exactOptional(),
  wakeAt: at.exactOptional(),
  retryAt: at.exactOptional(),
  failures: count,
  failingSince: at.exactOptional(),
  poisonedAt: at.exactOptional(),
  crashes: count,
  blocked: z.enum(BLOCKED_REASONS).exactOptional(),
  lastError: z.string().exactOptional(),
  lastRead: LastRead.exactOptional(),
  settledBy: z.string().exactOptional(),
});
const SnapshotColumns = z.object({
  windowStart: dateColumn,
  windowEnd: dateColumn,
  contentHash: z.string(),
  changedAt: dateColumn,
  events: count,
});

export const keysOf = (id: CalendarId) => ({ partitionKey: mailboxPart(id), rowKey: calendarPart(id) });

/** All of the row; what the sweeps select by and count is in columns of its own. */
export function entityOf(row: CalendarRow, due: DueTimes): Entity {
  const { name, snapshot } = row;
  return {
    ...keysOf(idOfRow(row)),
    schemaVersion: SCHEMA_VERSION,
    ...name,
    createdAt: new Date(row.createdAt),
    refreshDueAt: new Date(due.refreshDueAt),
    subscriptionDueAt: new Date(due.subscriptionDueAt),
    ...sweptColumns(row),
    // An operator asks storage which rows name an old key; nothing here selects by it.
    ...(row.subscription.keyId !== undefined && { keyId: row.subscription.keyId }),
    ...(row.mailboxZone && { mailboxZone: JSON.stringify(row.mailboxZone) }),
    ...parts("watches", JSON.stringify(row.watches), TEXT_LENGTH_MAX),
    ...parts("subscription", JSON.stringify(row.subscription), TEXT_LENGTH_MAX),
    ...parts("sync", JSON.stringify(row.sync), TEXT_LENGTH_MAX),
    ...(snapshot && columnsOf(snapshot)),
  };
}

/** Times as dates, all else as it is. */
const sweptColumns = (row: CalendarRow): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(sweptFields(row)).map(([name, value]) => [
      name,
      typeof value === "number" ? new Date(value) : value,
    ]),
  );

const columnsOf = ({ windowStart, windowEnd, changedAt, blocks, ...rest }: Snapshot) => ({
  ...rest,
  windowStart: new Date(windowStart),
  windowEnd: new Date(windowEnd),
  changedAt: new Date(changedAt),
  ...parts("blocks", blocks, BINARY_BYTES_MAX),
});

/** `undefined` where not even the calendar's name can be read: then nothing can be done for it. */
export function rowOf(entity: StoredEntity): CalendarRow | undefined {
  const name = Name.safeParse(entity);
  if (!name.success) return undefined;
  const isNewer = !(entity.schemaVersion === undefined || Number(entity.schemaVersion) <= SCHEMA_VERSION);
  const createdAt = dateColumn.safeParse(entity.createdAt);
  const watches = parsed(Watches, texts(entity, "watches"));
  const subscription = parsed(Subscription, texts(entity, "subscription"));
  const sync = isNewer ? undefined : parsed(Sync, texts(entity, "sync"));
  const snapshot = isNewer ? undefined : snapshotOf(entity);
  const mailboxZone = parsed(MailboxZone, texts(entity, "mailboxZone"));
  const isWhole = watches && subscription && sync && createdAt.success && snapshot !== undefined;
  const row: CalendarRow = {
    name: name.data,
    createdAt: createdAt.success ? createdAt.data : instant(0),
    watches: watches ?? [],
    ...(mailboxZone && { mailboxZone }),
    subscription: subscription ?? INITIAL_SUBSCRIPTION,
    sync: sync ?? INITIAL_SYNC,
    ...(snapshot && { snapshot }),
  };
  if (isWhole) return row;
  const isAbandoned = watches?.length === 0 && subscription !== undefined;
  return isAbandoned ? forgetful(row) : { ...forgetful(row), unreadable: watches === undefined ? "watches" : "rest" };
}

/**
 * What is left of a broken row knows nothing of any read: it is due now and reads as unknown. Where nobody watches, for
 * sure, there is nothing to be known: the row is no different from any other that is to go [S6].
 */
function forgetful({ snapshot: _, ...row }: CalendarRow): CalendarRow {
  return { ...row, sync: INITIAL_SYNC };
}

/** `null`: there is none; `undefined`: what is there cannot be read. */
function snapshotOf(entity: StoredEntity): Snapshot | null | undefined {
  if (entity.contentHash === undefined) return null;
  const columns = SnapshotColumns.safeParse(entity);
  const blocks = partsOf(entity, "blocks").map((part) => (part instanceof Uint8Array ? part : undefined));
  const whole = blocks.filter((part) => part !== undefined);
  return columns.success && whole.length === blocks.length
    ? { ...columns.data, blocks: Buffer.concat(whole) }
    : undefined;
}

/** `blocks`, `blocks2`, `blocks3` …: as many properties as the value needs. */
function parts<T extends string | Uint8Array>(column: string, value: T, size: number): Record<string, T> {
  const columns: Record<string, T> = {};
  let from = 0;
  for (let part = 0; part === 0 || from < value.length; part++) {
    if (part === PARTS_MAX)
      throw new Error(`${column} of a row has ${value.length}, more than ${PARTS_MAX} parts hold`);
    const until = cutAt(value, from + size);
    columns[columnName(column, part)] = value.slice(from, until) as T;
    from = until;
  }
  return columns;
}

/** A pair of surrogates stays whole: storage keeps text as UTF-8, which has no halves of characters. */
function cutAt(value: string | Uint8Array, end: number): number {
  const isPair = typeof value === "string" && (value.codePointAt(end - 1) ?? 0) > 0xffff;
  return isPair ? end - 1 : end;
}

function partsOf(entity: StoredEntity, column: string): unknown[] {
  const found: unknown[] = [];
  for (let part = 0; part < PARTS_MAX; part++) {
    const value = entity[columnName(column, part)];
    if (value === undefined) break;
    found.push(value);
  }
  return found;
}

const columnName = (column: string, part: number): string => (part === 0 ? column : `${column}${part + 1}`);

const texts = (entity: StoredEntity, column: string): string => partsOf(entity, column).join("");
