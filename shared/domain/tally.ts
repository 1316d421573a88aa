/** What a sweep counts of the rows that it lists anyway: numbers only, for `GET /status`. Pure. */
import { judgeKnowledge, UNKNOWN_REASONS } from "./answer.js";
import { deliveryUntil } from "./knowledge.js";
import type { SweptRow } from "./ports.js";
import { DAY_MS, type EpochMs, earliest, later, MINUTE_MS } from "./time.js";

/** Due this long ago and still not done: the slack that every promise of a sweep has. */
export const OVERDUE_MS = 2 * MINUTE_MS;
/** A subscription that ends sooner should have been renewed days ago. */
export const EXPIRING_MS = DAY_MS;

/** `removing`: nobody watches, the row is on its way out. `push` and `polling` add up to what is watched. */
export const COUNTS = [
  "rows",
  "removing",
  "fresh",
  "stale",
  "unknown",
  ...UNKNOWN_REASONS,
  "overdue",
  "failing",
  "poisoned",
  "push",
  "polling",
  "expiring",
  "expired",
  "subscriptionOverdue",
  "subscriptionFailing",
] as const;
export type Count = (typeof COUNTS)[number];

/** Since when, of the row for which it is longest. `asOf`: the oldest copy. */
export const SINCES = ["asOf", "overdue", "failing", "poisoned", "subscriptionOverdue", "subscriptionFailing"] as const;
export type Since = (typeof SINCES)[number];

export interface Tally {
  /** Absent is 0. */
  readonly counts: Readonly<Partial<Record<Count, number>>>;
  readonly since: Readonly<Partial<Record<Since, EpochMs>>>;
}

export const NOTHING_COUNTED: Tally = { counts: {}, since: {} };

/** The tally with these rows added, as they are at `now`. `maxAgeMs`: an older copy is stale. */
export function counted(tally: Tally, rows: readonly SweptRow[], maxAgeMs: number, now: EpochMs): Tally {
  const counts: Partial<Record<Count, number>> = { ...tally.counts };
  const since: Partial<Record<Since, EpochMs>> = { ...tally.since };
  const add = (name: Count): void => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const note = (name: Since, at: EpochMs | undefined): void => {
    if (at === undefined) return;
    if (name !== "asOf") add(name);
    since[name] = earliest(since[name] ?? at, at);
  };
  for (const row of rows) {
    countOne(row, maxAgeMs, now, add);
    noteSinces(row, now, note);
  }
  return { counts, since };
}

function countOne(row: SweptRow, maxAgeMs: number, now: EpochMs, add: (name: Count) => void): void {
  add("rows");
  if (!row.watched) {
    add("removing");
    return;
  }
  const { state, reason } = judgeKnowledge(knownOf(row), maxAgeMs, now);
  add(state);
  if (reason !== undefined) add(reason);
  const { expiresAt } = row;
  add(deliveryUntil(expiresAt, now));
  if (expiresAt !== undefined && expiresAt < later(now, EXPIRING_MS)) add(expiresAt > now ? "expiring" : "expired");
}

function knownOf({ newer, blocked, asOf }: SweptRow) {
  if (newer) return { kind: "unknown", reason: "unreadable" } as const;
  if (blocked !== undefined) return { kind: "unknown", reason: blocked } as const;
  return asOf === undefined
    ? ({ kind: "unknown", reason: "neverRefreshed" } as const)
    : ({ kind: "known", asOf } as const);
}

/** A due time of 0 is one that was lost: overdue, but nobody knows since when. */
function noteSinces(row: SweptRow, now: EpochMs, note: (name: Since, at: EpochMs | undefined) => void): void {
  const late = (dueAt: EpochMs): EpochMs | undefined =>
    dueAt > later(now, -OVERDUE_MS) ? undefined : dueAt > 0 ? dueAt : later(now, -OVERDUE_MS);
  if (row.watched) {
    note("asOf", row.asOf);
    note("overdue", late(row.refreshDueAt));
    note("failing", row.failingSince);
  }
  note("poisoned", row.poisonedAt);
  note("subscriptionOverdue", late(row.subscriptionDueAt));
  note("subscriptionFailing", row.subscriptionFailingSince);
}
