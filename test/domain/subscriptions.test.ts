import { describe, expect, test } from "vitest";
import type { Fault } from "../../local/graph/faults.js";
import { verifyClientState } from "../../shared/domain/clientState.js";
import { subscriptionDueAt } from "../../shared/domain/due.js";
import type { SubscriptionRequest } from "../../shared/domain/messages.js";
import { INTENT_MS } from "../../shared/domain/policy.js";
import { refresh } from "../../shared/domain/refresh.js";
import { tendSubscription } from "../../shared/domain/subscribe.js";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../shared/domain/time.js";
import { unwatch, watch } from "../../shared/domain/watch.js";
import { nameOf, TENANT } from "../graphBed.js";
import { openService, POLICY, type Service } from "../service.js";
import { ANNA, bound, EVENT, settledService } from "./settledService.js";

const live = ({ sim }: Service): string[] => sim.subscriptions.live.map(({ id }) => id);
const creations = ({ sim }: Service): number =>
  sim.log.filter(({ operation }) => operation === "createSubscription").length;

describe("making one", () => {
  test("S1, S4: a watched calendar has one subscription, signed for it, and is read after its creation", async () => {
    const service = openService();
    const id = await service.watched(ANNA);
    const [subscription] = service.sim.subscriptions.live;
    expect(live(service)).toEqual([service.rowOf(id).subscription.id]);
    expect(verifyClientState(subscription?.clientState, service.deps.keys)).toBe(id);
    expect(await service.index.find(subscription?.id ?? "")).toBe(id);
    const created = service.sim.log.findIndex(({ operation }) => operation === "createSubscription");
    await service.pass(5_000);
    expect(service.sim.log.slice(created).some(({ operation }) => operation === "calendarView")).toBe(true);
  });

  test("S1: watching again, by whomever, is no second subscription and no second row", async () => {
    const service = openService();
    const id = await service.watched(ANNA);
    for (const consumer of ["booking", "other", "booking"]) await service.watched(ANNA, "primary", consumer);
    await service.pass(10 * MINUTE_MS);
    expect(live(service)).toHaveLength(1);
    expect(service.store.rows).toHaveLength(1);
    expect(service.rowOf(id).watches).toHaveLength(2);
  });

  test("S7: of many workers told at once exactly one creates", async () => {
    const service = openService();
    service.sim.outlook.addMailbox({ address: ANNA });
    await watch(service.deps, "booking", [{ name: nameOf(ANNA), reference: "" }]);
    const ask = service.queues.asks.take()?.message;
    if (ask === undefined) throw new Error("nothing was asked for");
    await Promise.all(Array.from({ length: 8 }, () => service.handleAsk(ask)));
    expect(creations(service)).toBe(1);
    expect(live(service)).toHaveLength(1);
  });

  test.each<[string, Fault]>([
    ["a lost answer", { kind: "answerLost", operation: "createSubscription", count: 1 }],
    ["503 yet created", { kind: "createdYet503", count: 1 }],
  ])("S7: after %s nobody creates before the intent's end; the stray is gone a day later", async (_what, fault) => {
    const service = openService();
    service.sim.faults.add(fault);
    const id = await service.watched(ANNA);
    await service.pass(INTENT_MS - MINUTE_MS);
    expect(creations(service)).toBe(1);
    await service.pass(3 * MINUTE_MS);
    expect(live(service)).toHaveLength(2);
    expect(live(service)).toContain(service.rowOf(id).subscription.id);
    await service.handleAsk({ kind: "orphans", tenantId: TENANT });
    expect(live(service)).toEqual([service.rowOf(id).subscription.id]);
  });

  test("S7: whoever comes back after the intent's end deletes what it made", async () => {
    const service = openService();
    const { subscriptions } = service.deps;
    service.sim.outlook.addMailbox({ address: ANNA });
    await watch(service.deps, "booking", [{ name: nameOf(ANNA), reference: "" }]);
    const ask = service.queues.asks.take()?.message;
    if (ask?.kind !== "subscription") throw new Error("nothing was asked for");
    const create: typeof subscriptions.create = async (...given) => {
      const answer = await subscriptions.create(...given);
      service.clock.advance(INTENT_MS + 1);
      await service.handleAsk({ ...ask, at: service.clock.now() }); // another worker, after the intent's end
      return answer;
    };
    const slow = {
      create,
      addresses: subscriptions.addresses,
      renew: subscriptions.renew.bind(subscriptions),
      remove: subscriptions.remove.bind(subscriptions),
      list: subscriptions.list.bind(subscriptions),
    };
    await tendSubscription({ ...service.deps, subscriptions: slow }, ask);
    expect(creations(service)).toBe(2);
    expect(live(service)).toEqual([service.store.rows[0]?.subscription.id]);
    expect(service.index.entries).toEqual(live(service));
  });

  test("S5: a refusal is asked again daily, the calendar polled meanwhile; it mends itself", async () => {
    const service = openService();
    service.sim.faults.add({ kind: "error", status: 403, code: "ErrorAccessDenied", operation: "createSubscription" });
    const id = await service.watched(ANNA);
    await service.pass(HOUR_MS);
    expect(creations(service)).toBe(1);
    expect(service.reads(ANNA)).toBeGreaterThanOrEqual(10); // each 5 minutes
    service.sim.faults.clear();
    await service.pass(DAY_MS);
    expect(live(service)).toEqual([service.rowOf(id).subscription.id]);
    expect(service.rowOf(id).subscription).toMatchObject({ refused: false, failures: 0 });
  });

  test("S5: with the polling door nothing is subscribed to, and changes are found all the same", async () => {
    const service = openService({ policy: { door: "polling" } });
    const id = await service.watched(ANNA);
    service.sim.outlook.addEvent(ANNA, "primary", EVENT);
    await service.pass(7 * MINUTE_MS);
    expect(creations(service)).toBe(0);
    expect(service.rowOf(id).snapshot?.events).toBe(1);
  });

  test("S5: with the polling door no subscription is due, until there is another door", async () => {
    const service = openService({ policy: { door: "polling" } });
    const id = await service.watched(ANNA);
    await service.pass(DAY_MS + HOUR_MS);
    const sweeps = service.lines.filter((line) => line.event === "sweep.completed" && line.sweep === "subscriptions");
    expect(sweeps.length).toBeGreaterThan(DAY_MS / MINUTE_MS);
    expect(sweeps.filter((line) => "overdue" in line && line.overdue !== 0)).toEqual([]);
    const row = service.rowOf(id);
    expect(subscriptionDueAt(row, { ...POLICY, door: "webhook" })).toBe(row.createdAt);
  });

  test("S3: failures back off, at most an hour apart, and creation succeeds in the end", async () => {
    const service = openService();
    service.sim.faults.add({ kind: "throttled", operation: "createSubscription" });
    const id = await service.watched(ANNA);
    await service.pass(10 * HOUR_MS);
    const tries = service.sim.log.filter(({ operation }) => operation === "createSubscription").map(({ at }) => at);
    const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? at));
    expect(tries.length).toBeLessThan(25);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(HOUR_MS + MINUTE_MS);
    service.sim.faults.clear();
    await service.pass(HOUR_MS + 2 * MINUTE_MS);
    expect(live(service)).toEqual([service.rowOf(id).subscription.id]);
  });
});

