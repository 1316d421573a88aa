import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CalendarId, calendarIdOf } from "./calendarId.js";
import type { ClientStateKey, ClientStateKeys } from "./clientState.js";
import { signClientState } from "./clientState.js";
import { judge, type Notification, takeIn } from "./intake.js";
import type { LogEvent } from "./logEvents.js";
import type { RefreshMessage, SubscriptionMessage } from "./messages.js";
import type { Policy } from "./policy.js";
import type { Outgoing } from "./ports.js";
import { instant, MINUTE_MS, SECOND_MS } from "./time.js";

const current: ClientStateKey = { id: "k1", secret: new Uint8Array(32).fill(7) };
const keys: ClientStateKeys = { current, all: [current] };
const idOf = (mailbox: number): CalendarId =>
  calendarIdOf({ tenantId: "t", mailbox: `${mailbox}@contoso.com`, calendar: "primary" });
const clientState = (mailbox: number): string => signClientState(idOf(mailbox), current);
const change = (mailbox: number, more: Partial<Notification> = {}): Notification => ({
  clientState: clientState(mailbox),
  subscriptionId: `s${mailbox}`,
  ...more,
});

const WEBHOOK = { door: "webhook" } as const;

const forged = `k1.${idOf(9)}.${"A".repeat(43)}`;

describe("one body", () => {
  const bad = fc.constantFrom<Notification | undefined>(
    undefined,
    {},
    { subscriptionId: "s9" },
    { clientState: "" },
    { clientState: forged },
    { clientState: forged, lifecycleEvent: "missed" },
    { clientState: forged, lifecycleEvent: "neverHeardOf" },
  );
  const good = fc.integer({ min: 1, max: 5 });
  const bodies = fc.array(fc.oneof(good, bad), { maxLength: 30 });

  test("I2, I3, I6: bad items cost no good one, and each calendar with a good one is woken once", () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const mailboxes = body.filter((item) => typeof item === "number");
        const judgement = judge(
          body.map((item) => (typeof item === "number" ? change(item) : item)),
          keys,
        );
        expect(judgement.calendars).toEqual(new Set(mailboxes.map(idOf)));
        expect(judgement.rejected).toBe(body.length - mailboxes.length);
        expect(judgement.unknown).toBe(0);
        expect(judgement.lifecycle).toEqual([]);
      }),
    );
  });

  test.each<[string, string, "renew" | "recreate" | undefined]>([
    ["a missed notification only wakes            ", "missed", undefined],
    ["a removed subscription is made again        ", "subscriptionRemoved", "recreate"],
    ["one that must be authorized again is renewed", "reauthorizationRequired", "renew"],
    ["letter case does not count                  ", "SUBSCRIPTIONREMOVED", "recreate"],
  ])("I7: %s", (_name, lifecycleEvent, request) => {
    const judgement = judge([change(1, { lifecycleEvent })], keys);
    expect(judgement).toMatchObject({ calendars: new Set([idOf(1)]), rejected: 0, unknown: 0 });
    expect(judgement.lifecycle).toEqual(
      request === undefined ? [] : [{ calendar: idOf(1), request, subscriptionId: "s1" }],
    );
  });

  test.each(["", "somethingNew", "constructor", "__proto__", "toString"])(
    "I7: a lifecycle event of kind %j is accepted, counted and dropped",
    (lifecycleEvent) => {
      const judgement = judge([change(1, { lifecycleEvent })], keys);
      expect(judgement).toEqual({ calendars: new Set(), lifecycle: [], rejected: 0, unknown: 1 });
    },
  );

  test("I6, I7: the same lifecycle event twice is one request; without its subscription it only wakes", () => {
    const removed = change(1, { lifecycleEvent: "subscriptionRemoved" });
    const another = { ...removed, subscriptionId: "s1b" };
    const { subscriptionId: _, ...nameless } = change(2, { lifecycleEvent: "subscriptionRemoved" });
    const judgement = judge([removed, removed, another, nameless], keys);
    expect(judgement.lifecycle.map(({ subscriptionId }) => subscriptionId)).toEqual(["s1", "s1b"]);
    expect(judgement.calendars).toEqual(new Set([idOf(1), idOf(2)]));
  });
});

