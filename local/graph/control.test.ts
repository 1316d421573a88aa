/** The control door over HTTP, as a person with curl uses it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ServedSimulator, serveSimulator } from "./server.js";
import { GraphSimulator } from "./simulator.js";
import { ANNA, Receiver } from "./testBed.js";

let served: ServedSimulator;
let receiver: Receiver;

beforeEach(async () => {
  receiver = new Receiver();
  const sim = new GraphSimulator({ now: () => Date.parse("2026-12-01T12:00:00Z"), deliver: receiver.deliver });
  served = await serveSimulator(sim, { graphPort: 0, controlPort: 0 });
});
afterEach(() => served.stop());

async function control(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const content = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
  const response = await fetch(served.controlUrl + path, { method, headers, ...content });
  const answer: unknown = await response.json();
  return { status: response.status, body: answer };
}

const addAnna = () => control("POST", "/mailboxes", { address: ANNA, timeZone: "Tokyo Standard Time" });
const EVENTS = `/mailboxes/${ANNA}/calendars/primary/events`;
const EVENT = { id: "e1", start: "2026-12-02T10:00", end: "2026-12-02T11:00" };
const TRUTH = `/truth?mailbox=${ANNA}&start=2026-12-01&end=2026-12-31`;

test("a mailbox is added, found, changed and taken away", async () => {
  expect(await addAnna()).toMatchObject({ status: 200, body: { address: ANNA, licensed: true } });
  const changed = await control("PATCH", `/mailboxes/${ANNA}`, { timeZone: "UTC", accessDenied: true, removed: true });
  expect(changed.body).toMatchObject({ timeZone: "UTC", accessDenied: true, removed: true, licensed: true });
  expect((await control("GET", "/mailboxes")).body).toEqual([changed.body]);
  expect((await control("GET", `/mailboxes/${ANNA}`)).body).toEqual(changed.body);
});

test("a calendar is added under an id with every character, taken away and given back", async () => {
  await addAnna();
  const { body } = await control("POST", `/mailboxes/${ANNA}/calendars`, { name: "Team", id: "A/b+c=" });
  expect(body).toEqual({ id: "A/b+c=", name: "Team", isDefault: false, removed: false, events: 0 });
  const path = `/mailboxes/${ANNA}/calendars/${encodeURIComponent("A/b+c=")}`;
  expect((await control("PATCH", path, { removed: true })).body).toMatchObject({ removed: true });
  expect((await control("PATCH", path, { removed: false })).body).toMatchObject({ removed: false });
});

test("an event is added, moved, deleted, and the truth follows", async () => {
  await addAnna();
  expect((await control("POST", EVENTS, EVENT)).body).toMatchObject({ id: "e1", timeZone: "Tokyo Standard Time" });
  const block = { id: "e1", end: "2026-12-02T02:00:00.000Z", status: "busy", allDay: false };
  expect((await control("GET", TRUTH)).body).toEqual([{ ...block, start: "2026-12-02T01:00:00.000Z" }]);
  await control("PATCH", `${EVENTS}/e1`, { start: "2026-12-02T10:30", showAs: "oof" });
  expect((await control("GET", TRUTH)).body).toEqual([{ ...block, start: "2026-12-02T01:30:00.000Z", status: "oof" }]);
  expect((await control("GET", EVENTS)).body).toMatchObject([{ id: "e1", start: "2026-12-02T10:30:00.000" }]);
  expect((await control("DELETE", `${EVENTS}/e1`)).status).toBe(200);
  expect((await control("GET", TRUTH)).body).toEqual([]);
});

test("a series and its exceptions are shown as they are kept", async () => {
  await addAnna();
  await control("POST", EVENTS, { ...EVENT, id: "S", recurrence: { pattern: "weekly", daysOfWeek: ["wednesday"] } });
  await control("PATCH", `${EVENTS}/S.2026-12-09`, { start: "2026-12-09T15:00", end: "2026-12-09T16:00" });
  await control("DELETE", `${EVENTS}/S.2026-12-16`);
  const exceptions = { "2026-12-09": { id: "S.2026-12-09" }, "2026-12-16": "deleted" };
  expect((await control("GET", EVENTS)).body).toMatchObject([{ id: "S", exceptions }]);
  expect((await control("GET", TRUTH)).body).toMatchObject([
    { id: "S.2026-12-02", start: "2026-12-02T01:00:00.000Z" },
    { id: "S.2026-12-09", start: "2026-12-09T06:00:00.000Z" },
    { id: "S.2026-12-23", start: "2026-12-23T01:00:00.000Z" },
    { id: "S.2026-12-30", start: "2026-12-30T01:00:00.000Z" },
  ]);
});

test("faults are added, listed, replaced, taken out", async () => {
  const { body } = await control("POST", "/faults", [
    { kind: "latency", ms: 50 },
    { kind: "hang", count: 1 },
  ]);
  expect(body).toEqual({ ids: ["f1", "f2"] });
  expect((await control("DELETE", "/faults/f1")).body).toMatchObject([{ id: "f2", kind: "hang", count: 1 }]);
  expect((await control("PUT", "/faults", [{ kind: "html" }])).body).toMatchObject([{ kind: "html" }]);
  expect((await control("DELETE", "/faults")).body).toEqual([]);
  expect((await control("GET", "/faults")).body).toEqual([]);
});

test("the knobs of notifications and of the handshake turn, and go back", async () => {
  const turned = await control("PATCH", "/notifications", { updatesPerEdit: 3, delayMs: { min: 0, max: 10 } });
  expect(turned.body).toMatchObject({ knobs: { updatesPerEdit: 3, delayMs: { min: 0, max: 10 }, duplicates: 0 } });
  expect((await control("PATCH", "/handshake", { spaces: "percent" })).body).toMatchObject({
    spaces: "percent",
    times: 1,
  });
  expect((await control("DELETE", "/notifications")).body).toMatchObject({ knobs: { updatesPerEdit: 1 } });
  expect((await control("GET", "/notifications")).body).toMatchObject({ pending: 0, counts: { delivered: 0 } });
});

async function subscribe() {
  const response = await fetch(`${served.graphUrl}/v1.0/subscriptions`, {
    method: "POST",
    body: JSON.stringify({
      changeType: "created,updated,deleted",
      resource: `users/${ANNA}/events`,
      notificationUrl: "https://app.contoso.com/api",
      lifecycleNotificationUrl: "https://app.contoso.com/api",
      expirationDateTime: "2026-12-08T11:00:00Z",
      clientState: "k1.abc",
    }),
  });
  const { id } = Object(await response.json());
  return String(id);
}

test("subscriptions are listed with their secret, sent lifecycle events, and taken away", async () => {
  await addAnna();
  const [id, other] = [await subscribe(), await subscribe()];
  expect((await control("GET", "/subscriptions")).body).toMatchObject([{ id, clientState: "k1.abc" }, { id: other }]);
  await control("POST", `/subscriptions/${id}/lifecycle`, { event: "missed" });
  await control("POST", "/flush");
  expect(receiver.items).toMatchObject([{ subscriptionId: id, lifecycleEvent: "missed" }]);
  await control("DELETE", `/subscriptions/${id}`);
  await control("POST", EVENTS, EVENT);
  expect((await control("POST", "/flush")).body).toMatchObject({ counts: { delivered: 2 } });
  expect(receiver.items.map(({ subscriptionId }) => subscriptionId)).toEqual([id, other]);
});

test("the clock is read and moved, and subscriptions end with it", async () => {
  await addAnna();
  await subscribe();
  expect((await control("GET", "/clock")).body).toEqual({ now: "2026-12-01T12:00:00.000Z" });
  const moved = await control("POST", "/clock", { advanceMs: 7 * 86_400_000 });
  expect(moved.body).toEqual({ now: "2026-12-08T12:00:00.000Z" });
  expect((await control("GET", "/subscriptions")).body).toEqual([]);
});

test("tokens are demanded and expire", async () => {
  await addAnna();
  const status = async (headers: Record<string, string>) =>
    (await fetch(`${served.graphUrl}/v1.0/users/${ANNA}/calendars`, { headers })).status;
  expect((await control("POST", "/tokens", { demanded: true })).body).toEqual({ demanded: true });
  expect([await status({}), await status({ Authorization: "Bearer a" })]).toEqual([401, 200]);
  await control("POST", "/tokens", { expire: true });
  expect(await status({ Authorization: "Bearer a" })).toBe(401);
});

test("requests at the Graph door are on record until the record is cleared", async () => {
  await addAnna();
  await fetch(`${served.graphUrl}/v1.0/users/${ANNA}/calendars`);
  const { body } = await control("GET", "/requests");
  expect(body).toMatchObject([{ method: "GET", operation: "calendars", mailbox: ANNA, status: 200, inBatch: false }]);
  await control("DELETE", "/requests");
  expect((await control("GET", "/requests")).body).toEqual([]);
});

test("the truth of an earlier instant can be asked for", async () => {
  await addAnna();
  await control("POST", "/clock", { advanceMs: 60_000 });
  await control("POST", EVENTS, EVENT);
  expect((await control("GET", `${TRUTH}&asAt=2026-12-01T12:00:30Z`)).body).toEqual([]);
  expect((await control("GET", TRUTH)).body).toHaveLength(1);
});

test.each([
  ["POST", "/mailboxes", "{", "body"],
  ["POST", "/mailboxes", {}, "address"],
  ["POST", "/mailboxes", { address: ANNA }, "address"],
  ["POST", "/mailboxes", { address: "b@c", owner: "x" }, "owner"],
  ["PATCH", "/mailboxes/nobody", { removed: true }, "mailbox"],
  ["PATCH", `/mailboxes/${ANNA}`, { licensed: "no" }, "licensed"],
  ["POST", `/mailboxes/${ANNA}/calendars/none/events`, EVENT, "calendar"],
  ["POST", EVENTS, { ...EVENT, end: "2026-12-01T10:00" }, "end"],
  ["POST", EVENTS, { ...EVENT, showAs: "away" }, "showAs"],
  ["POST", EVENTS, { ...EVENT, recurrence: { pattern: "hourly" } }, "recurrence.pattern"],
  ["DELETE", `${EVENTS}/none`, undefined, "event"],
  ["POST", "/faults", { kind: "flood" }, "kind"],
  ["POST", "/faults", [{ kind: "error" }], "status"],
  ["DELETE", "/faults/f9", undefined, "id"],
  ["PATCH", "/notifications", { dropProbability: 2 }, "dropProbability"],
  ["PATCH", "/notifications", { delayMs: { min: 2, max: 1 } }, "delayMs"],
  ["PATCH", "/handshake", { times: 3 }, "times"],
  ["POST", "/subscriptions/none/lifecycle", { event: "missed" }, "id"],
  ["POST", "/clock", { advanceMs: -1 }, "advanceMs"],
  ["POST", "/tokens", { expire: false }, "expire"],
  ["GET", `/truth?start=2026-12-01&end=2026-12-02`, undefined, "mailbox"],
  ["GET", `/truth?mailbox=${ANNA}&start=soon&end=2026-12-02`, undefined, "start"],
])("%s %s with %j: 400, and the answer names %s", async (method, path, body, field) => {
  await addAnna();
  const answer = await control(method, path, body);
  expect(answer).toMatchObject({ status: 400, body: { field, message: expect.stringContaining(`${field}: `) } });
});

test("an unknown route is answered with the routes that there are, as is the root", async () => {
  const routes = expect.arrayContaining(["POST /mailboxes/*/calendars/*/events", "GET /truth"]);
  expect(await control("GET", "/nothing")).toMatchObject({ status: 404, body: { routes } });
  expect(await control("GET", "/")).toMatchObject({ status: 200, body: { routes } });
});

test("a page of another site cannot steer the simulator through a browser", async () => {
  const from = (Origin: string) => control("POST", "/clock", { advanceMs: 1 }, { Origin });
  expect((await from("https://evil.example")).status).toBe(403);
  expect((await from("http://localhost:5173")).status).toBe(200);
});

test("the two doors are apart: neither answers for the other", async () => {
  expect((await fetch(`${served.graphUrl}/mailboxes`)).status).toBe(400);
  expect((await control("GET", "/v1.0/subscriptions")).status).toBe(404);
});

test("a taken port is said, and nothing stays open", async () => {
  const controlPort = Number(new URL(served.controlUrl).port);
  await expect(serveSimulator(new GraphSimulator(), { graphPort: 0, controlPort })).rejects.toThrow("EADDRINUSE");
});
