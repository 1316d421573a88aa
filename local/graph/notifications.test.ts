/** What arrives at the endpoint under each knob; time stands still unless a test moves it. */
import { expect, test } from "vitest";
import { ANNA, EVENT, subscribed, testBed } from "./testBed.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

test("each change is told once, at once, and whole", async () => {
  const { sim, add, receiver, id, anna } = await subscribed();
  const event = add();
  sim.outlook.updateEvent(ANNA, "primary", event.id, { showAs: "free" });
  sim.outlook.deleteEvent(ANNA, "primary", event.id);
  await sim.flush();
  expect(receiver.items.map(({ changeType }) => changeType)).toEqual(["created", "updated", "deleted"]);
  expect(receiver.letters).toHaveLength(3);
  expect(receiver.items[0]).toMatchObject({
    subscriptionId: id,
    clientState: "k1.abc",
    subscriptionExpirationDateTime: "2026-12-08T11:00:00+00:00",
    resource: `Users/${anna.id}/Events/${event.id}`,
    resourceData: { "@odata.type": "#Microsoft.Graph.Event", id: event.id },
  });
});

test("only the kinds and the calendar that were subscribed to are told of", async () => {
  const { sim, add, kinds } = await subscribed({ changeType: "deleted" });
  sim.outlook.addCalendar(ANNA, { name: "Team" });
  const other = sim.outlook.addEvent(ANNA, "Team", EVENT);
  sim.outlook.deleteEvent(ANNA, "Team", other.id);
  sim.outlook.deleteEvent(ANNA, "primary", add().id);
  await sim.flush();
  expect(kinds()).toEqual(["deleted"]);
});

test("a change of one occurrence is told as a change of its series", async () => {
  const { sim, receiver } = await subscribed();
  sim.outlook.addEvent(ANNA, "primary", { id: "S", ...EVENT, recurrence: { pattern: "daily" } });
  sim.outlook.deleteEvent(ANNA, "primary", "S.2026-12-03");
  await sim.flush();
  expect(receiver.items.at(-1)).toMatchObject({ changeType: "updated", resourceData: { id: "S" } });
});

test("immutable ids were asked for at creation, so notifications carry them", async () => {
  const { subscribe, sim, receiver } = testBed();
  await subscribe({}, { Prefer: 'IdType="ImmutableId"' });
  sim.outlook.addEvent(ANNA, "primary", EVENT);
  await sim.flush();
  expect(receiver.items[0]?.resourceData).toMatchObject({ id: expect.stringMatching(/^AAkA/) });
});

test("an edit can be told three times, a creation also as an update, everything in copies", async () => {
  const { sim, add, kinds } = await subscribed();
  sim.subscriptions.setKnobs({ updatesPerEdit: 3, createdAndUpdated: true, duplicates: 1 });
  const { id } = add();
  sim.outlook.updateEvent(ANNA, "primary", id, { showAs: "free" });
  await sim.flush();
  expect(kinds()).toEqual(["created", "created", ...Array(8).fill("updated")]);
});

test("notifications can all be lost, or a share of them", async () => {
  const { sim, add, receiver } = await subscribed();
  sim.subscriptions.setKnobs({ dropProbability: 1 });
  for (let n = 0; n < 10; n += 1) add();
  await sim.flush();
  expect([receiver.items.length, sim.subscriptions.notifier.counts.dropped]).toEqual([0, 10]);
  sim.subscriptions.setKnobs({ dropProbability: 0.5 });
  for (let n = 0; n < 200; n += 1) add();
  await sim.flush();
  expect(receiver.items.length).toBeGreaterThan(60);
  expect(receiver.items.length).toBeLessThan(140);
});

test("a late notification comes when its time has come, not before", async () => {
  const { sim, add, receiver, time } = await subscribed();
  sim.subscriptions.setKnobs({ delayMs: { min: HOUR_MS, max: HOUR_MS } });
  add();
  time.advance(HOUR_MS - 1);
  await sim.flush();
  expect([receiver.items.length, sim.subscriptions.notifier.pending]).toEqual([0, 1]);
  time.advance(1);
  await sim.flush();
  expect(receiver.items).toHaveLength(1);
});

test("moving the simulator's own clock also brings what has become due", async () => {
  const { sim, add, receiver } = await subscribed();
  sim.subscriptions.setKnobs({ delayMs: { min: HOUR_MS, max: HOUR_MS } });
  add();
  sim.clock.advance(HOUR_MS);
  await sim.flush();
  expect(receiver.items).toHaveLength(1);
});

test("items of several subscriptions share a body up to the limit", async () => {
  const { sim, add, receiver, subscribe } = await subscribed();
  await subscribe();
  sim.subscriptions.setKnobs({ itemsPerBody: 3 });
  add();
  add();
  await sim.flush();
  expect(receiver.letters.map(({ body }) => body)).toMatchObject([{ value: { length: 3 } }, { value: { length: 1 } }]);
  expect(new Set(receiver.items.map(({ subscriptionId }) => subscriptionId)).size).toBe(2);
});

