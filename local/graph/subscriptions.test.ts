/** POST, PATCH, GET, list and DELETE of subscriptions, the handshake and the end of a life. */
import { expect, test, vi } from "vitest";
import { SUBSCRIPTIONS_PER_MAILBOX_MAX } from "./limits.js";
import { ANNA, type Answer, ENDPOINT, EVENT, testBed, text } from "./testBed.js";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const errorOf = ({ status, body }: Answer) => [status, body.error?.code, body.error?.message];

test("a subscription is made after the endpoint has said the token back, decoded", async () => {
  const { subscribe, receiver } = testBed();
  const made = await subscribe();
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    resource: `users/${ANNA}/events`,
    notificationUrl: ENDPOINT,
    lifecycleNotificationUrl: null,
    clientState: "k1.abc",
    expirationDateTime: "2026-12-08T11:00:00.000Z",
  });
  expect(receiver.tokens).toHaveLength(1);
  expect(receiver.tokens[0]).toMatch(/^Validation: Testing client application reachability/);
});

test("both ways to write a space reach the endpoint as a space", async () => {
  const { subscribe, receiver, sim } = testBed();
  await subscribe();
  sim.subscriptions.handshake.spaces = "percent";
  await subscribe();
  expect(receiver.tokens).toHaveLength(2);
  for (const token of receiver.tokens) expect(token.split(" ").length).toBeGreaterThan(5);
});

test("a lifecycle URL is asked too, also where it is the same; each twice if told so", async () => {
  const { subscribe, receiver, sim } = testBed();
  await subscribe({ lifecycleNotificationUrl: ENDPOINT });
  expect(receiver.tokens).toHaveLength(2);
  sim.subscriptions.handshake.times = 2;
  await subscribe({ lifecycleNotificationUrl: ENDPOINT });
  expect(receiver.tokens).toHaveLength(6);
});

const MUST =
  "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.";

test.each<[string, (token: string) => Response, string]>([
  ["202", (token) => new Response(token, { status: 202 }), `${MUST} HTTP status code is 'Accepted'.`],
  ["JSON", (token) => Response.json(token), MUST],
  ["another token", (token) => text(`${token}x`), MUST],
  ["the token still encoded", (token) => text(encodeURIComponent(token)), MUST],
])("an endpoint that answers with %s gets no subscription", async (_name, onHandshake, message) => {
  const { subscribe, receiver, sim } = testBed();
  receiver.onHandshake = onHandshake;
  expect(errorOf(await subscribe())).toEqual([400, "ValidationError", message]);
  expect(sim.subscriptions.live).toEqual([]);
});

test("an endpoint that cannot be reached gets none either", async () => {
  const { subscribe, receiver } = testBed();
  receiver.onHandshake = () => Promise.reject(new TypeError("fetch failed"));
  expect(errorOf(await subscribe())).toEqual([400, "ValidationError", MUST]);
});

test("an endpoint has ten seconds for the handshake", async () => {
  const { subscribe, receiver, time } = testBed();
  receiver.onHandshake = () => new Promise(() => undefined);
  const asked = subscribe();
  await vi.waitFor(() => expect(time.sleepers).toBe(1));
  time.advance(10_000);
  expect(errorOf(await asked)).toEqual([400, "InvalidRequest", "Subscription validation request timed out."]);
});

test.each([
  ["a long clientState", { clientState: "x".repeat(129) }],
  ["no offset in the expiry", { expirationDateTime: "2026-12-08T11:00:00" }],
  ["an expiry in the past", { expirationDateTime: "2026-11-08T11:00:00Z" }],
  ["a URL on another machine without TLS", { notificationUrl: "http://app.contoso.com/" }],
  ["an upper-case changeType", { changeType: "Created" }],
  ["a resource that is no events collection", { resource: `users/${ANNA}/messages` }],
])("%s is refused as InvalidRequest", async (_name, changes) => {
  const { subscribe, receiver } = testBed();
  const answer = await subscribe(changes);
  expect([answer.status, answer.body.error?.code]).toEqual([400, "InvalidRequest"]);
  expect(receiver.tokens).toEqual([]);
});

