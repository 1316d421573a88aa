/** How notifications reach an endpoint that does not take them, takes its time, or is Event Grid's. */
import { expect, test, vi } from "vitest";
import { ANNA, EVENT, subscribed, testBed } from "./testBed.js";

const MINUTE_MS = 60_000;

test("what is not taken is tried again, at growing pauses", async () => {
  const { sim, add, receiver, time } = await subscribed();
  receiver.onLetter = () => new Response(null, { status: 503 });
  add();
  await sim.flush();
  const attempts = [receiver.letters.length];
  for (const seconds of [5, 10, 20]) {
    time.advance(seconds * 1_000 - 1);
    await sim.flush();
    attempts.push(receiver.letters.length);
    time.advance(1);
    await sim.flush();
    attempts.push(receiver.letters.length);
  }
  expect(attempts).toEqual([1, 1, 2, 2, 3, 3, 4]);
  receiver.onLetter = () => new Response(null, { status: 202 });
  time.advance(40_000);
  await sim.flush();
  expect(sim.subscriptions.notifier.counts).toMatchObject({ delivered: 1, retried: 4, lost: 0 });
});

test("after four hours it is given up", async () => {
  const { sim, add, receiver, time } = await subscribed();
  const { counts } = sim.subscriptions.notifier;
  receiver.onLetter = () => Promise.reject(new TypeError("fetch failed"));
  const wait = async (hours: number) => {
    for (let minutes = 0; minutes < hours * 60; minutes += 1) {
      await sim.flush();
      time.advance(MINUTE_MS);
    }
  };
  add();
  await wait(3);
  expect(counts.lost).toBe(0);
  await wait(1);
  expect([counts.lost, sim.subscriptions.notifier.pending]).toEqual([1, 0]);
  const attempts = receiver.letters.length;
  await wait(4);
  expect(receiver.letters).toHaveLength(attempts);
});

test("a receiver that says nothing for ten seconds counts as one that refuses", async () => {
  const { sim, add, receiver, time } = await subscribed();
  receiver.onLetter = () => new Promise(() => undefined);
  add();
  await vi.waitFor(() => expect(receiver.letters).toHaveLength(1));
  time.advance(10_000);
  await sim.flush();
  expect(sim.subscriptions.notifier.counts).toMatchObject({ delivered: 0, retried: 1 });
});

test("a host that times out loses ten minutes of notifications, once it is judged", async () => {
  const { sim, add, receiver, time } = await subscribed();
  sim.subscriptions.setKnobs({ judgeHosts: true });
  receiver.onLetter = () => new Promise(() => undefined);
  for (let n = 0; n < 10; n += 1) add();
  await vi.waitFor(() => expect(receiver.letters).toHaveLength(10));
  time.advance(10_000);
  await sim.flush();
  receiver.onLetter = () => new Response(null, { status: 202 });
  add();
  expect(sim.subscriptions.notifier.counts.dropped).toBe(1);
  time.advance(10 * MINUTE_MS);
  add();
  expect(sim.subscriptions.notifier.counts.dropped).toBe(1);
});

test("a slow host gets what is new ten minutes late", async () => {
  const { sim, add, receiver, time } = await subscribed();
  sim.subscriptions.setKnobs({ judgeHosts: true });
  let answer = (): void => undefined;
  const slowly = new Promise<void>((resolve) => {
    answer = resolve;
  });
  receiver.onLetter = () => slowly.then(() => new Response(null, { status: 202 }));
  for (let n = 0; n < 10; n += 1) add();
  await vi.waitFor(() => expect(receiver.letters).toHaveLength(10));
  time.advance(4_000);
  answer();
  await sim.flush();
  add();
  await sim.flush();
  expect(receiver.letters).toHaveLength(10);
  time.advance(10 * MINUTE_MS);
  await sim.flush();
  expect(receiver.letters).toHaveLength(11);
});

test("what is tried again goes out as it was, not with what came later", async () => {
  const { sim, add, receiver, time } = await subscribed();
  sim.subscriptions.setKnobs({ itemsPerBody: 10 });
  receiver.onLetter = () => new Response(null, { status: 503 });
  const first = add().id;
  await sim.flush();
  receiver.onLetter = () => new Response(null, { status: 202 });
  sim.subscriptions.setKnobs({ delayMs: { min: 4_999, max: 4_999 } });
  const second = add().id;
  time.advance(5_000);
  await sim.flush();
  const bodies = receiver.letters.map(({ body }) => JSON.stringify(body));
  expect(bodies.map((body) => [body.includes(first), body.includes(second)])).toEqual([
    [true, false],
    [false, true],
    [true, false],
  ]);
});

const TOPIC = "EventGrid:?azuresubscriptionid=s&resourcegroup=g&partnertopic=t&location=westeurope";
const HOOK = "http://127.0.0.1:7071/runtime/webhooks/EventGrid?functionName=graphEvents";

