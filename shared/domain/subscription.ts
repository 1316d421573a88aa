/** What a calendar's subscription needs next, decided from the row alone. Pure. */

import type { ClientStateKey } from "./clientState.js";
import { renewAt } from "./due.js";
import type { SubscriptionMessage } from "./messages.js";
import { INTENT_MS, type Policy, REFUSED_RETRY_MS, SUBSCRIPTION_DUE_MAX_MS } from "./policy.js";
import { type CalendarRow, isWatched, REMOVING_MAX, type SubscriptionState, withSubscription } from "./row.js";
import { type EpochMs, earliest, instant, later } from "./time.js";

export type Step =
  | { readonly kind: "nothing" }
  /** Make one: the intent is on `row`, to be written first [S7]. */
  | { readonly kind: "create"; readonly row: CalendarRow }
  | { readonly kind: "renew"; readonly subscriptionId: string }
  /** Delete one at Graph; `row` is to be written first, where it is given [S6]. */
  | { readonly kind: "delete"; readonly subscriptionId: string; readonly row?: CalendarRow }
  /** The current one is not wanted any more: remember it as one to delete. */
  | { readonly kind: "retire"; readonly row: CalendarRow }
  /** Nothing is left that could need it. */
  | { readonly kind: "removeRow" };

export interface Occasion {
  readonly now: EpochMs;
  readonly token: string;
  readonly key: ClientStateKey;
  /** The id of the address that the subscription is to notify. */
  readonly addressId: string;
}

/** The one next thing to do; the caller does it and asks again. */
export function nextStep(row: CalendarRow, occasion: Occasion, policy: Policy): Step {
  const { id, intent, removing, retryAt } = row.subscription;
  const { now, token } = occasion;
  if (intent !== undefined && intent.until > now && intent.token !== token) return { kind: "nothing" };
  if (row.unreadable && !isWatched(row)) return { kind: "nothing" }; // its watches may be what could not be read
  const wanted = isWatched(row) && policy.door !== "polling";
  if (id !== undefined && !wanted) return { kind: "retire", row: retired(row) };
  const resting = (retryAt ?? 0) > now;
  const [oldest] = removing.slice(-1);
  if (wanted && !resting) {
    const step = nextOfWanted(row, occasion, policy);
    if (step !== undefined) return step;
  }
  if (oldest !== undefined && !resting) return { kind: "delete", subscriptionId: oldest };
  const isLeased = row.sync.lease !== undefined && row.sync.lease.until > now;
  const isEmpty = id === undefined && removing.length === 0 && !isLeased;
  return !isWatched(row) && isEmpty && !row.unreadable ? { kind: "removeRow" } : { kind: "nothing" };
}

function nextOfWanted(row: CalendarRow, occasion: Occasion, policy: Policy): Step | undefined {
  const { now, token, key, addressId } = occasion;
  const { id, expiresAt } = row.subscription;
  const create = { kind: "create", row: intending(row, token, now) } as const;
  if (id === undefined) return create;
  if ((expiresAt ?? now) <= now && row.subscription.grantedAt !== undefined)
    return { kind: "retire", row: retired(row) };
  if (renewAt(row, policy) > now) return undefined;
  // What is signed by an older key, or notifies another address, is not renewed but made anew [I2].
  const isAsItWouldBeMade = row.subscription.keyId === key.id && row.subscription.addressId === addressId;
  return isAsItWouldBeMade ? { kind: "renew", subscriptionId: id } : { kind: "retire", row: retired(row) };
}

/** What is asked of a subscription, as its message says it. */
export type Ask = Pick<Extract<SubscriptionMessage, { kind: "subscription" }>, "request" | "subscriptionId">;

/**
 * The row with what is asked of its subscription, so that it stays due until it is done, whatever fails meanwhile [S3].
 * `undefined`: there is nothing to write; what is about a subscription that the row does not name is done with [I7].
 */
export function asked(row: CalendarRow, { request, subscriptionId }: Ask, now: EpochMs): CalendarRow | undefined {
  const { id, expiresAt = now } = row.subscription;
  if (request === "look" || id === undefined || id !== subscriptionId) return undefined;
  // That one is gone is no failure of Graph's: another is made at once.
  if (request === "recreate") return withSubscription(retired(row), { retryAt: undefined });
  // As if half of its lifetime were over at this moment: due, and known to end when it does.
  return withSubscription(row, { grantedAt: earliest(now, instant(Math.max(0, 2 * now - expiresAt))) });
}

const intending = (row: CalendarRow, token: string, now: EpochMs): CalendarRow =>
  withSubscription(row, { intent: { token, until: later(now, INTENT_MS) } });

/** The id moves to `removing` before anything is deleted, so that a crash in between leaves it on the row [S6]. */
export function retired(row: CalendarRow): CalendarRow {
  const { id, removing } = row.subscription;
  const next = id === undefined ? removing : [id, ...removing].slice(0, REMOVING_MAX);
  return withSubscription(row, {
    id: undefined,
    keyId: undefined,
    addressId: undefined,
    grantedAt: undefined,
    expiresAt: undefined,
    removing: next,
  });
}

/** The row with what Graph granted: created under our intent, or renewed. */
export const granted = (
  row: CalendarRow,
  change: Required<Pick<SubscriptionState, "id" | "grantedAt" | "expiresAt">> & Partial<SubscriptionState>,
): CalendarRow =>
  withSubscription(row, {
    ...change,
    intent: undefined,
    failures: 0,
    failingSince: undefined,
    poisonedAt: undefined,
    retryAt: undefined,
    lastError: undefined,
    refused: false,
  });

/**
 * Whether everything in `removing` has ended by itself, even where Graph does not let it be deleted: what was granted
 * after the first of the failures would have ended them, and nothing that was granted before it lives this long [S6]. Only
 * a renewal whose answer was lost can have given one some days more: that one is an orphan for the daily look [S1].
 */
export const haveEnded = ({ subscription: { failingSince } }: CalendarRow, now: EpochMs): boolean =>
  failingSince !== undefined && later(failingSince, SUBSCRIPTION_DUE_MAX_MS) <= now;

/** The row without what is deleted at Graph. */
export const forgotten = (row: CalendarRow, subscriptionIds: readonly string[]): CalendarRow =>
  withSubscription(row, {
    removing: row.subscription.removing.filter((id) => !subscriptionIds.includes(id)),
    failures: 0,
    failingSince: undefined,
    poisonedAt: undefined,
    retryAt: undefined,
  });

/** The row after a failure: tried again after `delayMs`, daily where Graph refused for good [S5]. */
export const troubled = (
  row: CalendarRow,
  failure: { readonly kind: string; readonly detail: string },
  now: EpochMs,
  delayMs: number,
): CalendarRow =>
  withSubscription(row, {
    intent: undefined,
    failures: row.subscription.failures + 1,
    failingSince: row.subscription.failingSince ?? now,
    retryAt: later(now, failure.kind === "refused" ? REFUSED_RETRY_MS : delayMs),
    lastError: failure.detail,
    refused: failure.kind === "refused",
  });

/** What `explain` and the lists call a subscription's state. */
export function subscriptionStateOf(row: CalendarRow, now: EpochMs): string {
  const { id, intent, refused, failures, expiresAt } = row.subscription;
  if (id !== undefined) return (expiresAt ?? instant(0)) > now ? "active" : "expired";
  if (intent !== undefined && intent.until > now) return "creating";
  if (refused) return "refused";
  return failures > 0 ? "failing" : "none";
}