test.each(["http://127.0.0.1:7071/api", "http://localhost:7071/api", "http://[::1]:7071/api"])(
  "an endpoint on this machine needs no TLS: %s",
  async (notificationUrl) => {
    const { subscribe } = testBed();
    expect((await subscribe({ notificationUrl })).status).toBe(201);
  },
);

test("an endpoint's own query stays, the token comes behind it", async () => {
  const { subscribe, receiver, sim } = testBed();
  await subscribe({ notificationUrl: `${ENDPOINT}?code=k` });
  sim.outlook.addEvent(ANNA, "primary", EVENT);
  await sim.flush();
  expect(receiver.letters[0]?.url.search).toBe("?code=k");
});

test("clientState comes back from POST only, never from GET, list or PATCH", async () => {
  const { subscribe, get, call } = testBed();
  const { id } = (await subscribe()).body;
  expect((await get(`/subscriptions/${id}`)).body.clientState).toBeNull();
  expect((await get("/subscriptions")).body.value?.[0]?.clientState).toBeNull();
  const renewed = await call("PATCH", `/subscriptions/${id}`, { expirationDateTime: "2026-12-07T11:00:00Z" });
  expect(renewed.body.clientState).toBeNull();
});

test("a life is at most 10,080 minutes and at least 45", async () => {
  const { subscribe, time } = testBed();
  const inMinutes = (minutes: number) => new Date(time.now() + minutes * MINUTE_MS).toISOString();
  const asked = async (minutes: number) => (await subscribe({ expirationDateTime: inMinutes(minutes) })).body;
  expect((await asked(10_080)).expirationDateTime).toBe(inMinutes(10_080));
  expect((await asked(10_081)).error?.message).toBe("Subscription expiration can only be 10080 minutes in the future.");
  expect((await asked(5)).expirationDateTime).toBe(inMinutes(45));
});

test("renewed it lives on, otherwise it is gone without a word when its time is over", async () => {
  const { subscribe, get, call, time, receiver, sim } = testBed();
  const [kept, left] = [(await subscribe()).body.id, (await subscribe()).body.id];
  const until = new Date(time.now() + 7 * DAY_MS).toISOString();
  const renewed = await call("PATCH", `/subscriptions/${kept}`, { expirationDateTime: until });
  expect([renewed.status, renewed.body.expirationDateTime]).toEqual([200, until]);
  time.advance(7 * DAY_MS - 60_000); // past the 8th, 11:00
  expect((await get(`/subscriptions/${left}`)).status).toBe(404);
  sim.outlook.addEvent(ANNA, "primary", EVENT);
  await sim.flush();
  expect(receiver.items.map(({ subscriptionId }) => subscriptionId)).toEqual([kept]);
  expect((await call("PATCH", `/subscriptions/${left}`, { expirationDateTime: until })).status).toBe(404);
  expect((await call("DELETE", `/subscriptions/${left}`)).status).toBe(404);
  expect((await get("/subscriptions")).body.value).toHaveLength(1);
});

test("only the expiry can be changed", async () => {
  const { subscribe, call } = testBed();
  const { id } = (await subscribe()).body;
  const changes = { expirationDateTime: "2026-12-07T11:00:00Z", lifecycleNotificationUrl: ENDPOINT };
  expect((await call("PATCH", `/subscriptions/${id}`, changes)).status).toBe(400);
});

test("a deleted subscription hears nothing more; reauthorizing says nothing and extends nothing", async () => {
  const { subscribe, call, get, sim, receiver } = testBed();
  const { id } = (await subscribe()).body;
  const reauthorized = await call("POST", `/subscriptions/${id}/reauthorize`);
  expect([reauthorized.status, reauthorized.text]).toEqual([204, ""]);
  expect((await get(`/subscriptions/${id}`)).body.expirationDateTime).toBe("2026-12-08T11:00:00.000Z");
  expect((await call("DELETE", `/subscriptions/${id}`)).status).toBe(204);
  sim.outlook.addEvent(ANNA, "primary", EVENT);
  await sim.flush();
  expect(receiver.letters).toEqual([]);
});