test.each([
  ["mixed", "Microsoft.Graph.EventCreated", ["ChangeType", "SubscriptionExpirationDateTime", "subscriptionId"]],
  ["pascal", "Microsoft.Graph.EventCreated", ["ChangeType", "SubscriptionExpirationDateTime", "SubscriptionId"]],
  ["camel", "microsoft.graph.eventcreated", ["changeType", "subscriptionExpirationDateTime", "subscriptionId"]],
] as const)(
  "an EventGrid subscription gets CloudEvents in %s case, without a handshake",
  async (eventCase, type, keys) => {
    const { sim, receiver, subscribe } = testBed();
    sim.subscriptions.setKnobs({ eventGridUrl: HOOK, eventCase });
    const { id } = (await subscribe({ notificationUrl: TOPIC, lifecycleNotificationUrl: TOPIC })).body;
    sim.outlook.addEvent(ANNA, "primary", EVENT);
    sim.subscriptions.sendLifecycle(String(id), "missed");
    await sim.flush();
    expect(receiver.tokens).toEqual([]);
    expect(receiver.letters.map(({ url }) => url.href)).toEqual([HOOK, HOOK]);
    expect(receiver.letters[0]?.headers.get("aeg-event-type")).toBe("Notification");
    expect(receiver.letters[0]?.body).toMatchObject({ type, specversion: "1.0", data: expect.any(Object) });
    expect(Object.keys(Object(receiver.letters[0]?.body).data)).toEqual(expect.arrayContaining([...keys]));
    expect(Object(receiver.letters[1]?.body).type.toLowerCase()).toBe("microsoft.graph.subscriptionmissed");
    expect(receiver.letters[1]?.body).toMatchObject({ data: { lifecycleEvent: "missed", subscriptionId: id } });
  },
);

const QUEUE = "http://127.0.0.1:10001/account/graph-events/messages?sv=2025-01-05&sig=x";

test("a queue gets each event in a message of its own, whatever goes out together", async () => {
  const { sim, receiver, subscribe } = testBed();
  sim.subscriptions.setKnobs({ eventGridUrl: QUEUE, eventGridTo: "queue", itemsPerBody: 10 });
  await subscribe({ notificationUrl: TOPIC, lifecycleNotificationUrl: TOPIC });
  for (const id of ["e1", "e2"]) sim.outlook.addEvent(ANNA, "primary", { ...EVENT, id });
  await sim.flush();
  expect(receiver.letters.map(({ url }) => url.href)).toEqual([QUEUE, QUEUE]);
  const events = receiver.letters.map(({ body }) => {
    const [, text = ""] =
      /^<QueueMessage><MessageText>([A-Za-z0-9+/]+=*)<\/MessageText><\/QueueMessage>$/.exec(`${body}`) ?? [];
    return JSON.parse(Buffer.from(text, "base64").toString());
  });
  expect(events).toMatchObject([{ type: "Microsoft.Graph.EventCreated" }, { type: "Microsoft.Graph.EventCreated" }]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(2);
});

test("events come without subject, resource or the kind in their data where they are told to", async () => {
  const { sim, receiver, subscribe } = testBed();
  const odd = { resourceForm: "absent", eventLifecycle: "type", clientState: "missingInLifecycle" } as const;
  sim.subscriptions.setKnobs({ eventGridUrl: HOOK, eventCase: "camel", ...odd });
  const { id } = (await subscribe({ notificationUrl: TOPIC, lifecycleNotificationUrl: TOPIC, clientState: "s" })).body;
  sim.outlook.addEvent(ANNA, "primary", EVENT);
  sim.subscriptions.sendLifecycle(String(id), "missed");
  sim.subscriptions.setKnobs({ resourceForm: "outlook", eventSubject: false });
  sim.outlook.addEvent(ANNA, "primary", EVENT);
  await sim.flush();
  const [change, missed, another] = receiver.letters.map(({ body }) => Object(body));
  expect(change).toMatchObject({ data: { subscriptionId: id, clientState: "s" } });
  expect([change.subject, change.data.resource]).toEqual([undefined, undefined]);
  expect(missed.type).toBe("microsoft.graph.subscriptionmissed");
  expect(Object.keys(missed.data).filter((key) => key === "clientState" || key === "lifecycleEvent")).toEqual([]);
  expect(another.data.resource).toMatch(
    /^https:\/\/outlook\.office365\.com\/api\/beta\/Users\('.+@.+'\)\/Events\('.+'\)$/,
  );
  expect(another.subject).toBeUndefined();
});

test("where the events go outlives a reset of the knobs, if it is the usual place", async () => {
  const { sim } = testBed();
  sim.subscriptions.setUsualKnobs({ eventGridUrl: HOOK });
  sim.subscriptions.setKnobs({ eventGridUrl: QUEUE, duplicates: 3 });
  sim.subscriptions.resetKnobs();
  expect(sim.subscriptions.knobs).toMatchObject({ eventGridUrl: HOOK, duplicates: 0 });
});

test("events of a topic that nobody receives are lost", async () => {
  const { sim, receiver, subscribe } = testBed();
  await subscribe({ notificationUrl: TOPIC });
  sim.outlook.addEvent(ANNA, "primary", EVENT);
  await sim.flush();
  expect([receiver.letters.length, sim.subscriptions.notifier.counts.lost]).toEqual([0, 1]);
});

test("after the stop nothing goes out", async () => {
  const { sim, receiver, add } = await subscribed();
  add();
  sim.stop();
  await sim.flush();
  add();
  await sim.flush();
  expect(receiver.letters).toEqual([]);
});