test("held back, changes of a while gather into one body", async () => {
  const { sim, add, receiver, time } = await subscribed();
  sim.subscriptions.setKnobs({ holdMs: MINUTE_MS, itemsPerBody: 100 });
  time.advance(1);
  for (let n = 0; n < 5; n += 1) {
    add();
    time.advance(1_000);
  }
  await sim.flush();
  expect(receiver.letters).toEqual([]);
  time.advance(MINUTE_MS);
  await sim.flush();
  expect(receiver.letters.map(({ body }) => body)).toMatchObject([{ value: { length: 5 } }]);
});

test("what is due together can come in any order", async () => {
  const { sim, add, receiver } = await subscribed();
  const ids = Array.from({ length: 20 }, () => add().id);
  await sim.flush();
  const seen = () => receiver.items.slice(-20).map(({ resourceData }) => Object(resourceData).id);
  expect(seen()).toEqual(ids);
  sim.subscriptions.setKnobs({ reorder: true });
  const later = Array.from({ length: 20 }, () => add().id);
  await sim.flush();
  expect(seen()).not.toEqual(later);
  expect(seen().sort()).toEqual(later);
});

test("items can be sparse, with an odd offset in the expiry", async () => {
  const { sim, add, receiver } = await subscribed();
  sim.subscriptions.setKnobs({ sparseProbability: 1, resourceForm: "odata" });
  add();
  await sim.flush();
  const [item] = receiver.items;
  expect(item?.subscriptionExpirationDateTime).toBe("2026-12-08T16:30:00.0000000+05:30");
  expect(item?.resource).toMatch(/^Users\('.*'\)\/Events\('.*'\)$/);
  expect(item).not.toHaveProperty("resourceData");
  expect(item).not.toHaveProperty("id");
});

test.each([
  ["wrong", "k1.abcx"],
  ["missing", undefined],
] as const)("clientState can be %s", async (clientState, seen) => {
  const { sim, add, receiver } = await subscribed();
  sim.subscriptions.setKnobs({ clientState });
  add();
  await sim.flush();
  expect(receiver.items[0]?.clientState).toBe(seen);
});

test.each([
  ["the licence is withdrawn", (sim: Sim) => sim.outlook.setLicensed(ANNA, false)],
  ["the permission is withdrawn", (sim: Sim) => sim.outlook.denyAccess(ANNA)],
  ["the mailbox is deleted", (sim: Sim) => sim.outlook.removeMailbox(ANNA)],
  ["the calendar is deleted", (sim: Sim) => sim.outlook.removeCalendar(ANNA, "primary")],
])("nothing is told while %s", async (_name, spoil) => {
  const { sim, add, receiver } = await subscribed();
  spoil(sim);
  add();
  await sim.flush();
  expect(receiver.letters).toEqual([]);
});
type Sim = ReturnType<typeof testBed>["sim"];

test("lifecycle notifications come on demand; subscriptionRemoved means it", async () => {
  const { sim, receiver, id, get } = await subscribed();
  sim.subscriptions.setKnobs({ itemsPerBody: 10 });
  for (const kind of ["reauthorizationRequired", "missed", "subscriptionRemoved"] as const)
    sim.subscriptions.sendLifecycle(id, kind);
  await sim.flush();
  expect(receiver.letters).toHaveLength(1);
  expect(receiver.items).toMatchObject([
    { lifecycleEvent: "reauthorizationRequired", subscriptionId: id, clientState: "k1.abc" },
    { lifecycleEvent: "missed" },
    { lifecycleEvent: "subscriptionRemoved" },
  ]);
  expect((await get(`/subscriptions/${id}`)).status).toBe(404);
});

test("lifecycle notifications can have the odd keys that were reported", async () => {
  const { sim, receiver, id } = await subscribed();
  sim.subscriptions.setKnobs({ lifecycleForm: "reported" });
  sim.subscriptions.sendLifecycle(id, "missed");
  await sim.flush();
  expect(receiver.letters[0]?.body).toMatchObject({ value: [{}], validationTokens: null });
  expect(receiver.items[0]).toMatchObject({ resource: `Subscriptions/${id}`, organizationId: expect.any(String) });
  expect(receiver.items[0]).not.toHaveProperty("tenantId");
});

test("without a lifecycle URL reauthorizationRequired is sent nowhere, the others to the notification URL", async () => {
  const { sim, receiver, id } = await subscribed({ lifecycleNotificationUrl: null });
  sim.subscriptions.sendLifecycle(id, "reauthorizationRequired");
  sim.subscriptions.sendLifecycle(id, "missed");
  await sim.flush();
  expect(receiver.items.map(({ lifecycleEvent }) => lifecycleEvent)).toEqual(["missed"]);
});

test("a knob that makes no sense is refused and changes nothing", () => {
  const { sim } = testBed();
  expect(() => sim.subscriptions.setKnobs({ duplicates: 1, delayMs: { min: 2, max: 1 } })).toThrow("delayMs");
  expect(sim.subscriptions.knobs.duplicates).toBe(0);
  sim.subscriptions.setKnobs({ duplicates: 1 });
  sim.subscriptions.resetKnobs();
  expect(sim.subscriptions.knobs.duplicates).toBe(0);
});
