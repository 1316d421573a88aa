import { describe, expect, test } from "vitest";
import { ENDPOINT } from "../../local/graph/testBed.js";
import { calendarIdOf } from "../../shared/domain/calendarId.js";
import { poisonedRefresh, poisonedSubscriptions } from "../../shared/domain/poison.js";
import { refresh } from "../../shared/domain/refresh.js";
import { later, MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { nameOf, TENANT } from "../graphBed.js";
import { openService, POLICY, type Service } from "../service.js";
import { copied, held } from "../truth.js";
import { ANNA, bound, EVENT, settledService } from "./settledService.js";

const live = ({ sim }: Service): string[] => sim.subscriptions.live.map(({ id }) => id);

describe("the sweeps", () => {
  test("Nothing stays lost: without any notification the copy is right within the reconcile period and 2 minutes", async () => {
    const service = await settledService();
    service.sim.subscriptions.setKnobs({ dropProbability: 1 });
    service.sim.outlook.addEvent(ANNA, "primary", EVENT);
    await service.pass(POLICY.reconcileMs + 2 * MINUTE_MS);
    service.isCurrent();
  });

  test("D1: a calendar at rest is read once a reconcile period, not once a sweep", async () => {
    const service = await settledService();
    await service.pass(4 * POLICY.reconcileMs);
    expect(service.reads(ANNA)).toBeLessThanOrEqual(4);
    expect(service.reads(ANNA)).toBeGreaterThanOrEqual(3);
  });

  test("D1: sweep messages that nobody takes do not pile up", async () => {
    const service = await settledService();
    service.clock.advance(POLICY.reconcileMs + MINUTE_MS);
    for (let minute = 0; minute < 30; minute++) {
      await service.sweep();
      service.clock.advance(MINUTE_MS);
      service.queues.refreshes.take()?.giveBack();
    }
    expect(service.queues.refreshes.length).toBeLessThanOrEqual(5);
  });

  test("D1: a mailbox's overdue calendars travel in one message and are read in one request", async () => {
    const service = openService();
    service.sim.outlook.addMailbox({ address: ANNA });
    for (const name of ["a", "b", "c"]) await service.watched(ANNA, service.sim.outlook.addCalendar(ANNA, { name }).id);
    await service.pass(3 * MINUTE_MS);
    service.clock.advance(POLICY.reconcileMs);
    service.sim.clearLog();
    await service.sweep();
    expect(service.queues.refreshes.length).toBe(1);
    await service.work();
    expect(service.sim.log.filter(({ inBatch }) => !inBatch).map(({ operation }) => operation)).toEqual(["batch"]);
  });

  test("S6: an unwatched row is not read by the sweep; what is due is its removal", async () => {
    const service = await settledService();
    const stored = await service.store.read(service.id);
    if (stored === undefined) throw new Error("there is no row");
    const now = service.clock.now();
    const due = { refreshDueAt: now, subscriptionDueAt: now };
    await service.store.write({ ...stored.row, watches: [] }, due, stored.etag);
    await service.pass(3 * MINUTE_MS);
    expect(service.reads(ANNA)).toBe(0);
    expect(service.store.rows).toEqual([]);
  });

  test("D4: a row that a newer version wrote is read again and written in our own, its watches kept", async () => {
    const service = await settledService();
    service.store.damage(service.id, "schemaVersion");
    await service.pass(2 * MINUTE_MS);
    service.isCurrent();
    expect(service.rowOf(service.id).watches).toHaveLength(1);
    expect((await service.store.read(service.id))?.row.unreadable).toBeUndefined();
    expect(live(service)).toEqual([service.rowOf(service.id).subscription.id]);
  });
});

describe("a row that a newer version wrote", () => {
  test("D4, S6: goes like any other when nobody watches it", async () => {
    const service = await settledService();
    const stored = await service.store.read(service.id);
    if (stored === undefined) throw new Error("there is no row");
    const now = service.clock.now();
    await service.store.write(
      { ...stored.row, watches: [] },
      { refreshDueAt: now, subscriptionDueAt: now },
      stored.etag,
    );
    service.store.damage(service.id, "schemaVersion");
    await service.pass(3 * MINUTE_MS);
    expect(service.store.rows).toEqual([]);
    expect(live(service)).toEqual([]);
  });

  test("D4, R6: is read beside a newer version's reader by whoever cannot read its lease, and the earlier view is dropped", async () => {
    const service = await settledService();
    service.sim.subscriptions.setKnobs({ dropProbability: 1 });
    const { promise: reading, resolve: letGo } = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const { reader } = service.deps;
    const firstPages: typeof reader.firstPages = async (...views) => {
      const pages = await reader.firstPages(...views);
      asked.resolve();
      await reading;
      return pages;
    };
    const newer = refresh({ ...service.deps, reader: { ...bound(reader), firstPages } }, service.notified());
    await asked.promise;
    service.store.damage(service.id, "schemaVersion");
    service.sim.outlook.addEvent(ANNA, "primary", EVENT);
    service.clock.advance(5 * SECOND_MS);
    await service.handleRefresh(service.notified());
    const { asOf } = service.rowOf(service.id).sync;
    letGo();
    await newer;
    service.isCurrent();
    expect(service.rowOf(service.id).sync).toMatchObject({ asOf, failures: 0, crashes: 0 });
  });
});

describe("poison", () => {
  test("R9: a refresh that failed every time is taken over by the next sweep", async () => {
    const service = await settledService();
    service.sim.subscriptions.setKnobs({ dropProbability: 1 });
    service.sim.outlook.addEvent(ANNA, "primary", EVENT);
    const nobody = calendarIdOf(nameOf("nobody@contoso.com"));
    await poisonedRefresh(service.deps, [nobody, service.id]);
    await service.pass(MINUTE_MS);
    service.isCurrent();
    expect(service.store.rows).toHaveLength(1); // nothing was made for nobody
  });

  test("R9: a renewal or another subscription that was asked for in vain is made by the next sweep", async () => {
    const service = await settledService();
    const [old = ""] = live(service);
    const at = service.clock.now();
    const ask = { kind: "subscription", calendar: service.id, subscriptionId: old, at } as const;
    await poisonedSubscriptions(service.deps, { ...ask, request: "renew" });
    await service.pass(MINUTE_MS);
    expect(service.sim.log.filter(({ operation }) => operation === "renewSubscription")).toHaveLength(1);
    expect(live(service)).toEqual([old]);
    await poisonedSubscriptions(service.deps, { ...ask, request: "recreate" });
    await service.pass(MINUTE_MS);
    expect(live(service)).toEqual([service.rowOf(service.id).subscription.id]);
    expect(live(service)).not.toEqual([old]);
    expect(service.rowOf(service.id).subscription.poisonedAt).toBeUndefined();
  });

  test("R9: a look that failed every time is taken over, past what it was waiting for", async () => {
    const service = await settledService();
    const [old = ""] = live(service);
    await poisonedSubscriptions(service.deps, undefined); // could not be read: it names nobody
    service.sim.faults.add({ kind: "throttled", operation: "deleteSubscription", seconds: 3_000, count: 1 });
    const at = service.clock.now();
    const ask = { kind: "subscription", calendar: service.id, request: "recreate", subscriptionId: old, at } as const;
    await service.handleAsk(ask);
    expect(live(service)).toContain(old);
    await poisonedSubscriptions(service.deps, { kind: "look", calendars: [service.id], at });
    await service.pass(MINUTE_MS);
    expect(live(service)).toEqual([service.rowOf(service.id).subscription.id]);
  });
});

describe("orphans", () => {
  const orphans = { kind: "orphans", tenantId: TENANT } as const;

  test("S1: what no row names is deleted; what a row names, and what is others', stays", async () => {
    const service = await settledService();
    const make = (mailbox: string, notificationUrl = ENDPOINT) =>
      service.sim
        .fetch("https://graph.microsoft.com/v1.0/subscriptions", {
          method: "POST",
          body: JSON.stringify({
            changeType: "created,updated,deleted",
            resource: `users/${mailbox}/events`,
            notificationUrl,
            expirationDateTime: new Date(later(service.clock.now(), 60 * MINUTE_MS)).toISOString(),
          }),
        })
        .then(async (answer) => ((await answer.json()) as { readonly id: string }).id);
    service.sim.outlook.addMailbox({ address: "ben@contoso.com" });
    const [own] = live(service);
    await make(ANNA);
    await make("ben@contoso.com");
    const foreign = await make(ANNA, "https://app.contoso.com/other");
    await service.handleAsk(orphans);
    expect(live(service).sort()).toEqual([own, foreign].sort());
    expect(service.lines.at(-1)).toMatchObject({ sweep: "orphans", listed: 4, foreign: 1, removed: 2 });
  });

  test("S1: where somebody is creating one at this moment, none is taken away", async () => {
    const service = openService();
    service.sim.faults.add({ kind: "answerLost", operation: "createSubscription", count: 1 });
    await service.watched(ANNA);
    await service.handleAsk(orphans);
    expect(live(service)).toHaveLength(1);
  });

  test("S1: a long list is gone through page by page, one message a page", async () => {
    const service = openService();
    const names = Array.from({ length: 101 }, (_, index) => `m${index}@contoso.com`);
    for (const name of names) await service.watched(name);
    await service.handleAsk(orphans);
    expect(service.queues.asks.messages.map(({ message }) => message)).toEqual([
      { kind: "orphans", tenantId: TENANT, page: expect.stringContaining("skiptoken") },
    ]);
    await service.work();
    expect(live(service)).toHaveLength(101);
  });

  test("S1: an error instead of a list deletes nothing and is no success", async () => {
    const service = await settledService();
    service.sim.faults.add({ kind: "error", status: 503, operation: "listSubscriptions" });
    await expect(service.handleAsk(orphans)).rejects.toThrow("no list");
    expect(live(service)).toHaveLength(1);
  });

  test("S1: the daily look is taken once a day, over all sweeps", async () => {
    const service = await settledService();
    service.sim.clearLog();
    await service.pass(2 * 24 * 60 * MINUTE_MS + MINUTE_MS);
    const looks = service.sim.log.filter(({ operation }) => operation === "listSubscriptions");
    expect(looks).toHaveLength(2);
    expect(copied(service.rowOf(service.id))).toEqual(held(service.sim, service.rowOf(service.id)));
  }, 60_000);
});
