/** Rows that a broken clock has written, and a clock that does not know its time yet. */
import { describe, expect, test } from "vitest";
import { dueTimes } from "../../shared/domain/due.js";
import { StorageUnavailable } from "../../shared/domain/ports.js";
import { type CalendarRow, withSubscription, withSync } from "../../shared/domain/row.js";
import { DAY_MS, type EpochMs, HOUR_MS, later, MINUTE_MS } from "../../shared/domain/time.js";
import { POLICY } from "../service.js";
import { ANNA, EVENT, settledService } from "./settledService.js";

describe("a clock that is wrong", () => {
  const broken: readonly (readonly [
    what: string,
    change: (row: CalendarRow, at: (ms: number) => EpochMs) => CalendarRow,
  ])[] = [
    ["an asOf ahead of time", (row, at) => withSync(row, { asOf: at(HOUR_MS) })],
    ["a notification ahead of time", (row, at) => withSync(row, { heardAt: at(HOUR_MS) })],
    ["a lease without end", (row, at) => withSync(row, { lease: { token: "t", until: at(DAY_MS), asOf: at(0) } })],
    ["a retry next year", (row, at) => withSync(row, { retryAt: at(365 * DAY_MS), failures: 1 })],
    ["a pause of days", (row, at) => withSync(row, { notBefore: at(3 * DAY_MS) })],
    ["a wake-up next year", (row, at) => withSync(row, { wakeAt: at(365 * DAY_MS), asOf: undefined, dirty: true })],
    [
      "an intent without end",
      (row, at) => withSubscription(row, { id: undefined, intent: { token: "t", until: at(99 * DAY_MS) } }),
    ],
    ["a renewal next year", (row, at) => withSubscription(row, { grantedAt: at(0), expiresAt: at(999 * DAY_MS) })],
  ];

  test.each(broken)("D5: a row with %s is due at once and right again within two sweeps", async (_what, change) => {
    const service = await settledService();
    const stored = await service.store.read(service.id);
    if (stored === undefined) throw new Error("there is no row");
    const row = change(stored.row, (ms) => later(service.clock.now(), ms));
    await service.store.write(row, dueTimes(row, POLICY), stored.etag);
    service.sim.subscriptions.setKnobs({ dropProbability: 1 });
    service.sim.outlook.addEvent(ANNA, "primary", EVENT);
    await service.pass(POLICY.reconcileMs + 2 * MINUTE_MS);
    service.isCurrent();
    const { sync, subscription } = service.rowOf(service.id);
    expect(sync.asOf).toBeLessThanOrEqual(service.clock.now());
    expect(service.sim.subscriptions.live.map(({ id }) => id)).toContain(subscription.id);
    expect(subscription.expiresAt).toBe(service.sim.subscriptions.find(subscription.id ?? "")?.expiresAt);
  });

  test("D5: before storage has told its time nothing is read and no notification is taken in", async () => {
    const service = await settledService();
    service.clock.isSynced = false;
    await expect(service.handleRefresh(service.notified())).rejects.toThrow(StorageUnavailable);
    expect(service.reads(ANNA)).toBe(0);
    service.sim.outlook.addEvent(ANNA, "primary", EVENT);
    await service.work();
    expect(service.queues.refreshes.length).toBe(0);
    service.clock.isSynced = true;
    await service.pass(MINUTE_MS); // Graph tries again
    service.isCurrent();
  });
});

test("D5, R4: what a clock an hour ahead writes on a row is forgotten, but not Graph's Retry-After", async () => {
  const service = await settledService();
  service.sim.faults.add({ kind: "throttled", seconds: 90, count: 1 });
  await service.handleRefresh(service.notified());
  await service.handleRefresh(service.notified(-60 * MINUTE_MS));
  expect(service.rowOf(service.id).sync.heardAt).toBeGreaterThan(service.clock.now() + 59 * MINUTE_MS);
  await service.handleRefresh(service.notified());
  expect(service.reads(ANNA)).toBe(1);
  expect(service.rowOf(service.id).sync.heardAt).toBe(service.clock.now());
});
