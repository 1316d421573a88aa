import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calendarIdOf } from "../../shared/domain/calendarId.js";
import { refresh } from "../../shared/domain/refresh.js";
import { later, MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { openService, POLICY } from "../service.js";
import { copied } from "../truth.js";
import { ANNA, bound, EVENT, settledService } from "./settledService.js";

describe("which messages lead to a read", () => {
  test("R1: a change is read as soon as it is told, and confirmed once", async () => {
    const service = await settledService();
    service.sim.outlook.addEvent(ANNA, "primary", EVENT);
    await service.work();
    service.isCurrent();
    expect(service.reads(ANNA)).toBe(1);
    await service.pass(5 * MINUTE_MS);
    expect(service.reads(ANNA)).toBe(2);
  });

  test("R1: calendars that nobody keeps or watches are dropped without a call", async () => {
    const service = openService();
    const name = { tenantId: "t", mailbox: ANNA, calendar: "primary" };
    const wake = { kind: "notified", notifiedAt: service.clock.now() } as const;
    await service.handleRefresh({ calendars: [calendarIdOf(name)], wake, cause: "notification" });
    expect(service.sim.log).toEqual([]);
    expect(service.store.rows).toEqual([]);
  });

  test("R1: what a read began after, by more than two clocks can differ, is covered and costs no write", async () => {
    const service = await settledService();
    const [before] = (await service.store.list(1)).rows;
    await service.handleRefresh(service.notified(5 * MINUTE_MS));
    expect((await service.store.list(1)).rows).toEqual([before]);
    expect(service.reads(ANNA)).toBe(0);
  });

  test("R1: within the margin of two clocks it is read again", async () => {
    const service = await settledService();
    const { asOf } = service.rowOf(service.id).sync;
    const ago = service.clock.now() - (asOf ?? 0);
    await service.handleRefresh(service.notified(ago + 2 * SECOND_MS));
    expect(service.reads(ANNA)).toBe(1);
  });

  test("R1: a message that only wakes does nothing before the row's own time, and reads at it", async () => {
    const service = await settledService();
    const { asOf } = service.rowOf(service.id).sync;
    const due = later(asOf ?? service.clock.now(), POLICY.reconcileMs);
    await service.handleRefresh(service.woken({ kind: "due", at: later(due, -1) }));
    expect(service.reads(ANNA)).toBe(0);
    await service.handleRefresh(service.woken({ kind: "due", at: due })); // counts as reached: the queue has waited
    expect(service.reads(ANNA)).toBe(1);
  });

  test("R2: while somebody reads, nobody else does; what is told meanwhile is read afterwards", async () => {
    const service = await settledService();
    const { promise: reading, resolve: letGo } = Promise.withResolvers<void>();
    const { reader } = service.deps;
    let readers = 0;
    let most = 0;
    const firstPages: typeof reader.firstPages = async (...asked) => {
      most = Math.max(most, ++readers);
      const pages = await reader.firstPages(...asked);
      await reading;
      readers -= 1;
      return pages;
    };
    const slow = refresh({ ...service.deps, reader: { ...bound(reader), firstPages } }, service.notified());
    await expect.poll(() => readers).toBe(1);
    service.clock.advance(5 * SECOND_MS); // past the pause, within the lease
    await Promise.all([service.handleRefresh(service.notified()), service.handleRefresh(service.notified())]);
    service.sim.outlook.addEvent(ANNA, "primary", EVENT);
    await service.work();
    expect(service.reads(ANNA)).toBe(1);
    letGo();
    await slow;
    await service.pass(3 * SECOND_MS, { timers: false });
    service.isCurrent();
    expect([most, service.reads(ANNA)]).toEqual([1, 2]);
    expect(service.rowOf(service.id).sync).toMatchObject({ crashes: 0, dirty: false });
  });

  test("R3: a burst within the pause becomes one read after it, with one message under way", async () => {
    const service = await settledService();
    await service.handleRefresh(service.notified());
    const waiting = service.queues.refreshes.length;
    for (let count = 0; count < 20; count++) await service.handleRefresh(service.notified());
    expect(service.reads(ANNA)).toBe(1);
    expect(service.queues.refreshes.length).toBe(waiting + 1);
    await service.pass(POLICY.minRefreshIntervalMs, { timers: false });
    expect(service.reads(ANNA)).toBe(2);
  });

  test("R8: a view from before the change is corrected by the confirmation", async () => {
    const service = await settledService();
    service.sim.faults.add({ kind: "oldView", ms: 40 * SECOND_MS });
    service.clock.advance(SECOND_MS);
    service.sim.outlook.addEvent(ANNA, "primary", EVENT);
    await service.work();
    expect(copied(service.rowOf(service.id))).toEqual([]); // Graph had not caught up
    await service.pass(POLICY.confirmAfterMs, { timers: false });
    service.isCurrent();
  });

  test("R8: with several notifications the last one's confirmation is the one that reads", async () => {
    const service = await settledService();
    for (let count = 0; count < 5; count++) {
      service.sim.outlook.addEvent(ANNA, "primary", { ...EVENT, id: `b${count}` });
      await service.pass(10 * SECOND_MS, { timers: false });
    }
    expect(service.reads(ANNA)).toBe(5);
    await service.pass(2 * MINUTE_MS, { timers: false });
    expect(service.reads(ANNA)).toBe(6);
    service.isCurrent();
  });

  test("R8, R12: of two confirmations one reads, also where it was read by a slower clock than the other's", async () => {
    const service = await settledService();
    const notifiedAt = service.clock.now();
    service.clock.advance(POLICY.confirmAfterMs - SECOND_MS); // a second behind
    const confirm = service.woken({ kind: "confirm", notifiedAt, at: later(notifiedAt, POLICY.confirmAfterMs) });
    await service.handleRefresh(confirm);
    service.clock.advance(POLICY.minRefreshIntervalMs + SECOND_MS);
    await service.handleRefresh(confirm);
    expect(service.reads(ANNA)).toBe(1);
  });

  test("R12: a change with one notification costs at most 2 reads, with several at most 3", async () => {
    for (const [updates, most] of [
      [1, 2],
      [4, 3],
    ] as const) {
      const service = await settledService();
      service.sim.subscriptions.setKnobs({ updatesPerEdit: updates, delayMs: { min: 0, max: 1_500 } });
      service.sim.outlook.addEvent(ANNA, "primary", EVENT);
      await service.pass(2 * MINUTE_MS);
      service.sim.clearLog();
      service.sim.outlook.updateEvent(ANNA, "primary", "e1", { end: "2026-12-02T11:00:00Z" });
      await service.pass(4 * MINUTE_MS);
      service.isCurrent();
      expect(service.reads(ANNA)).toBeLessThanOrEqual(most);
    }
  });

  test("R12: n notifications within w seconds cost at most 4 + w / MIN reads, and the copy is right at the end", async () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(gaps, async (pauses) => {
        const service = await settledService();
        const startedAt = service.clock.now();
        for (const [index, pause] of pauses.entries()) {
          service.sim.outlook.addEvent(ANNA, "primary", { ...EVENT, id: `n${index}` });
          await service.pass(pause, { timers: false });
        }
        const seconds = (service.clock.now() - startedAt) / SECOND_MS;
        await service.pass(3 * MINUTE_MS, { timers: false });
        service.isCurrent();
        expect(service.reads(ANNA)).toBeLessThanOrEqual(4 + seconds / (POLICY.minRefreshIntervalMs / SECOND_MS));
      }),
      { numRuns: 25 },
    );
  });
});
