/** What every `Queues` does. */
import { expect, test } from "vitest";
import type { RefreshMessage, SubscriptionMessage } from "../../shared/domain/messages.js";
import type { Queues } from "../../shared/domain/ports.js";
import { later } from "../../shared/domain/time.js";
import { idOf, NOW, rowOf } from "./rows.js";

export interface Arrival {
  readonly message: RefreshMessage | SubscriptionMessage;
  /** From the sending to the end of the message's life. */
  readonly lifeSeconds: number;
  /** Whole seconds from the sending to the arrival, rounded down. */
  readonly afterSeconds: number;
}

export interface QueuesBed {
  readonly queues: Queues;
  /** What can be taken from the queue at this moment. */
  readonly arrived: (queue: "refresh" | "subscriptions") => Promise<readonly Arrival[]>;
  /** Waits until so many have come. */
  readonly arrive: (queue: "refresh" | "subscriptions", count: number) => Promise<readonly Arrival[]>;
}

const ANNA = idOf(rowOf("anna"));
const notified: RefreshMessage = {
  calendars: [ANNA, idOf(rowOf("ben"))],
  wake: { kind: "notified", notifiedAt: NOW },
  cause: "notification",
};
const WEEK_SECONDS = 7 * 86_400;

export function queuesContract(open: () => Promise<QueuesBed>): void {
  test("a queue that is missing is made on demand, and the message that found it missing is not lost", async () => {
    const { queues, arrive } = await open();
    await queues.refresh([{ message: notified }]);
    const [arrival] = await arrive("refresh", 1);
    expect(arrival).toMatchObject({ message: notified, lifeSeconds: WEEK_SECONDS });
  });

  test("many messages sent together to a missing queue all arrive, once", async () => {
    const { queues, arrive, arrived } = await open();
    const messages = Array.from({ length: 40 }, (_, index) => ({
      message: { ...notified, wake: { kind: "notified", notifiedAt: later(NOW, index) } as const },
    }));
    await queues.refresh(messages);
    const found = (await arrive("refresh", 40)).map(({ message }) => JSON.stringify(message));
    expect(found.sort()).toEqual(messages.map(({ message }) => JSON.stringify(message)).sort());
    expect(await arrived("refresh")).toEqual([]);
  });

  test.each<RefreshMessage["wake"]>([
    { kind: "notified", notifiedAt: NOW },
    { kind: "confirm", notifiedAt: NOW, at: later(NOW, 60_000) },
    { kind: "due", at: NOW },
  ])("a refresh message woken as $kind arrives as it was sent", async (wake) => {
    const { queues, arrive } = await open();
    await queues.refresh([{ message: { ...notified, wake } }]);
    expect((await arrive("refresh", 1))[0]?.message).toEqual({ ...notified, wake });
  });

  test.each<SubscriptionMessage>([
    { kind: "subscription", calendar: ANNA, request: "look", at: NOW },
    { kind: "subscription", calendar: ANNA, request: "recreate", subscriptionId: "s1", at: NOW },
    { kind: "orphans", tenantId: "contoso.com" },
    { kind: "orphans", tenantId: "contoso.com", page: "/subscriptions?$skiptoken=é" },
  ])("a subscription message arrives as it was sent, in its own queue: %j", async (message) => {
    const { queues, arrive, arrived } = await open();
    await queues.subscriptions([{ message }]);
    expect((await arrive("subscriptions", 1))[0]?.message).toEqual(message);
    expect(await arrived("refresh")).toEqual([]);
  });

  test("D1: a delayed message is hidden until its time, and one beside it is not", async () => {
    const { queues, arrived, arrive } = await open();
    await queues.refresh([{ message: notified, delaySeconds: 2 }, { message: { ...notified, cause: "sweep" } }]);
    expect((await arrive("refresh", 1)).map(({ message }) => message)).toEqual([{ ...notified, cause: "sweep" }]);
    expect(await arrived("refresh")).toEqual([]);
    const [late] = await arrive("refresh", 1);
    expect(late?.message).toEqual(notified);
    expect(late?.afterSeconds).toBeGreaterThanOrEqual(2);
  });

  test("D1: a message lives as long as was asked, also when it is delayed", async () => {
    const { queues, arrive } = await open();
    await queues.refresh([
      { message: notified, timeToLiveSeconds: 300 },
      { message: notified, timeToLiveSeconds: 60, delaySeconds: 1 },
    ]);
    const lives = (await arrive("refresh", 2)).map(({ lifeSeconds }) => lifeSeconds);
    expect(lives.toSorted((a, b) => a - b)).toEqual([60, 300]);
  });

  test("nothing to send is nothing sent", async () => {
    const { queues, arrived } = await open();
    await queues.refresh([]);
    await queues.subscriptions([]);
    expect(await arrived("refresh")).toEqual([]);
  });
}
