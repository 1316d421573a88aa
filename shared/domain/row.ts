/** What is kept of one calendar: the row. Everything that happens to a calendar is a change of this value. */
import { type CalendarId, type CalendarName, calendarIdOf } from "./calendarId.js";
import type { EpochMs } from "./time.js";

/** Written with every row; a newer one is read as `unreadable`, never guessed at [D4]. */
export const SCHEMA_VERSION = 1;
export const WATCHES_MAX = 64;
export const REFERENCE_LENGTH_MAX = 200;
/** Superseded subscriptions a row remembers until they are deleted; what is beyond is left to the orphan sweep. */
export const REMOVING_MAX = 16;

/** One consumer's wish to have the calendar cached. `reference` is the consumer's own word for it; empty where none. */
export interface Watch {
  readonly consumer: string;
  readonly reference: string;
  /** IANA or Windows name, known to resolve when it was written. */
  readonly timeZone?: string;
  /** Of the request that made it: tells a write whose answer was lost from somebody else's [D3]. Never shown. */
  readonly token?: string;
}

/** The right to do something alone until an instant, held by whoever knows the token. */
export interface Intent {
  readonly token: string;
  readonly until: EpochMs;
}

/** Intent to read; `asOf` is what the snapshot's age will be counted from. */
export interface Lease extends Intent {
  readonly asOf: EpochMs;
}

/** Why a calendar that was asked for cannot be told, though nothing is broken on our side. */
export const BLOCKED_REASONS = [
  "mailboxNotFound",
  "calendarNotFound",
  "accessDenied",
  "tooManyEvents",
  "unreadable",
] as const;
export type BlockedReason = (typeof BLOCKED_REASONS)[number];

/** How the last read went, for `explain` only: nothing is decided by it. */
export interface ReadReport {
  readonly at: EpochMs;
  readonly why: string;
  readonly outcome: string;
  readonly durationMs: number;
  readonly pages: number;
  readonly events: number;
}

export interface SyncState {
  /** Every change up to here is in the snapshot. Absent: never read. */
  readonly asOf?: EpochMs;
  /** The token of the lease whose read `asOf` is from: whoever knows the tokens of before knows, whatever the clocks say, that it is a later read [A9]. */
  readonly readBy?: string;
  readonly lease?: Lease;
  /** Something was heard that no read has covered yet: a flag, so that no clocks are compared. */
  readonly dirty: boolean;
  /** The latest notification heard of. */
  readonly heardAt?: EpochMs;
  /** When the last read began, good or bad: the pause between reads counts from here [R3]. */
  readonly readAt?: EpochMs;
  /** Graph asked to be left alone until then [R4]. */
  readonly notBefore?: EpochMs;
  /** A delayed message is under way that will wake us then. */
  readonly wakeAt?: EpochMs;
  /** After a failure: when to try again. */
  readonly retryAt?: EpochMs;
  readonly failures: number;
  /** When the first of these failures was; as `poisonedAt` cleared by a good read. For counts only. */
  readonly failingSince?: EpochMs;
  /** When a message about this calendar was last given up. */
  readonly poisonedAt?: EpochMs;
  readonly crashes: number;
  readonly blocked?: BlockedReason;
  readonly lastError?: string;
  readonly lastRead?: ReadReport;
  /** The token of the last lease that was given back: tells a write whose answer was lost from somebody else's [D3]. */
  readonly settledBy?: string;
}

export interface SubscriptionState {
  readonly id?: string;
  /** Which client state key signed it [I2]. */
  readonly keyId?: string;
  /** Which address it notifies, see addresses.ts: another one now means another subscription at the next renewal. */
  readonly addressId?: string;
  readonly grantedAt?: EpochMs;
  readonly expiresAt?: EpochMs;
  /** Somebody is creating one [S7]. */
  readonly intent?: Intent;
  /** Subscriptions to be deleted at Graph, the newest first [S6]. */
  readonly removing: readonly string[];
  readonly failures: number;
  /** When the first of these failures was; as `poisonedAt` cleared by success. For counts only. */
  readonly failingSince?: EpochMs;
  /** When a message about this subscription was last given up. */
  readonly poisonedAt?: EpochMs;
  readonly retryAt?: EpochMs;
  readonly lastError?: string;
  /** Graph said no for good: polled instead, asked again daily [S5]. */
  readonly refused: boolean;
}

/** What the last good read found. */
export interface Snapshot {
  readonly windowStart: EpochMs;
  readonly windowEnd: EpochMs;
  /** Packed layers, see packing.ts. */
  readonly blocks: Uint8Array;
  readonly contentHash: string;
  readonly changedAt: EpochMs;
  readonly events: number;
}

/** The mailbox's own zone, as Graph names it; `name` is absent where Graph would not tell. */
export interface MailboxZone {
  readonly name?: string;
  /** It is asked for a day later; after a question without an answer this is set so that it is in an hour. */
  readonly readAt: EpochMs;
}

export interface CalendarRow {
  readonly name: CalendarName;
  readonly createdAt: EpochMs;
  readonly watches: readonly Watch[];
  readonly mailboxZone?: MailboxZone;
  readonly subscription: SubscriptionState;
  readonly sync: SyncState;
  readonly snapshot?: Snapshot;
  /**
   * Part of the stored row could not be read or believed and was replaced by its initial value [D4, D5]. Never stored:
   * the next write is whole again. Where the watches are among it, nobody knows who watches, and the row is not written.
   */
  readonly unreadable?: "watches" | "rest";
}

export const INITIAL_SYNC: SyncState = { dirty: false, failures: 0, crashes: 0 };
export const INITIAL_SUBSCRIPTION: SubscriptionState = { removing: [], failures: 0, refused: false };

/** A calendar nobody has read or subscribed to yet; both are due at once. */
export const newRow = (name: CalendarName, createdAt: EpochMs): CalendarRow => ({
  name,
  createdAt,
  watches: [],
  subscription: INITIAL_SUBSCRIPTION,
  sync: INITIAL_SYNC,
});

export const idOfRow = (row: CalendarRow): CalendarId => calendarIdOf(row.name);

export const isWatched = (row: CalendarRow): boolean => row.watches.length > 0;

/** The row with part of its sync state replaced; a key given as `undefined` is removed. */
export const withSync = (row: CalendarRow, change: Changes<SyncState>): CalendarRow => ({
  ...row,
  sync: merged(row.sync, change),
});

/** The row with part of its subscription state replaced; a key given as `undefined` is removed. */
export const withSubscription = (row: CalendarRow, change: Changes<SubscriptionState>): CalendarRow => ({
  ...row,
  subscription: merged(row.subscription, change),
});

type Changes<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

function merged<T extends object>(state: T, change: Changes<T>): T {
  const whole = { ...state, ...change };
  const kept: Partial<T> = {};
  for (const name in whole) if (whole[name] !== undefined) kept[name] = whole[name];
  return kept as T;
}
