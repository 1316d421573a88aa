import { describe, expect, test } from "vitest";
import { timed } from "../../test/timeline.js";
import { answerCalendar, TOO_OLD_MS } from "./answer.js";
import { dueTimes, renewAt } from "./due.js";
import { explainCalendar, stateOf } from "./explain.js";
import { knowledgeOf, type Reader } from "./knowledge.js";
import { pack } from "./packing.js";
import type { Policy } from "./policy.js";
import { type CalendarRow, idOfRow, newRow, withSubscription, withSync } from "./row.js";
import { DAY_MS, HOUR_MS, instant, later, MINUTE_MS, SECOND_MS } from "./time.js";

const policy: Policy = {
  horizonDays: 90,
  reconcileMs: 15 * MINUTE_MS,
  pollMs: 5 * MINUTE_MS,
  minRefreshIntervalMs: 2 * SECOND_MS,
  confirmAfterMs: MINUTE_MS,
  door: "webhook",
};
const standard = { policy, maxAgeMs: 20 * MINUTE_MS };
const NOW = instant(Date.parse("2026-12-01T12:00:00Z"));
const anna: Reader = { consumer: "anna-app", seesAll: false };
const everybody: Reader = { consumer: "operator", seesAll: true };
const stranger: Reader = { consumer: "stranger", seesAll: false };

const blocks = pack(timed(["02202", "00330"], NOW / MINUTE_MS));
const window = { start: later(NOW, -DAY_MS), end: later(NOW, 90 * DAY_MS) };
const report = { at: NOW, why: "notification", outcome: "read", durationMs: 480, pages: 1, events: 5 };
const snapshot = {
  windowStart: window.start,
  windowEnd: window.end,
  blocks,
  contentHash: "hash",
  changedAt: later(NOW, -HOUR_MS),
  events: 5,
};
const watched: CalendarRow = {
  ...newRow({ tenantId: "t", mailbox: "room@contoso.com", calendar: "primary" }, later(NOW, -DAY_MS)),
  watches: [
    { consumer: "anna-app", reference: "a", timeZone: "Europe/Berlin" },
    { consumer: "ben-app", reference: "b" },
  ],
  mailboxZone: { name: "Tokyo Standard Time", readAt: NOW },
};
const read = (row: CalendarRow, ageMs = 0): CalendarRow => ({
  ...withSync(row, { asOf: later(NOW, -ageMs), heardAt: later(NOW, -SECOND_MS), lastRead: report }),
  snapshot,
});
const subscribed = (row: CalendarRow): CalendarRow =>
  withSubscription(row, { id: "sub", keyId: "k1", grantedAt: NOW, expiresAt: later(NOW, 6 * DAY_MS) });

test("A6: a calendar that is not the reader's is explained like one that does not exist", () => {
  expect(explainCalendar(undefined, anna, standard, NOW)).toBeUndefined();
  expect(explainCalendar(read(watched), stranger, standard, NOW)).toBeUndefined();
  expect(explainCalendar(newRow(watched.name, NOW), everybody, standard, NOW)).toBeUndefined();
  expect(stateOf(undefined, anna, 0, NOW)).toEqual(stateOf(read(watched), stranger, 0, NOW));
});

test("everything known of a healthy calendar is told", () => {
  const row = subscribed(read(watched));
  expect(explainCalendar(row, anna, standard, NOW)).toEqual({
    id: idOfRow(row),
    name: watched.name,
    state: "fresh",
    reason: undefined,
    asOf: NOW,
    delivery: "push",
    window,
    counts: { events: 5, blocks: 3, bytes: blocks.length },
    changedAt: later(NOW, -HOUR_MS),
    zones: { zones: ["Europe/Berlin"], from: "watch" },
    mailboxZone: "Tokyo Standard Time",
    watches: [{ consumer: "anna-app", reference: "a", timeZone: "Europe/Berlin" }],
    subscription: {
      state: "active",
      id: "sub",
      expiresAt: later(NOW, 6 * DAY_MS),
      renewAt: renewAt(row, policy),
      failures: 0,
      lastError: undefined,
      nextTryAt: undefined,
      removing: 0,
    },
    lastNotificationAt: later(NOW, -SECOND_MS),
    lastRefresh: report,
    failures: 0,
    crashes: 0,
    lastError: undefined,
    notBefore: undefined,
    nextRefreshDueAt: later(NOW, 15 * MINUTE_MS),
    subscriptionDueAt: dueTimes(row, policy).subscriptionDueAt,
  });
});

