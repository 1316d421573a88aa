/** Blocks: when a calendar is busy, kept so that any reader's policy can still be applied. */
import type { EpochMs } from "./time.js";

/** What blocks time. Graph's `free` makes no block; its `unknown`, or none at all, is `busy`: unknown is never free. */
export const STATUSES = ["busy", "oof", "tentative", "workingElsewhere"] as const;
export type Status = (typeof STATUSES)[number];

/** Half-open, in whole units of its layer. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * One status, timed or all-day [D2]. Sorted, disjoint, not touching.
 * Timed spans are minutes since the epoch; all-day spans are days since the epoch, in no zone yet [R10].
 */
export interface Layer {
  readonly status: Status;
  readonly allDay: boolean;
  readonly spans: readonly Span[];
}

/** A snapshot's blocks: at most one layer a status and kind, empty layers left out. Layers are never merged with each other. */
export type Layers = readonly Layer[];

/** Epoch milliseconds, half-open. */
export interface Interval {
  readonly start: EpochMs;
  readonly end: EpochMs;
}