describe("keeping it", () => {
  test("S3: it is renewed about halfway, keeps its id for weeks, and never runs out", async () => {
    const service = await settledService();
    const [id] = live(service);
    for (let day = 0; day < 20; day++) {
      await service.pass(DAY_MS);
      expect(live(service)).toEqual([id]);
    }
    const renewals = service.sim.log.filter(({ operation }) => operation === "renewSubscription");
    expect(renewals.length).toBeGreaterThanOrEqual(4);
    expect(renewals.length).toBeLessThanOrEqual(8);
  }, 60_000);

  test("S3: one that is gone is made again, and what changed in the gap is read", async () => {
    const service = await settledService();
    const [gone = ""] = live(service);
    service.sim.subscriptions.remove(gone);
    service.sim.outlook.addEvent(ANNA, "primary", EVENT); // nobody is told
    await service.handleAsk(ask(service, "renew", gone));
    await service.work();
    service.isCurrent();
    expect(live(service)).toEqual([service.rowOf(service.id).subscription.id]);
    expect(live(service)).not.toEqual([gone]);
    expect(service.index.entries).toEqual(live(service));
  });

  test.each<[string, SubscriptionRequest, string, boolean]>([
    ["I7: renew renews it", "renew", "renewSubscription", false],
    ["I7: recreate makes another and deletes it", "recreate", "createSubscription", false],
    ["I7: renew of one that the row does not name does nothing", "renew", "renewSubscription", true],
    ["I7: recreate of one that the row does not name does nothing", "recreate", "createSubscription", true],
  ])("%s", async (_what, request, operation, isForeign) => {
    const service = await settledService();
    const [id = ""] = live(service);
    await service.handleAsk(ask(service, request, isForeign ? "another" : id));
    await service.work();
    const calls = service.sim.log.map((entry) => entry.operation).filter((one) => /Subscription$/.test(one));
    expect(calls.filter((one) => one === operation)).toHaveLength(isForeign ? 0 : 1);
    expect(live(service)).toEqual([service.rowOf(service.id).subscription.id]);
    expect(live(service)[0] === id).toBe(isForeign || request === "renew");
  });
});

