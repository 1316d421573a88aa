/** Rows that a broken clock has written, and a clock that does not know its time yet. */
import { describe, expect, test } from "vitest";
import { readAvailabilityNow } from "../../shared/domain/availability.js";
import type { Deps } from "../../shared/domain/deps.js";
import { dueTimes } from "../../shared/domain/due.js";
import { StorageUnavailable } from "../../shared/domain/ports.js";
import { refresh } from "../../shared/domain/refresh.js";
import { type CalendarRow, withSubscription, withSync } from "../../shared/domain/row.js";
import { DAY_MS, type EpochMs, HOUR_MS, later, MINUTE_MS } from "../../shared/domain/time.js";
import { watch } from "../../shared/domain/watch.js";
import { nameOf } from "../graphBed.js";
import { POLICY } from "../service.js";
import { ANNA, bound, EVENT, settledService } from "./settledService.js";

const SKEW_MS = 500;
const READER = { consumer: "booking", seesAll: false };

/** The same for an instance whose clock is off, as far as storage's whole seconds allow. */
const off = (deps: Deps, ms: number): Deps => ({
  ...deps,
  sleep: (pauseMs) => new Promise((done) => setTimeout(done, pauseMs)),
  clock: { now: () => later(deps.clock.now(), ms), synced: () => true },
});

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

describe("instances whose clocks are a second apart", () => {
  /** The fast one has read; then a meeting was booked. */
  async function booked(policy = {}) {
    const service = await settledService({ policy });
    await service.pass(5 * MINUTE_MS);
    const [fast, slow] = [off(service.deps, SKEW_MS), off(service.deps, -SKEW_MS)];
    const at = fast.clock.now();
    await refresh(fast, service.woken({ kind: "confirm", notifiedAt: at, at }));
    service.clock.advance(300);
    service.sim.outlook.addEvent(ANNA, "primary", EVENT);
    service.clock.advance(100);
    service.sim.clearLog();
    return { ...service, fast, slow };
  }
  const query = (service: { readonly clock: { readonly now: () => EpochMs } }, maxAgeMs: number) => ({
    ...{ start: service.clock.now(), end: later(service.clock.now(), DAY_MS), blockOn: ["busy"] as const },
    ...{ allDay: "respect" as const, bufferMs: { before: 0, after: 0 }, maxAgeMs, detail: false },
  });

  test("A9, D5: the read that a request waits for is made, whatever the other one's clock has called its own", async () => {
    const service = await booked();
    const found = await readAvailabilityNow(service.slow, READER, [service.id], query(service, 0));
    expect(found.get(service.id)?.answer).toMatchObject({ state: "fresh", busy: [{}] });
    expect(service.reads(ANNA)).toBe(1);
  });

  test("A9, D5: where Graph does not answer, what the other one's clock puts ahead of time is stale", async () => {
    const service = await booked();
    service.sim.faults.add({ kind: "error", status: 503 });
    const found = await readAvailabilityNow(service.slow, READER, [service.id], query(service, 0));
    expect(found.get(service.id)?.answer).toMatchObject({ state: "stale", busy: [] });
  });

  test("A9: requests that wait for the same calendar share the reads that begin after they have asked", async () => {
    const service = await booked();
    const ask = () => readAvailabilityNow(service.slow, READER, [service.id], query(service, 0));
    const all = await Promise.all(Array.from({ length: 8 }, ask));
    expect(all.map((found) => found.get(service.id)?.answer.state)).toEqual(Array(8).fill("fresh"));
    expect(service.reads(ANNA)).toBeLessThanOrEqual(2);
  });

  test("A9, A6: what the reader could not see when they asked has its age, whoever has read it", async () => {
    const service = await booked();
    const ben = await service.watched("ben@contoso.com");
    const reader = { consumer: "crm", seesAll: false };
    const wish = (mailbox: string) => watch(service.deps, "crm", [{ name: nameOf(mailbox), reference: "" }]);
    await wish("ben@contoso.com");
    await service.pass(5 * MINUTE_MS);
    service.sim.subscriptions.setKnobs({ dropProbability: 1 });
    service.sim.outlook.deleteEvent(ANNA, "primary", EVENT.id);
    const { firstPages, ...rest } = bound(service.deps.reader);
    const reading: typeof firstPages = async (...views) => {
      await wish(ANNA); // another request of theirs, at the same time
      return firstPages(...views);
    };
    const deps = { ...service.slow, reader: { ...rest, firstPages: reading } };
    const found = await readAvailabilityNow(deps, reader, [service.id, ben], query(service, MINUTE_MS));
    expect(found.get(ben)?.answer.state).toBe("fresh");
    expect(found.get(service.id)?.answer).toMatchObject({ state: "stale", busy: [{}] });
  });

  test("R6, D5: a read that began later is kept though a slower clock has timed it", async () => {
    const service = await booked({ minRefreshIntervalMs: 0, confirmAfterMs: 0 });
    const before = service.rowOf(service.id).sync.asOf;
    await refresh(service.slow, service.woken({ kind: "notified", notifiedAt: service.slow.clock.now() }));
    service.isCurrent();
    expect(service.rowOf(service.id).sync.asOf).toBe(before);
  });
});
