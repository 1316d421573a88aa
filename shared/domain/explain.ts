/** Everything known about one calendar, for whoever asks why it answers as it does. Only what may be shown. */
import { type Delivery, type Judgement, judgeKnowledge, type State, type UnknownReason } from "./answer.js";
import type { Interval } from "./blocks.js";
import type { CalendarId, CalendarName } from "./calendarId.js";
import { dueTimes, renewAt } from "./due.js";
import { deliveryOf, knowledgeOf, type Reader, type ReaderZones, zonesFor } from "./knowledge.js";
import { unpack } from "./packing.js";
import type { Policy } from "./policy.js";
import { type CalendarRow, idOfRow, type ReadReport, type Snapshot, type Watch } from "./row.js";
import { subscriptionStateOf } from "./subscription.js";
import type { EpochMs } from "./time.js";
import { isVisible } from "./watch.js";

/** What a snapshot holds; `blocks` is none where it cannot be read. */
export interface Counts {
  readonly events: number;
  readonly blocks: number | undefined;
  readonly bytes: number;
}

export interface SubscriptionView {
  /** `active`, `expired`, `creating`, `refused`, `failing` or `none`. */
  readonly state: string;
  readonly id: string | undefined;
  readonly expiresAt: EpochMs | undefined;
  readonly renewAt: EpochMs | undefined;
  readonly failures: number;
  readonly lastError: string | undefined;
  readonly nextTryAt: EpochMs | undefined;
  /** Superseded ones that are still to be deleted at Graph. */
  readonly removing: number;
}

export interface Explanation {
  readonly id: CalendarId;
  readonly name: CalendarName;
  readonly state: State;
  readonly reason: UnknownReason | undefined;
  readonly asOf: EpochMs | undefined;
  readonly delivery: Delivery;
  readonly window: Interval | undefined;
  readonly counts: Counts | undefined;
  /** When a read last found something else than the one before. */
  readonly changedAt: EpochMs | undefined;
  /** Where all-day events are placed for this reader, and why there. */
  readonly zones: ReaderZones;
  /** The mailbox's zone as Graph names it, resolved or not. */
  readonly mailboxZone: string | undefined;
  /** The reader's own; everybody's for a reader who sees all. */
  readonly watches: readonly Watch[];
  readonly subscription: SubscriptionView;
  readonly lastNotificationAt: EpochMs | undefined;
  readonly lastRefresh: ReadReport | undefined;
  readonly failures: number;
  readonly crashes: number;
  readonly lastError: string | undefined;
  /** Graph asked to be left alone until then [R4]. */
  readonly notBefore: EpochMs | undefined;
  readonly nextRefreshDueAt: EpochMs;
  readonly subscriptionDueAt: EpochMs;
}

/** What a row's state is judged by where no request says it. */
export interface Standard {
  readonly policy: Policy;
  /** Older than this is stale. */
  readonly maxAgeMs: number;
}

/** A row's state for a reader: the rule that answers follow [A1], for explain and for lists. */
export const stateOf = (row: CalendarRow | undefined, reader: Reader, maxAgeMs: number, now: EpochMs): Judgement =>
  judgeKnowledge(knowledgeOf(row, reader, now), maxAgeMs, now);

/** `undefined` for a calendar that is not the reader's, exactly as for one that does not exist [A6]. */
export function explainCalendar(
  row: CalendarRow | undefined,
  reader: Reader,
  { policy, maxAgeMs }: Standard,
  now: EpochMs,
): Explanation | undefined {
  if (row === undefined || !isVisible(row, reader.consumer, reader.seesAll)) return undefined;
  const { sync, snapshot } = row;
  const due = dueTimes(row, policy);
  return {
    id: idOfRow(row),
    name: row.name,
    ...stateOf(row, reader, maxAgeMs, now),
    asOf: sync.asOf,
    delivery: deliveryOf(row, now),
    window: snapshot && { start: snapshot.windowStart, end: snapshot.windowEnd },
    counts: snapshot && countsOf(snapshot),
    changedAt: snapshot?.changedAt,
    zones: zonesFor(row, reader.consumer),
    mailboxZone: row.mailboxZone?.name,
    watches: row.watches.filter(({ consumer }) => reader.seesAll || consumer === reader.consumer),
    subscription: subscriptionView(row, policy, now),
    lastNotificationAt: sync.heardAt,
    lastRefresh: sync.lastRead,
    failures: sync.failures,
    crashes: sync.crashes,
    lastError: sync.lastError,
    notBefore: sync.notBefore,
    nextRefreshDueAt: due.refreshDueAt,
    subscriptionDueAt: due.subscriptionDueAt,
  };
}

function countsOf({ blocks, events }: Snapshot): Counts {
  const layers = unpack(blocks);
  return { events, blocks: layers?.reduce((sum, { spans }) => sum + spans.length, 0), bytes: blocks.length };
}

function subscriptionView(row: CalendarRow, policy: Policy, now: EpochMs): SubscriptionView {
  const { id, expiresAt, failures, lastError, retryAt, removing } = row.subscription;
  return {
    state: subscriptionStateOf(row, now),
    id,
    expiresAt,
    renewAt: id === undefined ? undefined : renewAt(row, policy),
    failures,
    lastError,
    nextTryAt: retryAt,
    removing: removing.length,
  };
}