describe("taking it back", () => {
  test("S6: with the last watch gone, row, subscription and entry go; nothing else is touched", async () => {
    const service = await settledService();
    const other = await service.watched("ben@contoso.com");
    await service.watched(ANNA, "primary", "other");
    await unwatch(service.deps, "booking", [{ id: service.id }]);
    await service.pass(2 * MINUTE_MS);
    expect(live(service)).toHaveLength(2); // somebody still watches
    expect(await unwatch(service.deps, "other", [{ id: service.id }])).toEqual([
      { kind: "unwatched", id: service.id, removed: 1, remaining: 0 },
    ]);
    await service.work();
    expect(service.store.rows.map(({ name }) => name.mailbox)).toEqual(["ben@contoso.com"]);
    expect(live(service)).toEqual([service.rowOf(other).subscription.id]);
    expect(service.index.entries).toEqual(live(service));
  });

  test("S6: nobody's watch is taken back by another, and one that is not there is said not to be", async () => {
    const service = await settledService();
    const answer = [{ kind: "notWatched", id: service.id }];
    expect(await unwatch(service.deps, "other", [{ id: service.id }])).toEqual(answer);
    expect(await unwatch(service.deps, "booking", [{ id: service.id, reference: "never" }])).toEqual(answer);
    expect(service.rowOf(service.id).watches).toHaveLength(1);
  });

  test("S6: who watches while the old subscription is being deleted gets a new one and keeps the copy", async () => {
    const service = await settledService();
    const [old] = live(service);
    service.sim.faults.add({ kind: "error", status: 503, operation: "deleteSubscription" });
    await unwatch(service.deps, "booking", [{ id: service.id }]);
    await service.pass(MINUTE_MS);
    expect(service.rowOf(service.id).subscription.removing).toEqual([old]);
    await watch(service.deps, "booking", [{ name: nameOf(ANNA), reference: "" }]);
    service.sim.faults.clear();
    await service.pass(HOUR_MS);
    service.isCurrent();
    expect(service.rowOf(service.id).subscription.removing).toEqual([]);
    expect(live(service)).toEqual([service.rowOf(service.id).subscription.id]);
    expect(live(service)).not.toEqual([old]);
  });

  test("S6: a row under lease stays until its reader is done, and then goes", async () => {
    const service = await settledService();
    const { reader } = service.deps;
    const firstPages: typeof reader.firstPages = async (...asked) => {
      await unwatch(service.deps, "booking", [{ id: service.id }]);
      await service.work();
      expect(service.store.rows).toHaveLength(1);
      return reader.firstPages(...asked);
    };
    await refresh({ ...service.deps, reader: { ...bound(reader), firstPages } }, service.notified());
    await service.pass(3 * MINUTE_MS);
    expect(service.store.rows).toEqual([]);
    expect(live(service)).toEqual([]);
  });
});

const ask = (
  service: Awaited<ReturnType<typeof settledService>>,
  request: SubscriptionRequest,
  subscriptionId: string,
) => ({ kind: "subscription", calendar: service.id, request, subscriptionId, at: service.clock.now() }) as const;
