/** Where a sweep stands: it goes through all rows part by part, a part a minute, and begins again. Pure [S8]. */
import { type KeyRange, rangesOfPart, shareBefore } from "./keyRange.js";
import { IMPLAUSIBLE_MS } from "./policy.js";
import type { Intent } from "./row.js";
import { NOTHING_COUNTED, type Tally } from "./tally.js";
import { type EpochMs, later, MINUTE_MS, SECOND_MS } from "./time.js";

/** How often the timers call. */
export const TICK_MS = MINUTE_MS;
/** Rows of one part: a hundred pages of Table Storage, some seconds in a few ranges at once. */
export const PART_ROWS = 100_000;
/** Rows of one range; the ranges of a part are listed at the same time. */
const RANGE_ROWS = 10_000;
const RANGES_MAX = 16;
/** A part that turns out larger than expected ends after twice its rows; the next one begins there. */
const PART_ROWS_MAX = 2 * PART_ROWS;
const PARTS_MAX = 1_000;
/** A part is one timer's business for this long: less than a tick, so that a timer that died costs one tick. */
export const TAKEN_MS = 50 * SECOND_MS;

export const SWEEPS = ["refresh", "subscription"] as const;
export type Sweep = (typeof SWEEPS)[number];

export interface Round {
  /** The key that the next part begins with; absent at the start of a round. */
  readonly from?: string;
  /** When the round began that is under way. */
  readonly startedAt?: EpochMs;
  /** Of the round that is under way. */
  readonly soFar: Tally;
  readonly last?: { readonly tally: Tally; readonly startedAt: EpochMs; readonly endedAt: EpochMs };
  /** Some timer is listing the next part. */
  readonly taken?: Intent;
}

export const FIRST_ROUND: Round = { soFar: NOTHING_COUNTED };

export interface Part {
  readonly ranges: readonly KeyRange[];
  /** Most rows that each range gives. */
  readonly rowsMax: number;
  /** After how long this part's turn comes again. */
  readonly roundMs: number;
}

/** How many rows there are, as far as counting tells: the last round, or this one as if it went on as it began. */
export function rowsExpected({ last, soFar, from }: Round): number {
  const share = from === undefined ? 0 : shareBefore(from);
  const projected = share > 0 ? (soFar.counts.rows ?? 0) / share : 0;
  return Math.ceil(Math.max(last?.tally.counts.rows ?? 0, projected));
}

/** The next part of a round over so many rows. */
export function nextPart({ from }: Round, rows: number): Part {
  const parts = Math.min(PARTS_MAX, Math.max(1, Math.ceil(rows / PART_ROWS)));
  const ranges = Math.min(RANGES_MAX, Math.max(1, Math.ceil(rows / parts / RANGE_ROWS)));
  return {
    ranges: rangesOfPart(from, parts, ranges),
    rowsMax: Math.ceil(PART_ROWS_MAX / ranges),
    roundMs: parts * TICK_MS,
  };
}

/** Whether somebody else is at it; an end that no rule would have written is nobody's [D5]. */
export const isTaken = ({ taken }: Round, now: EpochMs): boolean =>
  taken !== undefined && taken.until > now && taken.until <= later(now, TAKEN_MS + IMPLAUSIBLE_MS);

export const takenBy = (round: Round, token: string, now: EpochMs): Round => ({
  ...round,
  taken: { token, until: later(now, TAKEN_MS) },
});

/** The round after a part that was listed up to `next`; absent: up to the end of all keys. */
export function advanced({ startedAt, last }: Round, soFar: Tally, next: string | undefined, now: EpochMs): Round {
  const began = startedAt ?? now;
  if (next === undefined) return { soFar: NOTHING_COUNTED, last: { tally: soFar, startedAt: began, endedAt: now } };
  return { from: next, startedAt: began, soFar, ...(last && { last }) };
}