test("equal subscriptions are made as often as asked, unless 409 is switched on", async () => {
  const { subscribe, sim } = testBed();
  expect([(await subscribe()).status, (await subscribe()).status]).toEqual([201, 201]);
  sim.faults.add({ kind: "conflict" });
  expect((await subscribe()).status).toBe(409);
  expect((await subscribe({ changeType: "created" })).status).toBe(201);
});

test.each<[string, number, string, (sim: ReturnType<typeof testBed>["sim"]) => void]>([
  ["without a licence", 404, "NotFound", (sim) => sim.outlook.setLicensed(ANNA, false)],
  ["that is gone", 404, "NotFound", (sim) => sim.outlook.removeMailbox(ANNA)],
  ["out of the app's reach", 403, "Forbidden", (sim) => sim.outlook.denyAccess(ANNA)],
  ["on its way to another database", 503, "ServiceUnavailable", (sim) => sim.outlook.setMoving(ANNA, true)],
  ["whose calendar is gone", 404, "NotFound", (sim) => sim.outlook.removeCalendar(ANNA, "primary")],
])(
  "a mailbox %s answers ExtensionError with the inner status, to POST and to PATCH",
  async (_n, status, inner, spoil) => {
    const { subscribe, call, sim } = testBed();
    const { id } = (await subscribe()).body;
    spoil(sim);
    const renewal = call("PATCH", `/subscriptions/${id}`, { expirationDateTime: "2026-12-07T11:00:00Z" });
    for (const answer of [await subscribe(), await renewal]) {
      expect([answer.status, answer.body.error?.code]).toEqual([status, "ExtensionError"]);
      expect(answer.body.error?.message).toContain(`[Status Code: ${inner};`);
    }
  },
);

test("a mailbox has room for a thousand", async () => {
  const { subscribe, time } = testBed();
  for (let n = 0; n < SUBSCRIPTIONS_PER_MAILBOX_MAX; n += 1) {
    if (n % 400 === 399) time.advance(20_000); // 500 writes in 20 s
    expect((await subscribe()).status).toBe(201);
  }
  expect((await subscribe()).status).toBe(403);
});

test("the list is given 25 times in 20 seconds", async () => {
  const { get, time } = testBed();
  for (let n = 0; n < 25; n += 1) expect((await get("/subscriptions")).status).toBe(200);
  const refused = await get("/subscriptions");
  expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "20"]);
  time.advance(20_000);
  expect((await get("/subscriptions")).status).toBe(200);
});

test("a long list comes in pages", async () => {
  const { subscribe, get } = testBed();
  for (let n = 0; n < 101; n += 1) await subscribe();
  const first = await get("/subscriptions");
  const second = await get(first.body["@odata.nextLink"] ?? "");
  expect([first.body.value?.length, second.body.value?.length]).toEqual([100, 1]);
});

test.each([
  ["shorter lives than asked", { kind: "grantedShorter" as const, minutes: 60 }, 201, "2026-12-08T10:00:00.000Z"],
  ["lives of 4,230 minutes at most", { kind: "lifetimeMaximum" as const }, 400, undefined],
  ["503 for what was created", { kind: "createdYet503" as const }, 503, undefined],
])("faults of POST: %s", async (_name, fault, status, expiry) => {
  const { subscribe, sim } = testBed();
  sim.faults.add(fault);
  const answer = await subscribe();
  expect([answer.status, answer.body.expirationDateTime]).toEqual([status, expiry]);
  expect(sim.subscriptions.live).toHaveLength(status === 400 ? 0 : 1);
});

test("a subscription can answer 404 for a while", async () => {
  const { subscribe, get, sim } = testBed();
  const { id } = (await subscribe()).body;
  sim.faults.add({ kind: "earlyNotFound", count: 1 });
  const answers = [await get(`/subscriptions/${id}`), await get(`/subscriptions/${id}`)];
  expect(answers.map(({ status }) => status)).toEqual([404, 200]);
});
