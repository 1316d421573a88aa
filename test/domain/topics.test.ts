/** The whole product behind Event Grid: subscriptions on partner topics, and what Event Grid hands on. */
import { describe, expect, test } from "vitest";
import type { GraphSimulator } from "../../local/graph/simulator.js";
import { ENDPOINT } from "../../local/graph/testBed.js";
import { type Addresses, addressOf } from "../../shared/domain/addresses.js";
import { calendarIdOf } from "../../shared/domain/calendarId.js";
import { poisonedEvents } from "../../shared/domain/poison.js";
import type { Door } from "../../shared/domain/policy.js";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../shared/domain/time.js";
import { notificationsOfEvents } from "../../shared/http/cloudEvents.js";
import { nameOf, TENANT } from "../graphBed.js";
import { openService } from "../service.js";
import { ANNA, EVENT, settledService } from "./settledService.js";

const topic = (number: number): string =>
  `EventGrid:?azuresubscriptionid=22222222-2222-2222-2222-222222222222&resourcegroup=group&partnertopic=topic${number}&location=westeurope`;
const TOPICS = [topic(1), topic(2), topic(3)];
const ON_TOPICS = { policy: { door: "eventGrid" }, addresses: { used: TOPICS, own: TOPICS } } as const;
const EVENT_GRID = "https://app.contoso.com/runtime/webhooks/EventGrid?functionName=graphEvents";
const ASKED_MINUTES = 10_065;
const PEOPLE = Array.from({ length: 30 }, (_, number) => `p${number}@contoso.com`);

const urlsOf = (sim: GraphSimulator): string[] => sim.subscriptions.live.map(({ notificationUrl }) => notificationUrl);
const renewals = (sim: GraphSimulator): number =>
  sim.log.filter(({ operation }) => operation === "renewSubscription").length;

/** Anna's calendar at rest, on a topic of three, whose events come in. */
async function onTopics() {
  const service = await settledService(ON_TOPICS);
  service.sim.subscriptions.setKnobs({ eventGridUrl: EVENT_GRID });
  return service;
}

describe("subscriptions", () => {
  test("S2: each names its calendar's topic for notifications and lifecycle, and every topic has some", async () => {
    const service = openService(ON_TOPICS);
    for (const person of PEOPLE) await service.watched(person);
    expect(new Set(urlsOf(service.sim))).toEqual(new Set(TOPICS));
    for (const one of service.sim.subscriptions.live) {
      const address = service.sim.outlook.mailboxes.find(({ id }) => id === one.mailboxId)?.address ?? "";
      const wanted = addressOf(calendarIdOf(nameOf(address)), TOPICS);
      expect([one.notificationUrl, one.lifecycleNotificationUrl]).toEqual([wanted, wanted]);
    }
  });

  test.each<[string, number, number]>([
    ["a week's ", ASKED_MINUTES, 3.4 * 24],
    ["5 hours' ", 5 * 60, 3],
    ["4 hours' ", 4 * 60, 3],
  ])(
    "S3: one of %s lifetime is renewed at half of it, and never under 3 hours ahead",
    async (_what, minutes, hours) => {
      const service = openService(ON_TOPICS);
      const id = await service.watched(ANNA);
      service.sim.faults.add({ kind: "grantedShorter", minutes: ASKED_MINUTES - minutes });
      await service.handleAsk({ ...named(service.rowOf(id).subscription.id), calendar: id, at: service.clock.now() });
      service.sim.clearLog();
      const expiresAt = service.rowOf(id).subscription.expiresAt ?? 0;
      while (renewals(service.sim) === 0 && service.clock.now() < expiresAt) await service.pass(MINUTE_MS);
      expect(renewals(service.sim)).toBe(1);
      expect(expiresAt - service.clock.now()).toBeGreaterThanOrEqual(hours * HOUR_MS);
    },
  );

  test("S3: where Graph grants less than 3 hours there is no storm of renewals", async () => {
    const service = openService(ON_TOPICS);
    service.sim.faults.add({ kind: "grantedShorter", minutes: ASKED_MINUTES - 120 });
    await service.watched(ANNA);
    service.sim.clearLog();
    await service.pass(2 * HOUR_MS);
    expect(renewals(service.sim)).toBeGreaterThanOrEqual(5);
    expect(renewals(service.sim)).toBeLessThanOrEqual(12);
  });

  test("S1: orphans on a topic of ours, and at an address of ours that is used no more, go; one on a foreign topic stays", async () => {
    const own = [ENDPOINT, ...TOPICS];
    const service = openService({ ...ON_TOPICS, addresses: { used: TOPICS, own } });
    const id = await service.watched(ANNA);
    const make = async (notificationUrl: string): Promise<void> => {
      const expirationDateTime = new Date(service.clock.now() + HOUR_MS).toISOString();
      const payload = { changeType: "updated", resource: `users/${ANNA}/events`, notificationUrl, expirationDateTime };
      const init = { method: "POST", body: JSON.stringify(payload) };
      const { status } = await service.sim.fetch("https://graph.microsoft.com/v1.0/subscriptions", init);
      expect(status).toBe(201);
    };
    const foreign = topic(4);
    for (const url of [topic(1).toUpperCase().replace("EVENTGRID", "EventGrid"), ENDPOINT, foreign]) await make(url);
    await service.handleAsk({ kind: "orphans", tenantId: TENANT });
    expect(urlsOf(service.sim).sort()).toEqual([addressOf(id, TOPICS), foreign].sort());
    expect(service.lines.at(-1)).toMatchObject({ sweep: "orphans", listed: 4, foreign: 1, removed: 2 });
  });
});

