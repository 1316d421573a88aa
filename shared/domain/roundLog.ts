/** What a whole round of the sweep found, as numbers of its log line: alerts and the workbook are made of them. Pure. */
import type { EpochMs } from "./time.js";

/** Nothing of it is 0 in the line, not absent: a query must tell "none" from "no round". */
const COUNTS = [
  "rows",
  "fresh",
  "stale",
  "unknown",
  "push",
  "polling",
  "expiring",
  "expired",
  "failing",
  "subscriptionFailing",
] as const;

export interface RoundFound {
  readonly counts: Readonly<Partial<Record<(typeof COUNTS)[number], number>>>;
  /** Since when, of the row for which it is longest. */
  readonly since: Readonly<Partial<Record<"asOf" | "overdue" | "subscriptionOverdue", EpochMs>>>;
}

/** Counts of calendars; ages in whole seconds, 0 where there is none. */
export function roundFields({ counts, since }: RoundFound, now: EpochMs): Readonly<Record<string, number>> {
  const age = (...times: readonly (EpochMs | undefined)[]): number =>
    Math.max(0, ...times.map((at) => (at === undefined ? 0 : Math.round((now - at) / 1_000))));
  return {
    ...Object.fromEntries(COUNTS.map((name) => [name, counts[name] ?? 0])),
    oldestAsOfSeconds: age(since.asOf),
    oldestOverdueSeconds: age(since.overdue, since.subscriptionOverdue),
  };
}