describe("work on queues", () => {
  const NOW = instant(1_764_576_000_000);
  const policy: Policy = {
    horizonDays: 90,
    reconcileMs: 15 * MINUTE_MS,
    pollMs: 5 * MINUTE_MS,
    minRefreshIntervalMs: 2 * SECOND_MS,
    confirmAfterMs: MINUTE_MS,
    door: "webhook",
  };
  const open = (queueUp: () => Promise<void> = () => Promise.resolve()) => {
    const refreshes: Outgoing<RefreshMessage>[] = [];
    const subscriptions: Outgoing<SubscriptionMessage>[] = [];
    const lines: LogEvent[] = [];
    const queues = {
      refresh: async (messages: typeof refreshes | readonly Outgoing<RefreshMessage>[]) => {
        refreshes.push(...messages);
        await queueUp();
      },
      subscriptions: async (messages: readonly Outgoing<SubscriptionMessage>[]) => {
        subscriptions.push(...messages);
      },
    };
    const clock = { now: () => NOW, synced: () => true };
    const log = (line: LogEvent): void => void lines.push(line);
    return { deps: { queues, keys, policy, clock, log }, refreshes, subscriptions, lines };
  };

  test("I4, I6: a body's calendars share a message and its confirmation, lifecycle requests have their own", async () => {
    const { deps, refreshes, subscriptions, lines } = open();
    const body = [change(1), change(2), change(1), {}, change(2, { lifecycleEvent: "subscriptionRemoved" })];
    expect(await takeIn(deps, body, WEBHOOK)).toEqual({ accepted: 4, rejected: 1, unknown: 0 });
    expect(refreshes.map(({ message }) => [message.wake.kind, message.calendars.length])).toEqual([
      ["notified", 2],
      ["confirm", 2],
    ]);
    expect(subscriptions.map(({ message }) => message)).toEqual([
      { kind: "subscription", calendar: idOf(2), request: "recreate", subscriptionId: "s2", at: NOW },
    ]);
    expect(lines.map(({ event }) => event)).toEqual(["notification.received", "notification.rejected"]);
    expect(JSON.stringify(lines)).not.toContain(clientState(1));
  });

  test("I7: what is not known is not accepted work, and what is not rejected is not said to be", async () => {
    const { deps, lines } = open();
    const body = [change(1), change(1, { lifecycleEvent: "somethingNew" })];
    expect(await takeIn(deps, body, WEBHOOK)).toEqual({ accepted: 1, rejected: 0, unknown: 1 });
    expect(lines.map(({ event }) => event)).toEqual(["notification.received"]);
  });

  test("I2: of a body with nothing valid in it nothing is queued", async () => {
    const { deps, refreshes, subscriptions } = open();
    expect(await takeIn(deps, [undefined, { subscriptionId: "s1" }], WEBHOOK)).toEqual({
      accepted: 0,
      rejected: 2,
      unknown: 0,
    });
    expect([...refreshes, ...subscriptions]).toEqual([]);
  });

  describe("an item without a clientState", () => {
    const nameless: Notification = { subscriptionId: "s1", lifecycleEvent: "reauthorizationRequired" };
    const lookups = () => {
      const asked: string[] = [];
      const find = async (subscriptionId: string): Promise<CalendarId | undefined> => {
        asked.push(subscriptionId);
        return subscriptionId === "s1" ? idOf(1) : undefined;
      };
      return { index: { find }, asked };
    };

    test.each(["eventGrid", "eventGridQueue"] as const)(
      "I10: behind %s it is the calendar's whose subscription it names, and asks for what it says",
      async (door) => {
        const { deps, refreshes, subscriptions, lines } = open();
        const { index, asked } = lookups();
        const body = [nameless, nameless, { subscriptionId: "s2" }, {}, change(3), undefined];
        expect(await takeIn(deps, body, { door, index })).toEqual({ accepted: 3, rejected: 3, unknown: 0 });
        expect(asked.sort()).toEqual(["s1", "s2"]); // each once, and none for who has proof
        expect(new Set(refreshes.flatMap(({ message }) => message.calendars))).toEqual(new Set([idOf(1), idOf(3)]));
        expect(subscriptions.map(({ message }) => message)).toMatchObject([{ calendar: idOf(1), request: "renew" }]);
        expect(lines).toMatchObject([{ door }, { door, items: 3 }]);
      },
    );

    test.each(["", "k1.x.y", forged])(
      "I10: with the wrong clientState %j it is rejected, whatever it names",
      async (wrong) => {
        const { deps, refreshes, subscriptions } = open();
        const { index, asked } = lookups();
        const doorway = { door: "eventGrid", index } as const;
        const body = [{ ...nameless, clientState: wrong }];
        expect(await takeIn(deps, body, doorway)).toEqual({ accepted: 0, rejected: 1, unknown: 0 });
        expect([asked, refreshes, subscriptions]).toEqual([[], [], []]);
        const beside = await takeIn(deps, [...body, { subscriptionId: "s1" }], doorway); // whose calendar is looked up
        expect(beside).toEqual({ accepted: 1, rejected: 1, unknown: 0 });
        expect(subscriptions).toEqual([]);
      },
    );

    test("I10: where storage does not tell whose it is, it is not taken in", async () => {
      const { deps, refreshes, lines } = open();
      const index = { find: () => Promise.reject(new Error("table is down")) };
      await expect(takeIn(deps, [change(1), nameless], { door: "eventGrid", index })).rejects.toThrow("table is down");
      expect([refreshes, lines]).toEqual([[], []]);
    });
  });

  test("I7: what says that it is of a kind unknown here is accepted, counted and dropped, with proof or by its name", async () => {
    const { deps, refreshes } = open();
    const index = { find: async () => idOf(2) };
    const body: Notification[] = [
      change(1, { isOfUnknownKind: true }),
      { subscriptionId: "s2", isOfUnknownKind: true },
    ];
    const taken = await takeIn(deps, body, { door: "eventGrid", index });
    expect(taken).toEqual({ accepted: 0, rejected: 0, unknown: 2 });
    expect(refreshes).toEqual([]);
  });

  test("I4: what could not be queued is not taken in", async () => {
    const { deps, lines } = open(() => Promise.reject(new Error("queue is down")));
    await expect(takeIn(deps, [change(1)], WEBHOOK)).rejects.toThrow("queue is down");
    expect(lines).toEqual([]);
  });
});
