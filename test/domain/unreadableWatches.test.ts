/** A row whose watches this version cannot read: somebody may still want the calendar, so nothing touches the row. */
import { describe, expect, test } from "vitest";
import { PRIMARY } from "../../shared/domain/calendarId.js";
import { quietenThrottled } from "../../shared/domain/mailbox.js";
import { poisonedRefresh, poisonedSubscriptions } from "../../shared/domain/poison.js";
import { type SubscriptionGraph, WatchesUnreadable } from "../../shared/domain/ports.js";
import { tendSubscription } from "../../shared/domain/subscribe.js";
import { MINUTE_MS } from "../../shared/domain/time.js";
import { unwatch, watch } from "../../shared/domain/watch.js";
import { nameOf } from "../graphBed.js";
import { ANNA, settledService } from "./settledService.js";

async function damagedService() {
  const service = await settledService();
  const sibling = await service.watched(ANNA, "a-calendar-of-hers");
  await service.pass(2 * MINUTE_MS);
  const kept = service.rowOf(service.id);
  service.store.damage(service.id, "watches");
  return { ...service, sibling, kept };
}
type Damaged = Awaited<ReturnType<typeof damagedService>>;

test("D4: one such row costs the other wishes of a request nothing", async () => {
  const { deps, store, queues, work } = await damagedService();
  const names = [nameOf(ANNA, PRIMARY), nameOf("ben@contoso.com"), nameOf("carla@contoso.com")];
  const wishes = names.map((name) => ({ name, reference: "" }));
  await expect(watch(deps, "crm", wishes)).rejects.toThrow(WatchesUnreadable);
  const watched = store.rows.filter(({ watches }) => watches.some(({ consumer }) => consumer === "crm"));
  expect(watched.map(({ name }) => name.mailbox).sort()).toEqual(["ben@contoso.com", "carla@contoso.com"]);
  expect(queues.refreshes.length).toBeGreaterThan(0); // their first reads
  await work();
});

test("D4, S7: a subscription that was made meanwhile is not kept for nobody", async () => {
  const service = await settledService();
  const [id, before] = [service.id, service.rowOf(service.id).subscription.id];
  const { deps, clock } = service;
  const graph = deps.subscriptions;
  const subscriptions: SubscriptionGraph = {
    addresses: graph.addresses,
    create: async (...asked) => {
      const answer = await graph.create(...asked);
      service.store.damage(id, "watches");
      return answer;
    },
    renew: graph.renew.bind(graph),
    remove: graph.remove.bind(graph),
    list: graph.list.bind(graph),
  };
  const ask = { kind: "subscription", calendar: id, request: "recreate", at: clock.now() } as const;
  await tendSubscription({ ...deps, subscriptions }, { ...ask, subscriptionId: before ?? "" });
  expect(service.sim.subscriptions.live.map((one) => one.id)).toEqual([before]);
});

describe("D4: a row whose watches cannot be read is left as it is", () => {
  test.each<[what: string, happens: (service: Damaged) => Promise<unknown>]>([
    ["by the sweeps", async () => undefined],
    ["by a notification", (service) => service.handleRefresh(service.notified())],
    [
      "where its subscription is to be renewed",
      ({ id, kept, clock, handleAsk }) => {
        const subscriptionId = kept.subscription.id ?? "";
        return handleAsk({ kind: "subscription", calendar: id, request: "renew", subscriptionId, at: clock.now() });
      },
    ],
    [
      "where a calendar of the same mailbox is throttled",
      ({ deps, sibling, rowOf, clock }) => {
        const lease = { token: "t", until: clock.now(), asOf: clock.now() };
        const taken = { id: sibling, row: rowOf(sibling), lease, alone: false };
        return quietenThrottled(deps, [[taken, { kind: "throttled", retryAfterSeconds: 5, detail: "HTTP 429" }]]);
      },
    ],
    ["by a poisoned refresh", ({ deps, id }) => poisonedRefresh(deps, [id])],
    [
      "by a poisoned look at its subscription",
      ({ deps, id, clock }) => poisonedSubscriptions(deps, { kind: "look", calendars: [id], at: clock.now() }),
    ],
    [
      "by who watches it, who is told so",
      ({ deps }) =>
        expect(watch(deps, "crm", [{ name: nameOf(ANNA, PRIMARY), reference: "" }])).rejects.toThrow(WatchesUnreadable),
    ],
    [
      "by who takes a watch back, who is told so",
      ({ deps, id }) => expect(unwatch(deps, "booking", [{ id }])).rejects.toThrow(WatchesUnreadable),
    ],
  ])("%s", async (_what, happens) => {
    const service = await damagedService();
    await happens(service);
    await service.pass(10 * MINUTE_MS);
    expect(service.rowOf(service.id)).toEqual(service.kept);
    expect(service.sim.subscriptions.live.map(({ id }) => id)).toContain(service.kept.subscription.id);
  });
});
