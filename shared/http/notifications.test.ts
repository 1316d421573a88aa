import { describe, expect, test } from "vitest";
import { eventHubItems, notificationsOf } from "./notifications.js";

const SUBSCRIPTION = "33333333-3333-3333-3333-333333333333";
/** What Graph sends to a hub when a subscription to it is made, as documented. */
const TRIAL = {
  value: [
    {
      subscriptionId: "NA",
      subscriptionExpirationDateTime: "NA",
      clientState: "NA",
      changeType:
        "Validation: Testing client application reachability for subscription Request-Id: 55555555-5555-5555-5555-555555555555",
      resource: "NA",
      resourceData: { "@odata.type": "NA", "@odata.id": "NA", id: "NA" },
    },
  ],
};
const item = (subscriptionId: string, more: object = {}) => ({
  id: "lsgTZMr9KwAAA",
  subscriptionId,
  subscriptionExpirationDateTime: "2026-12-07T11:00:00+00:00",
  changeType: "updated",
  resource: "Users/22222222-2222-2222-2222-222222222222/Events/AAMkAD0=",
  resourceData: { "@odata.type": "#Microsoft.Graph.Event", id: "AAMkAD0=" },
  clientState: `k1.${subscriptionId}`,
  tenantId: "11111111-1111-1111-1111-111111111111",
  ...more,
});
const read = (subscriptionId: string, more: object = {}) => ({
  clientState: `k1.${subscriptionId}`,
  subscriptionId,
  ...more,
});

test.each([
  ["half a character", "\ud800"],
  ["257 characters", "s".repeat(257)],
])("I3: %s is no subscription's id, and costs the item nothing else", (_what, subscriptionId) => {
  const { subscriptionId: _, ...left } = read(subscriptionId, { lifecycleEvent: "missed" });
  expect(notificationsOf({ value: [item(subscriptionId, { lifecycleEvent: "missed" }), item("b")] })).toEqual([
    left,
    read("b"),
  ]);
});

describe("an event hub's batches", () => {
  test("I6, I9: a batch of messages with several items each is all of its items, in their order", () => {
    const batch = [{ value: [item("a"), item("b")] }, { value: [] }, { value: [item("c")] }];
    const expected = [read("a"), read("b"), read("c")];
    expect(eventHubItems(batch)).toEqual(expected);
    expect(eventHubItems(batch.map((message) => JSON.stringify(message)))).toEqual(expected);
  });

  test("I7: one message alone, with lifecycle items among others and nulls in them, is read the same", () => {
    const removed = item("a", { lifecycleEvent: "subscriptionRemoved", resource: null, organizationId: "t" });
    expect(eventHubItems({ value: [removed, item("b", { lifecycleEvent: null })], validationTokens: null })).toEqual([
      read("a", { lifecycleEvent: "subscriptionRemoved" }),
      read("b"),
    ]);
  });

  test("I3: the trial message of a new subscription is left out, alone and among others", () => {
    expect(eventHubItems(TRIAL)).toEqual([]);
    expect(eventHubItems([JSON.stringify(TRIAL), { value: [...TRIAL.value, item(SUBSCRIPTION)] }])).toEqual([
      read(SUBSCRIPTION),
    ]);
  });

  test.each([undefined, null, "", "no JSON", 7, {}, { value: null }, { value: {} }, [null]])(
    "I3: the message %j is one that is none, and costs the others nothing",
    (message) => {
      expect(eventHubItems(Array.isArray(message) ? message : [message])).toEqual([undefined]);
      expect(eventHubItems([{ value: [item("a")] }, message, { value: [item("b")] }])).toEqual([
        read("a"),
        undefined,
        read("b"),
      ]);
    },
  );

  test("I3: items that are none are told from those that are, and an empty batch has none", () => {
    expect(eventHubItems([{ value: [null, 7, "x", [], item("a")] }])).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      read("a"),
    ]);
    expect(eventHubItems([])).toEqual([]);
  });
});

describe("a webhook's body", () => {
  test("I3: each item is read by itself, and what is no text in it proves nothing", () => {
    const items = [item("a"), null, item("b", { clientState: 7 }), item("c", { clientState: null })];
    expect(notificationsOf({ value: items })).toEqual([
      read("a"),
      undefined,
      { clientState: "", subscriptionId: "b" },
      { subscriptionId: "c" },
    ]);
  });
});
