/** The outside world as the domain sees it. Each method says what its ordinary "no" looks like; only outages throw. */
import type { Addresses } from "./addresses.js";
import type { CalendarId, CalendarName } from "./calendarId.js";
import type { DueTimes } from "./due.js";
import type { CalendarEvent } from "./event.js";
import type { KeyRange } from "./keyRange.js";
import type { LogEvent } from "./logEvents.js";
import type { RefreshMessage, SubscriptionMessage } from "./messages.js";
import type { Round, Sweep } from "./round.js";
import type { BlockedReason, CalendarRow } from "./row.js";
import type { EpochMs } from "./time.js";

/** Storage gave no answer, or no end to conflicts. Nothing is known; the same call may work later. */
export class StorageUnavailable extends Error {
  override readonly name: string = "StorageUnavailable";
}

/** The latter: storage is well, and others change the same row all the while. */
export class RowContended extends StorageUnavailable {
  override readonly name = "RowContended";
}

/** Storage is well, but who watches a calendar is kept in a form that this version cannot read, and must not overwrite [D4]. */
export class WatchesUnreadable extends StorageUnavailable {
  override readonly name = "WatchesUnreadable";

  constructor(id: CalendarId) {
    super(`row ${id}: its watches cannot be read`);
  }
}

declare const etag: unique symbol;
export type ETag = string & { readonly [etag]: true };

export interface StoredRow {
  readonly row: CalendarRow;
  readonly etag: ETag;
}

/** As little of a row as the sweeps and their counts need. A due time that is missing is 0. */
export interface SweptRow {
  readonly id: CalendarId;
  readonly refreshDueAt: EpochMs;
  readonly subscriptionDueAt: EpochMs;
  readonly watched: boolean;
  /** Somebody reads it, or died in doing so [R9]. */
  readonly leased: boolean;
  /** A newer version wrote it [D4]. */
  readonly newer: boolean;
  readonly asOf?: EpochMs;
  readonly blocked?: BlockedReason;
  readonly failingSince?: EpochMs;
  readonly poisonedAt?: EpochMs;
  /** Of the subscription that stands; absent where there is none. */
  readonly expiresAt?: EpochMs;
  readonly subscriptionFailingSince?: EpochMs;
}

/** Only what is due, by one of the two times. */
export interface DueQuery {
  readonly what: Sweep;
  /** Due then or before. */
  readonly until: EpochMs;
  /** Due times from here on cannot be true and count as due [D5]. */
  readonly implausibleFrom: EpochMs;
}

export interface SweptPage {
  readonly rows: readonly SweptRow[];
  /** The partition key that the rest begins with; absent where this was all. */
  readonly next?: string;
}

export interface RowPage {
  readonly rows: readonly StoredRow[];
  readonly cursor?: string;
}

/** Table `calendars`: one row a calendar. */
export interface CalendarStore {
  /** `undefined`: no such row. A row in a newer schema, or broken in parts, comes back marked `unreadable` [D4]. */
  read(id: CalendarId): Promise<StoredRow | undefined>;
  /** All calendars of the mailbox that `id` belongs to. */
  readMailbox(id: CalendarId): Promise<readonly StoredRow[]>;
  /** Compare-and-swap. "conflict": somebody wrote since you read, or the row is gone, or there already. Read again. */
  write(row: CalendarRow, due: DueTimes, expected: ETag | "absent"): Promise<ETag | "conflict">;
  /** "conflict": somebody wrote since you read. A row that is gone already counts as removed. */
  remove(id: CalendarId, expected: ETag): Promise<"removed" | "conflict">;
  /** A range's rows in key order: `limit`, or what is left of the last one's mailbox more. `due`: only those. */
  listRange(range: KeyRange, limit: number, due?: DueQuery): Promise<SweptPage>;
  /** A page of rows in key order, at most `limit`; `cursor` is opaque and absent at the end. */
  list(limit: number, cursor?: string): Promise<RowPage>;
}

/** Table `subscriptions`: which calendar a subscription is for; and when daily work is due. */
export interface SubscriptionIndex {
  put(subscriptionId: string, calendar: CalendarId): Promise<void>;
  find(subscriptionId: string): Promise<CalendarId | undefined>;
  /** An entry that is gone already counts. */
  remove(subscriptionId: string): Promise<void>;
  /** Notes that subscriptions are made in this tenant, before the first one is. */
  putTenant(tenantId: string): Promise<void>;
  /** Every tenant noted, at most `limit`. */
  tenants(limit: number): Promise<readonly string[]>;
  /** True for exactly one caller once `dueAt` is reached; moves it to `next`. The first call ever only sets it. */
  takeDaily(work: string, now: EpochMs, next: EpochMs): Promise<boolean>;
}

/** What the sweeps and workers leave in storage about themselves; in table `subscriptions`, too. */
export interface Ledger {
  /** `undefined`: none yet, or one that cannot be read. */
  round(sweep: Sweep): Promise<{ readonly round: Round; readonly etag: ETag } | undefined>;
  /** Compare-and-swap; "any" also over one that cannot be read. */
  writeRound(sweep: Sweep, round: Round, expected: ETag | "any"): Promise<ETag | "conflict">;
  /** Notes that a message of this queue was taken; not each time, but about once a minute an instance. */
  noteTaken(queue: string, at: EpochMs): Promise<void>;
  /** When one was last noted to be taken. */
  takenAt(queue: string): Promise<EpochMs | undefined>;
}

