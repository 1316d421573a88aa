/** What the copy knows of a calendar, as a consumer may see it. */
import type { Delivery, Knowledge } from "./answer.js";
import type { Layers } from "./blocks.js";
import { unpack } from "./packing.js";
import type { CalendarRow } from "./row.js";
import type { EpochMs } from "./time.js";
import { isVisible } from "./watch.js";
import { resolveZone, type ZoneId } from "./zones.js";

export interface Reader {
  readonly consumer: string;
  /** Has the role that sees every calendar [A6]. */
  readonly seesAll: boolean;
}

/** Which zone all-day events are placed in for this reader, and where that zone is from. */
export interface ReaderZones {
  readonly zones: readonly ZoneId[];
  readonly from: "watch" | "mailbox" | "none";
}

/** The row as the reader may know it; a calendar that is not theirs looks like one that does not exist [A6]. */
export function knowledgeOf(row: CalendarRow | undefined, reader: Reader, now: EpochMs): Knowledge {
  if (row === undefined || !isVisible(row, reader.consumer, reader.seesAll))
    return { kind: "unknown", reason: "notWatched", delivery: "none" };
  const delivery = deliveryOf(row, now);
  const { asOf, blocked } = row.sync;
  const age = asOf === undefined ? {} : { asOf };
  if (row.unreadable) return { kind: "unknown", reason: "unreadable", delivery };
  if (blocked !== undefined) return { kind: "unknown", reason: blocked, delivery, ...age };
  if (asOf === undefined || row.snapshot === undefined) return { kind: "unknown", reason: "neverRefreshed", delivery };
  const layers = layersIn(row.snapshot.blocks);
  if (layers === undefined) return { kind: "unknown", reason: "unreadable", delivery, asOf };
  const window = { start: row.snapshot.windowStart, end: row.snapshot.windowEnd };
  return { kind: "known", asOf, window, layers, zones: zonesFor(row, reader.consumer).zones, delivery };
}

let latest: { readonly blocks: Uint8Array; readonly layers: Layers | undefined } | undefined;

/** One read of a row may answer many requests, one right after the other: its bytes are unpacked once for all of them. */
function layersIn(blocks: Uint8Array): Layers | undefined {
  if (latest?.blocks !== blocks) latest = { blocks, layers: unpack(blocks) };
  return latest.layers;
}

/**
 * The zones of the reader's own watches, and the mailbox's for those that name none; none where one of these is not known:
 * then all-day events block the widest day [R10].
 */
export function zonesFor(row: CalendarRow, consumer: string): ReaderZones {
  const mailbox = resolveZone(row.mailboxZone?.name);
  const own = row.watches.filter((one) => one.consumer === consumer).map(({ timeZone }) => resolveZone(timeZone));
  const zones = (own.length === 0 ? [mailbox] : own.map((zone) => zone ?? mailbox)).filter(
    (zone) => zone !== undefined,
  );
  if (zones.length < Math.max(1, own.length)) return { zones: [], from: "none" };
  return { zones: [...new Set(zones)], from: own.some((zone) => zone !== undefined) ? "watch" : "mailbox" };
}

/** `push` while a subscription stands and has not run out; `polling` where the timer alone finds changes [S5]. */
export const deliveryOf = ({ subscription: { id, expiresAt } }: CalendarRow, now: EpochMs): Delivery =>
  deliveryUntil(id === undefined ? undefined : expiresAt, now);

/** The same of a subscription that ends then; absent: of none. */
export const deliveryUntil = (expiresAt: EpochMs | undefined, now: EpochMs): Exclude<Delivery, "none"> =>
  expiresAt === undefined || expiresAt <= now ? "polling" : "push";
