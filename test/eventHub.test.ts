/** Event Hubs as a door: registered only where it is configured; its batches come to the same as the webhook's bodies. */
import { app } from "@azure/functions";
import { afterEach, expect, test, vi } from "vitest";
import { takeIn } from "../shared/domain/intake.js";
import { eventHubItems } from "../shared/http/notifications.js";
import { ANNA, EVENT, settledService } from "./domain/settledService.js";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.resetModules();
});

type EventHubOptions = Parameters<typeof app.eventHub>[1];

/** What the trigger's file registers with these settings. */
async function registered(settings: Readonly<Record<string, string>>): Promise<readonly EventHubOptions[]> {
  for (const name of ["EVENT_HUB_NAME", "EVENT_HUB_CONSUMER_GROUP"]) vi.stubEnv(name, settings[name] ?? "");
  const found: EventHubOptions[] = [];
  vi.spyOn(app, "eventHub").mockImplementation((_name, options) => void found.push(options));
  await import("../functions/graphEventHub.js");
  return found;
}

test("without the name of a hub nothing is registered", async () => {
  expect(await registered({})).toEqual([]);
  expect(await registered({ EVENT_HUB_CONSUMER_GROUP: "availability" })).toEqual([]);
});

test("with it the trigger takes batches of that hub, by the group that is named, and tries them again", async () => {
  const [plain] = await registered({ EVENT_HUB_NAME: "graph" });
  expect(plain).toMatchObject({ eventHubName: "graph", connection: "EventHubConnection", cardinality: "many" });
  expect(plain?.retry?.maxRetryCount).toBeGreaterThan(0);
  expect(plain).not.toHaveProperty("consumerGroup");
  vi.resetModules();
  const [grouped] = await registered({ EVENT_HUB_NAME: "graph", EVENT_HUB_CONSUMER_GROUP: "availability" });
  expect(grouped).toMatchObject({ consumerGroup: "availability" });
});

/** The message by which Graph tries a hub, and a notification with all that Graph writes into one. */
const TRIAL = {
  value: [
    {
      subscriptionId: "NA",
      subscriptionExpirationDateTime: "NA",
      clientState: "NA",
      changeType: "Validation: Testing client application reachability for subscription Request-Id: 5555",
      resource: "NA",
      resourceData: { "@odata.type": "NA", "@odata.id": "NA", id: "NA" },
    },
  ],
};
const notification = (more: object): object => ({
  id: "lsgTZMr9KwAAA",
  subscriptionExpirationDateTime: "2026-12-07T11:00:00+00:00",
  changeType: "updated",
  resource: "Users/2222/Events/AAMkAD0=",
  resourceData: { "@odata.type": "#Microsoft.Graph.Event", id: "AAMkAD0=" },
  tenantId: "11111111-1111-1111-1111-111111111111",
  ...more,
});

/** Anna's calendar, of which no notification comes by itself. */
async function silent() {
  const service = await settledService();
  service.sim.subscriptions.setKnobs({ dropProbability: 1 });
  const [subscription] = service.sim.subscriptions.live;
  const { id: subscriptionId, clientState } = subscription ?? {};
  const takeBatch = (...messages: readonly unknown[]) =>
    takeIn(service.deps, eventHubItems(messages), { door: "eventHub" });
  return { ...service, subscriptionId, clientState, takeBatch };
}

test("I3, I6: a batch of several messages is one read of each calendar, and the trial message is nobody's", async () => {
  const service = await silent();
  const { subscriptionId, clientState } = service;
  service.sim.outlook.addEvent(ANNA, "primary", EVENT);
  const good = notification({ subscriptionId, clientState });
  const wrong = notification({ subscriptionId, clientState: `${clientState}x` });
  const taken = await service.takeBatch(TRIAL, JSON.stringify({ value: [good, wrong] }), { value: [good] }, "no JSON");
  expect(taken).toEqual({ accepted: 2, rejected: 2, unknown: 0 });
  await service.pass(5_000, { timers: false });
  service.isCurrent();
  expect(service.reads(ANNA)).toBe(1);
});

test("I7: a lifecycle event in a batch makes the subscription anew", async () => {
  const service = await silent();
  const { subscriptionId, clientState } = service;
  await service.takeBatch({ value: [{ subscriptionId, clientState, lifecycleEvent: "subscriptionRemoved" }] });
  await service.pass(5_000, { timers: false });
  expect(service.rowOf(service.id).subscription.id).not.toBe(subscriptionId);
  service.isCurrent();
});

test("I10: whoever may send to the hub proves nothing by it: without a clientState there is no work", async () => {
  const service = await silent();
  const { subscriptionId } = service;
  const nameless = { subscriptionId, lifecycleEvent: "subscriptionRemoved" };
  expect(await service.takeBatch({ value: [nameless] })).toEqual({ accepted: 0, rejected: 1, unknown: 0 });
  expect([service.queues.refreshes.length, service.queues.asks.length]).toEqual([0, 0]);
});