test("A6: who sees all sees all watches, in the mailbox's zone as far as it is known", () => {
  const told = explainCalendar(read(watched), everybody, standard, NOW);
  expect(told?.watches).toHaveLength(2);
  expect(told?.zones).toEqual({ zones: ["Asia/Tokyo"], from: "mailbox" });
  const { mailboxZone: _, ...zoneless } = watched;
  expect(explainCalendar(read(zoneless), everybody, standard, NOW)?.zones).toEqual({ zones: [], from: "none" });
});

test("what goes wrong is told, and when it is tried again", () => {
  const failing = withSync(read(watched), {
    blocked: "accessDenied",
    lastError: "403 ErrorAccessDenied",
    failures: 3,
    crashes: 1,
    retryAt: later(NOW, 15 * MINUTE_MS),
    notBefore: later(NOW, MINUTE_MS),
  });
  const row = withSubscription(failing, {
    failures: 2,
    lastError: "403",
    retryAt: later(NOW, HOUR_MS),
    removing: ["s"],
  });
  expect(explainCalendar(row, anna, standard, NOW)).toMatchObject({
    state: "unknown",
    reason: "accessDenied",
    delivery: "polling",
    failures: 3,
    crashes: 1,
    lastError: "403 ErrorAccessDenied",
    notBefore: later(NOW, MINUTE_MS),
    nextRefreshDueAt: later(NOW, 15 * MINUTE_MS),
    subscriptionDueAt: later(NOW, HOUR_MS),
    subscription: { state: "failing", failures: 2, lastError: "403", nextTryAt: later(NOW, HOUR_MS), removing: 1 },
  });
});

test("a calendar that was never read, or whose blocks cannot be, has nothing to count", () => {
  const never = explainCalendar(watched, anna, standard, NOW);
  expect(never).toMatchObject({ state: "unknown", reason: "neverRefreshed" });
  expect([never?.asOf, never?.window, never?.counts, never?.subscription.renewAt]).toEqual(
    new Array(4).fill(undefined),
  );
  const broken = { ...read(watched), snapshot: { ...snapshot, blocks: Uint8Array.from([9]) } };
  const told = explainCalendar(broken, anna, standard, NOW);
  expect(told).toMatchObject({ state: "unknown", reason: "unreadable", counts: { events: 5, bytes: 1 } });
  expect(told?.counts?.blocks).toBeUndefined();
});

describe("A1: lists, explain and answers agree on the state", () => {
  const rows: readonly [string, CalendarRow][] = [
    ["fresh ", read(watched)],
    ["at its age's limit", read(watched, standard.maxAgeMs)],
    ["stale ", read(watched, standard.maxAgeMs + 1)],
    ["too old", read(watched, TOO_OLD_MS + 1)],
    ["blocked", withSync(read(watched), { blocked: "mailboxNotFound" })],
    ["never read", watched],
    ["in a newer schema", { ...read(watched), unreadable: "rest" }],
    ["broken", { ...read(watched), snapshot: { ...snapshot, blocks: new Uint8Array() } }],
  ];
  const query = {
    ...window,
    blockOn: ["busy"] as const,
    allDay: "respect" as const,
    bufferMs: { before: 0, after: 0 },
    maxAgeMs: standard.maxAgeMs,
    detail: false,
  };

  test.each(rows)("A1: %s", (_name, row) => {
    const judgement = stateOf(row, anna, standard.maxAgeMs, NOW);
    const { state, reason } = answerCalendar(knowledgeOf(row, anna, NOW), query, NOW);
    expect(judgement).toEqual({ state, reason });
    expect(explainCalendar(row, anna, standard, NOW)).toMatchObject(judgement);
  });
});