describe("another address", () => {
  test("S3: with another door or other topics a subscription moves at its renewal, and none is left behind", async () => {
    const policy: { door: Door } = { door: "webhook" };
    const addresses: { used: readonly string[]; own: readonly string[] } = { used: [ENDPOINT], own: [ENDPOINT] };
    const service = openService({ policy, addresses: addresses satisfies Addresses });
    const id = await service.watched(ANNA);
    await service.pass(DAY_MS);
    expect(urlsOf(service.sim)).toEqual([ENDPOINT]);
    Object.assign(addresses, { used: TOPICS, own: [ENDPOINT, ...TOPICS] });
    await service.pass(DAY_MS);
    expect(urlsOf(service.sim)).toEqual([ENDPOINT]); // still served, so nothing hurries
    await service.pass(3 * DAY_MS);
    expect(urlsOf(service.sim)).toEqual([addressOf(id, TOPICS)]);
    const [kept = ""] = urlsOf(service.sim);
    const made = service.rowOf(id).subscription.id;
    Object.assign(addresses, { used: [...TOPICS.filter((one) => one !== kept), kept.toUpperCase()] });
    await service.pass(5 * DAY_MS);
    expect(service.rowOf(id).subscription.id).toBe(made); // the same topic in another spelling and place
    expect(service.index.entries).toEqual([made]);
  }, 60_000);
});

describe("what Event Grid hands on", () => {
  test.each(["mixed", "pascal", "camel"] as const)(
    "I9: a change in %s letter case is in the copy",
    async (eventCase) => {
      const service = await onTopics();
      service.sim.subscriptions.setKnobs({ eventCase });
      service.sim.outlook.addEvent(ANNA, "primary", EVENT);
      await service.pass(5_000, { timers: false });
      service.isCurrent();
    },
  );

  test.each([
    ["reauthorizationRequired", (before: string, after: string) => before === after],
    ["subscriptionRemoved", (before: string, after: string) => before !== after],
  ] as const)("I10: %s without a clientState finds its calendar", async (kind, isRight) => {
    const service = await onTopics();
    service.sim.subscriptions.setKnobs({ clientState: "missing" });
    const [before] = service.sim.subscriptions.live;
    service.sim.subscriptions.sendLifecycle(before?.id ?? "", kind);
    await service.pass(5_000, { timers: false });
    const operations = service.sim.log.map(({ operation }) => operation);
    expect(operations).toContain(kind === "subscriptionRemoved" ? "createSubscription" : "renewSubscription");
    expect(isRight(before?.id ?? "", service.rowOf(service.id).subscription.id ?? "")).toBe(true);
    service.isCurrent();
  });
});

describe("events given up", () => {
  const events = (id: string | undefined, lifecycleEvent?: string) =>
    notificationsOfEvents({
      type: lifecycleEvent === undefined ? "Microsoft.Graph.EventUpdated" : "Microsoft.Graph.Subscription",
      data: { SubscriptionId: id, lifecycleEvent },
    });

  test("R9: a change that failed every time is found by the next sweep", async () => {
    const service = await settledService(ON_TOPICS);
    service.sim.outlook.addEvent(ANNA, "primary", EVENT); // nobody receives its event
    const { id } = service.rowOf(service.id).subscription;
    await poisonedEvents(service.deps, events(id), { door: "eventGridQueue", index: service.index });
    await service.pass(MINUTE_MS);
    service.isCurrent();
    expect(service.lines).toContainEqual({ event: "poison.received", queue: "graphEvents", calendars: 1 });
  });

  test("R9, I7: a lifecycle event is not forgotten: renewed or made again by the next sweep, if the row still names it", async () => {
    const service = await settledService(ON_TOPICS);
    const doorway = { door: "eventGridQueue", index: service.index } as const;
    const current = () => service.rowOf(service.id).subscription;
    const { id: first, expiresAt } = current();
    await poisonedEvents(service.deps, events(first, "reauthorizationRequired"), doorway);
    await service.pass(MINUTE_MS);
    expect(renewals(service.sim)).toBe(1);
    expect([current().id, (current().expiresAt ?? 0) > (expiresAt ?? 0)]).toEqual([first, true]);

    await poisonedEvents(service.deps, events(first, "subscriptionRemoved"), doorway);
    await service.pass(MINUTE_MS);
    expect(current().id).not.toBe(first);
    expect(service.sim.subscriptions.live.map(({ id }) => id)).toEqual([current().id]);

    service.sim.clearLog();
    await service.index.put("another", service.id);
    await poisonedEvents(service.deps, events("another", "subscriptionRemoved"), doorway);
    await service.pass(MINUTE_MS);
    expect(service.sim.log.map(({ operation }) => operation)).not.toContain("createSubscription");
  });

  test("R9: what cannot be read names no calendar, and is counted", async () => {
    const service = await settledService(ON_TOPICS);
    const before = service.rowOf(service.id);
    for (const message of ["no JSON", null, { type: "x", data: {} }])
      await poisonedEvents(service.deps, notificationsOfEvents(message), {
        door: "eventGridQueue",
        index: service.index,
      });
    expect(service.rowOf(service.id)).toEqual(before);
    expect(service.lines.filter(({ event }) => event === "poison.received")).toHaveLength(3);
  });
});

const named = (subscriptionId: string | undefined) =>
  ({ kind: "subscription", request: "renew", ...(subscriptionId !== undefined && { subscriptionId }) }) as const;
