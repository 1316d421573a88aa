import { describe, expect, test } from "vitest";
import { calendarIdOf } from "./calendarId.js";
import type { SweptRow } from "./ports.js";
import { BLOCKED_REASONS } from "./row.js";
import { type Count, counted, EXPIRING_MS, NOTHING_COUNTED, OVERDUE_MS } from "./tally.js";
import { DAY_MS, HOUR_MS, instant, later, MINUTE_MS } from "./time.js";

const NOW = instant(Date.parse("2026-12-01T12:00:00Z"));
const MAX_AGE_MS = 20 * MINUTE_MS;
/** Watched, read a minute ago, subscribed, due for nothing. */
const HEALTHY: SweptRow = {
  id: calendarIdOf({ tenantId: "t", mailbox: "anna@contoso.com", calendar: "primary" }),
  refreshDueAt: later(NOW, HOUR_MS),
  subscriptionDueAt: later(NOW, HOUR_MS),
  watched: true,
  leased: false,
  newer: false,
  asOf: later(NOW, -MINUTE_MS),
  expiresAt: later(NOW, 3 * DAY_MS),
};
const tally = (...rows: readonly Partial<SweptRow>[]) =>
  counted(
    NOTHING_COUNTED,
    rows.map((row) => ({ ...HEALTHY, ...row })),
    MAX_AGE_MS,
    NOW,
  );
const without = (name: "asOf" | "expiresAt"): SweptRow => {
  const { [name]: _, ...rest } = HEALTHY;
  return rest;
};
const countsOf = (row: SweptRow) => counted(NOTHING_COUNTED, [row], MAX_AGE_MS, NOW).counts;
const HEALTHY_COUNTS = { rows: 1, fresh: 1, push: 1 };

describe("what one row counts as", () => {
  test.each<[string, Partial<SweptRow>, Partial<Record<Count, number>>]>([
    ["is healthy", {}, HEALTHY_COUNTS],
    ["is as old as it may be", { asOf: later(NOW, -MAX_AGE_MS) }, HEALTHY_COUNTS],
    ["is older", { asOf: later(NOW, -MAX_AGE_MS - 1) }, { rows: 1, stale: 1, push: 1 }],
    ["is too old", { asOf: later(NOW, -DAY_MS - 1) }, { rows: 1, unknown: 1, tooOld: 1, push: 1 }],
    ["was written by somebody newer", { newer: true }, { rows: 1, unknown: 1, unreadable: 1, push: 1 }],
    ...BLOCKED_REASONS.map((blocked): [string, Partial<SweptRow>, object] => [
      `is blocked as ${blocked}`,
      { blocked },
      { rows: 1, unknown: 1, [blocked]: 1, push: 1 },
    ]),
    ["ends within the day", { expiresAt: later(NOW, EXPIRING_MS - 1) }, { ...HEALTHY_COUNTS, expiring: 1 }],
    ["ends in a day", { expiresAt: later(NOW, EXPIRING_MS) }, HEALTHY_COUNTS],
    ["has ended", { expiresAt: NOW }, { rows: 1, fresh: 1, polling: 1, expired: 1 }],
    ["is due", { refreshDueAt: NOW, subscriptionDueAt: NOW }, HEALTHY_COUNTS],
    ["is overdue", { refreshDueAt: later(NOW, -OVERDUE_MS) }, { ...HEALTHY_COUNTS, overdue: 1 }],
    ["fails", { failingSince: NOW }, { ...HEALTHY_COUNTS, failing: 1 }],
    ["was given up", { poisonedAt: NOW }, { ...HEALTHY_COUNTS, poisoned: 1 }],
    ["nobody watches", { watched: false, refreshDueAt: instant(0) }, { rows: 1, removing: 1 }],
    [
      "nobody watches and Graph does not let go",
      { watched: false, subscriptionDueAt: later(NOW, -HOUR_MS), subscriptionFailingSince: NOW },
      { rows: 1, removing: 1, subscriptionOverdue: 1, subscriptionFailing: 1 },
    ],
  ])("S8: a calendar that %s", (_what, row, counts) => {
    expect(countsOf({ ...HEALTHY, ...row })).toEqual(counts);
  });

  test("S8: one that was never read, and one without a subscription", () => {
    expect(countsOf(without("asOf"))).toEqual({ rows: 1, unknown: 1, neverRefreshed: 1, push: 1 });
    expect(countsOf(without("expiresAt"))).toEqual({ rows: 1, fresh: 1, polling: 1 });
  });
});

describe("since when", () => {
  test("S8: it is the longest of all rows, and the oldest copy of those that are watched", () => {
    const { since } = tally(
      { asOf: later(NOW, -3 * HOUR_MS), failingSince: later(NOW, -5) },
      { asOf: later(NOW, -9 * HOUR_MS), watched: false },
      { failingSince: later(NOW, -9), refreshDueAt: later(NOW, -HOUR_MS), poisonedAt: later(NOW, -4) },
      { refreshDueAt: later(NOW, -2 * HOUR_MS), subscriptionDueAt: later(NOW, -3 * HOUR_MS) },
    );
    expect(since).toEqual({
      asOf: later(NOW, -3 * HOUR_MS),
      failing: later(NOW, -9),
      overdue: later(NOW, -2 * HOUR_MS),
      poisoned: later(NOW, -4),
      subscriptionOverdue: later(NOW, -3 * HOUR_MS),
    });
  });

  test("S8: a due time that was lost is overdue, but not since 1970", () => {
    const { counts, since } = tally({ refreshDueAt: instant(0) });
    expect(counts.overdue).toBe(1);
    expect(since.overdue).toBe(later(NOW, -OVERDUE_MS));
  });
});

test("S8: counted part by part is counted at once", () => {
  const rows = [{}, { newer: true }, { failingSince: NOW }, { asOf: later(NOW, -HOUR_MS) }, { watched: false }].map(
    (row): SweptRow => ({ ...HEALTHY, ...row }),
  );
  const first = counted(NOTHING_COUNTED, rows.slice(0, 2), MAX_AGE_MS, NOW);
  expect(counted(first, rows.slice(2), MAX_AGE_MS, NOW)).toEqual(counted(NOTHING_COUNTED, rows, MAX_AGE_MS, NOW));
});
