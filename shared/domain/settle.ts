/** What a read leaves on the row: its snapshot, or why there is none; and what happens next. Pure. */
import { createHash } from "node:crypto";
import type { Interval, Layers } from "./blocks.js";
import { pack } from "./packing.js";
import { NOT_BEFORE_MAX_MS, type Policy } from "./policy.js";
import type { GraphFailure, Throttled } from "./ports.js";
import { backOffMs, blockedDelayMs, retryDelayMs } from "./retry.js";
import { type BlockedReason, type CalendarRow, type ReadReport, type Snapshot, withSync } from "./row.js";
import { type EpochMs, later, latest, SECOND_MS } from "./time.js";

/** The result of a read, as the row takes it. */
export type Result =
  | {
      readonly kind: "read";
      readonly asOf: EpochMs;
      readonly window: Interval;
      readonly layers: Layers;
      readonly events: number;
    }
  | { readonly kind: "blocked"; readonly reason: BlockedReason; readonly detail: string }
  | Throttled
  | Extract<GraphFailure, { kind: "transient" }>
  /** There was less time than a read may have, so that this says nothing about Graph; the next one takes its time. */
  | { readonly kind: "unfinished"; readonly detail: string };

export interface Settling {
  readonly token: string;
  readonly result: Result;
  readonly report: ReadReport;
  readonly now: EpochMs;
  /** 0 ≤ x < 1, for the jitter of a back-off. */
  readonly fraction: number;
}

/**
 * The row after the read, its lease given back; `undefined` where the lease is not ours any more: then the read is worth
 * nothing [R6].
 */
export function settled(row: CalendarRow | undefined, settling: Settling, policy: Policy): CalendarRow | undefined {
  if (row?.sync.lease?.token !== settling.token) return undefined;
  const released = withSync(row, { lease: undefined, settledBy: settling.token, lastRead: settling.report });
  const { result } = settling;
  return result.kind === "read"
    ? withPendingWake(succeeded(released, result, settling.now), settling.now, policy)
    : failed(released, result, settling, policy);
}

function succeeded(row: CalendarRow, result: Extract<Result, { kind: "read" }>, now: EpochMs): CalendarRow {
  const { asOf = result.asOf, notBefore = now } = row.sync;
  const healthy = withSync(row, {
    failures: 0,
    failingSince: undefined,
    poisonedAt: undefined,
    crashes: 0,
    retryAt: undefined,
    notBefore: notBefore > now ? notBefore : undefined, // said of the mailbox while this read was under way [R4]
    blocked: undefined,
    lastError: undefined,
  });
  if (asOf > result.asOf) return healthy; // an older view never replaces a newer one [R6]
  const { unreadable: _, ...whole } = { ...healthy, snapshot: snapshotOf(result, row.snapshot) };
  return withSync(whole, { asOf: result.asOf, readBy: healthy.sync.settledBy });
}

function snapshotOf(result: Extract<Result, { kind: "read" }>, previous: Snapshot | undefined): Snapshot {
  const blocks = pack(result.layers);
  const contentHash = createHash("sha256").update(blocks).digest("base64url");
  const changedAt = previous?.contentHash === contentHash ? previous.changedAt : result.asOf;
  const { window, events } = result;
  return { windowStart: window.start, windowEnd: window.end, blocks, contentHash, changedAt, events };
}

/** What was heard during the read is not covered by it: one more, when the pause is over [R7]. */
function withPendingWake(row: CalendarRow, now: EpochMs, policy: Policy): CalendarRow {
  if (!row.sync.dirty) return row;
  return withSync(row, { wakeAt: latest(now, later(row.sync.readAt ?? now, policy.minRefreshIntervalMs)) });
}

function failed(
  row: CalendarRow,
  result: Exclude<Result, { kind: "read" }>,
  { now, fraction }: Settling,
  policy: Policy,
): CalendarRow {
  const isNewlyBlocked = result.kind === "blocked" && row.sync.blocked === undefined;
  const failures = isNewlyBlocked ? 1 : row.sync.failures + 1;
  const failingSince = row.sync.failingSince ?? now;
  const common = { failures, failingSince, lastError: result.detail, dirty: true };
  switch (result.kind) {
    case "blocked":
      return withSync(row, { ...common, blocked: result.reason, retryAt: later(now, blockedDelayMs(failures)) });
    case "unfinished":
    case "transient":
      if (result.kind === "unfinished" && row.sync.failures === 0)
        return withPendingWake(withSync(row, { dirty: true }), now, policy);
      return withSync(row, { ...common, retryAt: later(now, retryDelayMs(failures, fraction, policy)) });
    case "throttled": {
      const until = later(now, pauseMs(result, failures, fraction));
      const notBefore = latest(until, row.sync.notBefore ?? until); // a shorter wish does not end a longer one
      return withSync(row, { ...common, notBefore, retryAt: notBefore });
    }
    default:
      return result satisfies never;
  }
}

/** Retry-After rounded up, at least a second, at most an hour; a back-off where Graph gave none [R4]. */
export function pauseMs({ retryAfterSeconds }: Throttled, failures: number, fraction: number): number {
  if (retryAfterSeconds === undefined) return backOffMs(failures, fraction, NOT_BEFORE_MAX_MS);
  return Math.min(Math.max(1, Math.ceil(retryAfterSeconds)) * SECOND_MS, NOT_BEFORE_MAX_MS);
}