/** A queue as storage tells it. */
export interface QueueLength {
  readonly queue: string;
  /** Approximate, with those that are hidden. */
  readonly messages: number;
  /** The same of what failed every time. */
  readonly poison: number;
  /** When the first of those that could be taken now was put there. */
  readonly waitingSince?: EpochMs;
}

export interface QueueGauge {
  /** Every queue that is worked on. */
  lengths(): Promise<readonly QueueLength[]>;
}

/** Message options; both in whole seconds. */
export interface SendOptions {
  readonly delaySeconds?: number;
  readonly timeToLiveSeconds?: number;
}

export interface Outgoing<Message> extends SendOptions {
  readonly message: Message;
}

/** Storage queues: at least once, in any order. */
export interface Queues {
  /** Returns when every message is durably queued; throws if one is not, and then others may be. */
  refresh(messages: readonly Outgoing<RefreshMessage>[]): Promise<void>;
  subscriptions(messages: readonly Outgoing<SubscriptionMessage>[]): Promise<void>;
}

/** What Graph says instead of an answer. `detail` is safe to store and log: status, code, request id; no names. */
export type GraphFailure =
  | { readonly kind: "throttled"; readonly retryAfterSeconds?: number; readonly detail: string }
  | {
      readonly kind: "blocked";
      readonly reason: "mailboxNotFound" | "calendarNotFound" | "accessDenied" | "unreadable";
      readonly detail: string;
    }
  /** Outage, no token, or an answer that is none: says nothing about the calendar. `late`: there was no time for one. */
  | { readonly kind: "transient"; readonly detail: string; readonly late?: true };

export type Throttled = Extract<GraphFailure, { readonly kind: "throttled" }>;

export interface Page {
  readonly kind: "page";
  readonly events: readonly CalendarEvent[];
  /** Where the next page is; opaque. */
  readonly next?: string;
}

export interface ViewRequest {
  readonly name: CalendarName;
  readonly start: EpochMs;
  readonly end: EpochMs;
}

export interface CalendarReader {
  /** The first page of each view, in the order asked: one request for one, a `$batch` for 2 to 20. */
  firstPages(views: readonly ViewRequest[], timeoutMs: number): Promise<readonly (Page | GraphFailure)[]>;
  nextPage(view: ViewRequest, next: string, timeoutMs: number): Promise<Page | GraphFailure>;
  /** The zone a mailbox says it is in. `undefined`: ask again. */
  mailboxZone(name: CalendarName, timeoutMs: number): Promise<ToldZone | Throttled | undefined>;
}

/** As Graph names it; no name where Graph will not tell. */
export interface ToldZone {
  readonly name?: string;
}

export interface GrantedSubscription {
  readonly kind: "granted";
  readonly id: string;
  readonly expiresAt: EpochMs;
}

/** Why there is no subscription. */
export type SubscriptionFailure =
  /** Refused for good: an administrator must act [S5]. */
  | { readonly kind: "refused"; readonly detail: string }
  /** Graph's handshake with our own address failed. */
  | { readonly kind: "handshake"; readonly detail: string }
  /** Nothing was created; worth another try. */
  | { readonly kind: "failed"; readonly retryAfterSeconds?: number; readonly detail: string }
  /** No answer, so it may exist or not [S7]. */
  | { readonly kind: "ambiguous"; readonly detail: string }
  /** Graph does not know this subscription any more [S3]. */
  | { readonly kind: "gone"; readonly detail: string };

export interface ListedSubscription {
  readonly id: string;
  /** None where it cannot be told from what the subscription watches. */
  readonly calendar: CalendarId | undefined;
  readonly notificationUrl: string;
}

export interface SubscriptionPage {
  readonly subscriptions: readonly ListedSubscription[];
  readonly next?: string;
}

export interface SubscriptionGraph {
  /** Where subscriptions notify this app. */
  readonly addresses: Addresses;
  create(name: CalendarName, clientState: string): Promise<GrantedSubscription | SubscriptionFailure>;
  renew(name: CalendarName, id: string): Promise<GrantedSubscription | SubscriptionFailure>;
  /** "removed" also where it was gone already. */
  remove(tenantId: string, id: string): Promise<{ readonly kind: "removed" } | SubscriptionFailure>;
  /** One page of this app's subscriptions in a tenant; "denied": it gives this app no token. Throws where Graph gives none. */
  list(tenantId: string, page?: string): Promise<SubscriptionPage | "denied">;
}

/** Storage's time [D5]. */
export interface Clock {
  now(): EpochMs;
  /** Whether storage has told its time yet: no lease is taken before. */
  synced(): boolean;
}

export interface Random {
  /** 0 ≤ x < 1. */
  fraction(): number;
  /** Unguessable; unique to one delivery. */
  token(): string;
}

export type Log = (event: LogEvent) => void;
export type Sleep = (ms: number) => Promise<void>;
