/**
 * The dead man's switch [D1]: if nothing else happens, somebody must act by then. Both times are computed from the row
 * alone at every write, so a crash at any point is found by a sweep that reads only them.
 */
import type { CalendarId } from "./calendarId.js";
import {
  EVENT_GRID_AHEAD_MS,
  IMPLAUSIBLE_MS,
  LONG_READ_MS,
  NOT_BEFORE_MAX_MS,
  type Policy,
  REFUSED_RETRY_MS,
  SUBSCRIPTION_DUE_MAX_MS,
  WAKE_GRACE_MS,
} from "./policy.js";
import { type CalendarRow, INITIAL_SYNC, idOfRow, isWatched, withSubscription, withSync } from "./row.js";
import { type EpochMs, earliest, instant, later, latest } from "./time.js";

export interface DueTimes {
  readonly refreshDueAt: EpochMs;
  readonly subscriptionDueAt: EpochMs;
}

export const dueTimes = (row: CalendarRow, policy: Policy): DueTimes => ({
  refreshDueAt: refreshDueAt(row, policy),
  subscriptionDueAt: subscriptionDueAt(row, policy),
});

/** An unwatched row is never read again: what is due is its removal. */
export function refreshDueAt(row: CalendarRow, policy: Policy): EpochMs {
  if (!isWatched(row)) return subscriptionDueAt(row, policy);
  const { lease, wakeAt, notBefore } = row.sync;
  if (lease !== undefined) return lease.until;
  const due = [untroubledDueAt(row, policy), ...(wakeAt === undefined ? [] : [later(wakeAt, WAKE_GRACE_MS)])];
  return latest(earliest(...due), notBefore ?? instant(0));
}

function untroubledDueAt({ sync, subscription, createdAt }: CalendarRow, policy: Policy): EpochMs {
  if (sync.retryAt !== undefined) return sync.retryAt;
  if (sync.asOf === undefined) return createdAt;
  if (sync.dirty && sync.wakeAt === undefined) return sync.asOf; // no message is under way, so somebody must look now
  const polledAt = later(sync.asOf, policy.pollMs);
  const { id, expiresAt } = subscription;
  if (id === undefined) return polledAt;
  const reconciledAt = later(sync.asOf, policy.reconcileMs);
  if (expiresAt === undefined) return reconciledAt;
  return earliest(reconciledAt, latest(polledAt, expiresAt)); // one that has run out tells nothing any more [S5]
}

/** Whether a message that only wakes finds something to do [R1]. A wake-up is due at `wakeAt`, without the sweep's grace. */
export function isRefreshDue(row: CalendarRow, policy: Policy, at: EpochMs): boolean {
  if (row.unreadable) return true;
  const { wakeAt, lease } = row.sync;
  return refreshDueAt(row, policy) <= at || (lease === undefined && wakeAt !== undefined && wakeAt <= at);
}

export function subscriptionDueAt(row: CalendarRow, policy: Policy): EpochMs {
  const { id, intent, removing, retryAt } = row.subscription;
  if (intent !== undefined) return intent.until;
  const isBare = id === undefined && removing.length === 0;
  if (isBare && !isWatched(row)) return row.sync.lease?.until ?? row.createdAt;
  // None is wanted. Each read writes the row again, so another door is seen within minutes, not after this day [S5].
  if (isBare && policy.door === "polling") return later(row.sync.readAt ?? row.createdAt, REFUSED_RETRY_MS);
  if (!isWatched(row) || removing.length > 0 || id === undefined) return retryAt ?? row.createdAt;
  return latest(renewAt(row, policy), retryAt ?? instant(0));
}

/**
 * When half of the granted lifetime is left, or up to a tenth of it earlier: calendars subscribed together must not
 * renew together. The jitter is the calendar's own, so that every instance computes the same instant [S3]. Behind Event
 * Grid never under 3 hours ahead, unless hardly more than that was granted: then a tenth of the lifetime passes at least.
 */
export function renewAt(row: CalendarRow, policy: Policy): EpochMs {
  const { grantedAt = row.createdAt, expiresAt = grantedAt } = row.subscription;
  const lifetimeMs = expiresAt - grantedAt;
  const usual = later(grantedAt, Math.floor(lifetimeMs * (0.5 - 0.1 * jitterOf(idOfRow(row)))));
  if (policy.door !== "eventGrid") return usual;
  const ahead = later(expiresAt, -EVENT_GRID_AHEAD_MS);
  return earliest(usual, latest(ahead, later(grantedAt, Math.floor(lifetimeMs / 10))));
}

/** 0 ≤ x < 1. */
function jitterOf(id: CalendarId): number {
  let sum = 0;
  for (let index = 0; index < id.length; index++) sum = (sum * 31 + id.charCodeAt(index)) % 1_000;
  return sum / 1_000;
}

/** How far ahead a row may truthfully be due: beyond it the sweep, too, takes the row for broken [D5]. */
export const refreshDueMaxMs = (policy: Policy): number =>
  Math.max(policy.reconcileMs, policy.pollMs, NOT_BEFORE_MAX_MS) + WAKE_GRACE_MS + IMPLAUSIBLE_MS;
export const subscriptionDueMaxMs = SUBSCRIPTION_DUE_MAX_MS + IMPLAUSIBLE_MS;

/**
 * The row as far as it can be believed [D5]: a time beyond what any rule would have written comes from a broken clock, and
 * would keep the calendar quiet for as long as it lies ahead. Such a state is forgotten, which makes the calendar due.
 */
export function believable(row: CalendarRow, policy: Policy, now: EpochMs): CalendarRow {
  const { asOf, heardAt, lease, notBefore } = row.sync;
  const due = dueTimes(row, policy);
  const syncBroken =
    beyond(asOf, now, IMPLAUSIBLE_MS) ||
    beyond(heardAt, now, IMPLAUSIBLE_MS) ||
    beyond(lease?.until, now, LONG_READ_MS + IMPLAUSIBLE_MS) ||
    (isWatched(row) && beyond(due.refreshDueAt, now, refreshDueMaxMs(policy)));
  const subscription = beyond(due.subscriptionDueAt, now, subscriptionDueMaxMs) ? renewNow(row) : row;
  if (!syncBroken) return subscription;
  const { snapshot: _, ...rest } = subscription;
  // Graph's own wish is kept where it can be true: what another clock did to the row does not make Graph less busy [R4].
  const kept = beyond(notBefore, now, NOT_BEFORE_MAX_MS) ? undefined : notBefore;
  const forgotten = { ...rest, sync: INITIAL_SYNC, ...(isWatched(row) && { unreadable: "rest" as const }) };
  return withSync(forgotten, { notBefore: kept });
}

const renewNow = (row: CalendarRow): CalendarRow =>
  withSubscription(row, { grantedAt: undefined, expiresAt: undefined, retryAt: undefined, intent: undefined });

const beyond = (at: EpochMs | undefined, now: EpochMs, allowedMs: number): boolean =>
  at !== undefined && at > now + allowedMs;
