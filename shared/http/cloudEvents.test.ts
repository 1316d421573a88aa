import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { notificationsOfEvents } from "./cloudEvents.js";

const SUBSCRIPTION = "33333333-3333-3333-3333-333333333333";
const STATE = "k1.abc";
const envelope = { id: "a", source: "/tenants/t/applications/a", specversion: "1.0" };

/** As documented for Outlook, with the letter case that the page has. */
const DOCUMENTED = {
  ...envelope,
  type: "Microsoft.Graph.EventCreated",
  subject: "Events/AAMkAD0=",
  time: "2026-12-01T10:00:00.3062901Z",
  datacontenttype: "application/json",
  data: {
    "@odata.type": "#Microsoft.OutlookServices.Notification",
    Id: null,
    SubscriptionExpirationDateTime: "2026-12-07T11:00:00Z",
    ChangeType: "created",
    subscriptionId: SUBSCRIPTION,
    resource: "https://outlook.office365.com/api/beta/Users('u@t')/Events('AAMkAD0=')",
    clientState: STATE,
    resourceData: { Id: "AAMkAD0=", "@odata.type": "#Microsoft.OutlookServices.Event" },
  },
};
const PASCAL = {
  ...envelope,
  type: "Microsoft.Graph.EventUpdated",
  data: {
    SubscriptionId: SUBSCRIPTION,
    ChangeType: "updated",
    ClientState: STATE,
    Resource: "Users/u/Events/AAMkAD0=",
  },
};
const CAMEL = {
  ...envelope,
  type: "microsoft.graph.eventdeleted",
  data: { subscriptionId: SUBSCRIPTION, changeType: "deleted", clientState: STATE },
};
const CHANGE = { clientState: STATE, subscriptionId: SUBSCRIPTION };

describe("changes", () => {
  test.each([
    ["in mixed letter case", DOCUMENTED],
    ["in Pascal case", PASCAL],
    ["in camel case", CAMEL],
    ["as text", JSON.stringify(DOCUMENTED)],
    ["in a list of its own", [PASCAL]],
  ])("I9: an event %s is the notification of its subscription", (_what, event) => {
    expect(notificationsOfEvents(event)).toEqual([CHANGE]);
  });

  test("I9: a list is one notification each, in its order", () => {
    const other = { ...CAMEL, data: { ...CAMEL.data, subscriptionId: "other" } };
    const notifications = notificationsOfEvents([DOCUMENTED, other, null, PASCAL]);
    expect(notifications).toEqual([CHANGE, { ...CHANGE, subscriptionId: "other" }, undefined, CHANGE]);
  });

  test("I9: keys of envelope and data count in any letter case, and nothing depends on resource", () => {
    const cased = (text: string, upper: readonly boolean[]): string =>
      [...text].map((letter, at) => (upper[at % upper.length] ? letter.toUpperCase() : letter.toLowerCase())).join("");
    const flags = fc.array(fc.boolean(), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(flags, fc.anything(), (upper, resource) => {
        const data = Object.entries({ ...CAMEL.data, resource }).map(([key, value]) => [cased(key, upper), value]);
        const event = { [cased("type", upper)]: CAMEL.type, [cased("data", upper)]: Object.fromEntries(data) };
        expect(notificationsOfEvents(event)).toEqual([CHANGE]);
      }),
    );
  });
});

describe("lifecycle", () => {
  const event = (type: unknown, data: object) => ({
    ...envelope,
    type,
    data: { subscriptionId: SUBSCRIPTION, ...data },
  });

  test.each<[string, object, string]>([
    ["microsoft.graph.subscriptionReauthorizationRequired", {}, "reauthorizationRequired"],
    ["Microsoft.Graph.SubscriptionMissed", {}, "missed"],
    ["MICROSOFT.GRAPH.SUBSCRIPTIONREMOVED", {}, "subscriptionRemoved"],
    ["Microsoft.Graph.SubscriptionMissed", { LifecycleEvent: "subscriptionRemoved" }, "subscriptionRemoved"],
    ["Microsoft.Graph.EventUpdated", { lifecycleEvent: "missed" }, "missed"],
    ["somebody's own type", { lifecycleEvent: "fromTheFuture" }, "fromTheFuture"],
    ["Microsoft.Graph.SubscriptionMissed", { lifecycleEvent: null, clientState: null }, "missed"],
  ])("I7, I10: type %s with %j in its data is %s, without a clientState where none is there", (type, data, kind) => {
    expect(notificationsOfEvents(event(type, data))).toEqual([{ subscriptionId: SUBSCRIPTION, lifecycleEvent: kind }]);
  });

  test.each([5, {}, [], true, ["k1.abc"]])(
    "I10: a clientState that is %j is a wrong one, not a missing one",
    (clientState) => {
      const [notification] = notificationsOfEvents(event("Microsoft.Graph.SubscriptionMissed", { clientState }));
      expect(notification?.clientState).toBe("");
    },
  );
});

describe("what is none", () => {
  test.each(["Microsoft.Graph.UserUpdated", "Microsoft.Graph.EventArchived", "", undefined, null, 7, {}])(
    "I7: an event of type %j is one of an unknown kind, and no error",
    (type) => {
      expect(notificationsOfEvents({ ...CAMEL, type })).toEqual([{ ...CHANGE, isOfUnknownKind: true }]);
    },
  );

  test.each([
    undefined,
    null,
    0,
    "",
    "no JSON",
    "[",
    [null],
    [[]],
    {},
    { data: null },
    { ...CAMEL, data: "text" },
    [7],
  ])("I3, I7: %j is no notification, and no error", (message) => {
    expect(notificationsOfEvents(message)).toEqual([undefined]);
  });

  test("I7: nothing whatever makes it throw, and nothing is made of it that was not there", () => {
    const anything = fc.oneof(fc.anything(), fc.record({ type: fc.anything(), data: fc.anything() }), fc.json());
    fc.assert(
      fc.property(anything, (message) => {
        for (const notification of notificationsOfEvents(message))
          expect(notification === undefined || typeof notification === "object").toBe(true);
      }),
    );
  });
});
