/**
 * Whether a message leads to a read, decided from the row alone. Pure: every rule that keeps reads few and changes never
 * lost is in this file.
 */
import { isRefreshDue } from "./due.js";
import type { Wake } from "./messages.js";
import { CLOCK_MARGIN_MS, CRASHES_MAX, LEASE_MS, type Policy } from "./policy.js";
import { retryDelayMs } from "./retry.js";
import { type CalendarRow, isWatched, type Lease, type SyncState, withSync } from "./row.js";
import { type EpochMs, earliest, instant, later, latest } from "./time.js";

export type Admission =
  /** Nothing to do and nothing to write. */
  | { readonly kind: "drop"; readonly why: "notWatched" | "covered" | "notDue" | "beingRead" | "noted" }
  /** Written down for whoever reads next. `wakeAt`: this delivery sends the one message that wakes them [R3]. */
  | { readonly kind: "defer"; readonly row: CalendarRow; readonly wakeAt?: EpochMs }
  /** The lease is ours; `row` is what must be written first, and absent where our lease is on the row already. */
  | { readonly kind: "read"; readonly lease: Lease; readonly alone: boolean; readonly row?: CalendarRow };

export interface Delivery {
  readonly wake: Wake;
  /** Unique to this delivery: a lease with it is ours, written by an attempt whose answer was lost [D3]. */
  readonly token: string;
  readonly now: EpochMs;
  /** 0 ≤ x < 1, for the jitter of a back-off. */
  readonly fraction: number;
  /** Tokens of the reads that were known before this was asked: any other one answers it, whatever clocks say [A9]. */
  readonly before?: ReadonlySet<string> | undefined;
}

/** What a delivery may do with the row as it is. */
export function admit(row: CalendarRow | undefined, delivery: Delivery, policy: Policy): Admission {
  if (row === undefined || !isWatched(row)) return { kind: "drop", why: "notWatched" };
  const { lease, asOf, readBy, heardAt } = row.sync;
  const { wake, token } = delivery;
  if (lease?.token === token) return { kind: "read", lease, alone: row.sync.crashes > 0 };
  const reached = reachedBy(delivery);
  if (wake.kind === "due" && !isRefreshDue(row, policy, reached)) return { kind: "drop", why: "notDue" };
  if (hasLater(heardAt, wake) || covers({ asOf, token: readBy }, delivery)) return { kind: "drop", why: "covered" };
  if (lease !== undefined && lease.until > reached) return besideReader(row, lease, delivery);
  const rested = lease === undefined ? row : afterCrash(row, delivery, reached, policy);
  const readableFrom = earliestRead(rested.sync, reached, policy);
  return readableFrom > reached ? deferred(row, rested, wake, readableFrom, reached) : taken(rested, delivery);
}

/** A message's own due time counts as reached, whatever the worker's clock says: the queue has waited for it [R1]. */
const reachedBy = ({ wake, now }: Delivery): EpochMs => (wake.kind === "notified" ? now : latest(now, wake.at));

/** A later notification brings a confirmation of its own [R8]; but what a request waits for, due at once, is read now [A9]. */
const hasLater = (heardAt: EpochMs | undefined, wake: Wake): boolean =>
  wake.kind === "confirm" && wake.at > wake.notifiedAt && (heardAt ?? 0) > wake.notifiedAt;

/**
 * Whether a read that began at `asOf` answers the message [R1, R8]. Two clocks are compared, hence the margin: of two
 * confirmations of one change the second is covered by the first also where that was read by a slower clock. What a
 * request waits for compares none [A9].
 */
function covers(
  { asOf, token }: { readonly asOf: EpochMs | undefined; readonly token: string | undefined },
  { wake, before }: Delivery,
): boolean {
  if (asOf === undefined || wake.kind === "due") return false;
  if (before !== undefined) return token !== undefined && !before.has(token); // an older version tells no token
  if (wake.kind === "notified") return asOf > wake.notifiedAt + CLOCK_MARGIN_MS;
  return asOf >= wake.at - Math.min(CLOCK_MARGIN_MS, (wake.at - wake.notifiedAt) / 2);
}

/** Somebody is reading: leave word, unless that read began late enough [R2]. */
function besideReader(row: CalendarRow, lease: Lease, delivery: Delivery): Admission {
  const { wake } = delivery;
  if (wake.kind === "due" || covers(lease, delivery)) return { kind: "drop", why: "beingRead" };
  const noted = withSync(row, heard(row.sync, wake));
  return isSame(row.sync, noted.sync) ? { kind: "drop", why: "noted" } : { kind: "defer", row: noted };
}

/** The lease ran out with nobody giving it back. After several in a row the calendar itself is suspect: it waits. */
function afterCrash(row: CalendarRow, { fraction }: Delivery, reached: EpochMs, policy: Policy): CalendarRow {
  const crashes = row.sync.crashes + 1;
  const retryAt =
    crashes > CRASHES_MAX ? later(reached, retryDelayMs(crashes - CRASHES_MAX, fraction, policy)) : undefined;
  return withSync(row, { lease: undefined, crashes, retryAt });
}

/**
 * No read before the pause is over [R3], Graph's wish is met [R4] and a suspect calendar has waited. A last read "in the
 * future" was timed by another clock: the pause is never longer than it should be.
 */
function earliestRead(sync: SyncState, reached: EpochMs, policy: Policy): EpochMs {
  const never = instant(0);
  const pauseEnd =
    sync.readAt === undefined ? never : later(earliest(sync.readAt, reached), policy.minRefreshIntervalMs);
  const suspectUntil = sync.crashes > CRASHES_MAX ? sync.retryAt : undefined;
  return latest(pauseEnd, sync.notBefore ?? never, suspectUntil ?? never);
}

function deferred(
  before: CalendarRow,
  rested: CalendarRow,
  wake: Wake,
  readableFrom: EpochMs,
  reached: EpochMs,
): Admission {
  const { wakeAt } = rested.sync;
  const noted = withSync(rested, heard(rested.sync, wake));
  const underWay = wakeAt !== undefined && wakeAt > reached && wakeAt <= readableFrom;
  if (!underWay) return { kind: "defer", row: withSync(noted, { wakeAt: readableFrom }), wakeAt: readableFrom };
  return isSame(before.sync, noted.sync) ? { kind: "drop", why: "noted" } : { kind: "defer", row: noted };
}

function taken(row: CalendarRow, { wake, token, now }: Delivery): Admission {
  // Whoever takes the lease has seen the row, so this read is the later one also where another clock timed the last [R6].
  const lease = { token, until: later(now, LEASE_MS), asOf: latest(now, row.sync.asOf ?? now) };
  const sync = { ...heard(row.sync, wake), dirty: false, lease, readAt: now, wakeAt: undefined, retryAt: undefined };
  return { kind: "read", lease, alone: row.sync.crashes > 0, row: withSync(row, sync) };
}

/** What the row remembers of a message that is not answered yet. */
function heard(sync: SyncState, wake: Wake): Pick<SyncState, "dirty" | "heardAt"> {
  if (wake.kind !== "notified") return { dirty: true, ...(sync.heardAt !== undefined && { heardAt: sync.heardAt }) };
  return { dirty: true, heardAt: latest(sync.heardAt ?? wake.notifiedAt, wake.notifiedAt) };
}

const isSame = (a: SyncState, b: SyncState): boolean =>
  a.dirty === b.dirty &&
  a.heardAt === b.heardAt &&
  a.wakeAt === b.wakeAt &&
  a.crashes === b.crashes &&
  a.lease === b.lease;
