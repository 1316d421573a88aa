/** Who may do what, with tokens; and settings that stop the app before it does anything. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { calendar, explain, listed, problem, slots, unwatch, watch } from "./answers.js";
import type { Answer } from "./api.js";
import { badSettings } from "./badSettings.js";
import { between, dayOf } from "./days.js";
import { isElsewhere } from "./elsewhere.js";
import { eventually } from "./eventually.js";
import { addMailbox } from "./mailboxes.js";
import { NOTIFICATIONS } from "./notify.js";
import { type Product, startProduct } from "./product.js";
import { AUDIENCE, type Claims, startTokens, TENANT, type Tokens } from "./tokens.js";

const DAY = 3;
const id = "a".repeat(26);
const request = { calendars: [id], ...dayOf(DAY) };

let tokens: Tokens;
let product: Product;
const as = async (claims: Claims = {}) => product.api.as(await tokens.token(claims));

beforeAll(async () => {
  if (isElsewhere) return;
  tokens = await startTokens();
  const settings = { AUTH: "entra", AUTH_TENANT_ID: TENANT, AUTH_AUDIENCE: AUDIENCE, AUTH_JWKS_URL: tokens.jwksUrl };
  product = await startProduct({ settings });
});
afterAll(async () => {
  if (isElsewhere) return;
  await product.stop();
  await tokens.stop();
});

function expectRefused(answer: Answer, challenge: RegExp): void {
  expect(problem(answer, 401).code).toBe("unauthenticated");
  expect(answer.headers.get("www-authenticate")).toMatch(challenge);
}

describe.skipIf(isElsewhere)("who is calling", () => {
  test.each<[string, Claims]>([
    ["version 2", { version: 2 }],
    ["version 1", { version: 1 }],
  ])("a token of %s that Entra has signed opens the door", async (_, claims) => {
    const answer = await (await as(claims)).post("/api/availability", request);
    expect(answer).toMatchObject({ status: 200, body: { calendars: [{ id, reason: "notWatched" }] } });
  });

  test("A8: without a token it is 401 with a bare challenge", async () => {
    expectRefused(await product.api.post("/api/availability", request), /^Bearer realm="[^"]+"$/);
    const basic = await product.api.post("/api/availability", request, { authorization: "Basic YTpi" });
    expectRefused(basic, /^Bearer realm="[^"]+"$/);
  });

  test.each<[string, () => string | Promise<string>]>([
    ["is no token", () => "garbage"],
    ["is cut short", async () => (await tokens.token()).slice(0, -20)],
    ["is for somebody else", () => tokens.token({ audience: "api://another" })],
    ["is from another tenant", () => tokens.token({ issuer: "https://login.microsoftonline.com/other/v2.0" })],
    ["has expired", () => tokens.token({ expiresIn: -120 })],
    ["is not valid yet", () => tokens.token({ validIn: 120 })],
    ["is not signed", () => tokens.unsigned()],
    ["is signed with the public key as a secret", () => tokens.confused()],
    ["is signed by somebody else", () => tokens.forged()],
    ["names no app", () => tokens.token({ app: "" })],
  ])("A8: a token that %s is 401 and says that it is invalid", async (_, make) => {
    const answer = await product.api.as(await make()).post("/api/availability", request);
    expectRefused(answer, /^Bearer realm="[^"]+", error="invalid_token"$/);
  });

  test("every HTTP function but the three that must be open demands to know", async () => {
    const { body } = await product.api.get("/admin/functions");
    const guarded = httpFunctions(body).filter(({ name }) => !["health", "graphWebhook", "openapi"].includes(name));
    expect(guarded.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["availability", "calendars", "refreshNow", "slots", "status", "unwatch", "watch"]),
    );
    for (const { route, methods } of guarded)
      for (const method of methods) {
        const answer = await product.api.call(method, `/api/${route}`);
        expect(answer).toMatchObject({ status: 401, body: refusedAt(route) });
        expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="[^"]+"$/);
      }
  });

  test("health and Graph's door are open, and say nothing", async () => {
    expect(await product.api.get("/api/health")).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await product.api.post(NOTIFICATIONS, { value: [] })).toMatchObject({ status: 202, text: "" });
  });
});

/** In whose words a route refuses: those of the clients that it is made for. */
function refusedAt(route: string): object {
  if (route.startsWith("graph/")) return { error: { code: "InvalidAuthenticationToken" } };
  return route.startsWith("google/") ? { error: { code: 401 } } : { code: "unauthenticated" };
}

/** Name, methods, and a path that fits the route. */
function httpFunctions(listed: unknown) {
  const functions = listed as readonly { name: string; config: { bindings: readonly Record<string, unknown>[] } }[];
  return functions.flatMap(({ name, config }) =>
    config.bindings
      .filter(({ type }) => type === "httpTrigger")
      .map(({ route, methods }) => ({
        name,
        route: String(route).replace(/\{[^}]*\}/g, id),
        methods: methods as readonly string[],
      })),
  );
}

describe.skipIf(isElsewhere)("what they may do", () => {
  test.each([
    ["POST", "watch", "Calendars.Manage", ["Availability.Read", "Availability.Read.All"]],
    ["POST", "unwatch", "Calendars.Manage", ["Availability.Read"]],
    ["GET", "calendars", "Calendars.Manage", ["Availability.Read.All"]],
    ["GET", "status", "Calendars.Manage", ["Availability.Read", "Availability.Read.All"]],
    ["GET", `calendars/${id}`, "Calendars.Manage", ["Availability.Read"]],
    ["POST", `calendars/${id}/refresh`, "Calendars.Manage", ["Availability.Read"]],
    ["POST", "availability", "Availability.Read", ["Calendars.Manage"]],
    ["GET", "availability", "Availability.Read", ["availability.read", "Everything"]],
    ["POST", "slots", "Availability.Read", ["Calendars.Manage"]],
  ])("A8: %s %s without %s is 403 and names the role", async (method, path, role, roles) => {
    const answer = await (await as({ roles })).call(method, `/api/${path}`);
    expect(problem(answer, 403)).toMatchObject({ code: "forbidden", detail: expect.stringContaining(role) });
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="[^"]+", error="insufficient_scope"/);
  });

  test("A8, A10: the doors for other clients demand the same role, in their own words", async () => {
    const reader = await as({ roles: ["Calendars.Manage"] });
    const view = "/api/graph/v1.0/users/anna@contoso.com/calendarView";
    const [graph, google] = await Promise.all([
      reader.get(view, { "client-request-id": "mine-1" }),
      reader.post("/api/google/calendar/v3/freeBusy", {}),
    ]);
    expect(graph).toMatchObject({ status: 403, body: { error: { code: "Authorization_RequestDenied" } } });
    expect(graph.body).toMatchObject({ error: { innerError: { "client-request-id": "mine-1" } } });
    expect(google).toMatchObject({ status: 403, body: { error: { errors: [{ reason: "insufficientPermissions" }] } } });
    expect(problem(await reader.get(`/api/calendars/${id}/freebusy.ics`), 403).code).toBe("forbidden");
    for (const { headers } of [graph, google])
      expect(headers.get("www-authenticate")).toMatch(/scope="Availability.Read"/);
  });

  test("A6: a consumer sees and changes only its own; who may read everything sees everything", async () => {
    const [ours, theirs] = [await as({ app: "ours" }), await as({ app: "theirs" })];
    const auditor = await as({ app: "auditor", roles: ["Availability.Read.All"] });
    const mailbox = addMailbox(product, { events: [between(DAY, "09:00", "10:00")] });
    const [watched] = await watch(ours, { mailbox, reference: "r1" });
    const own = watched?.id ?? "";
    const wanted = { calendars: [own], ...dayOf(DAY) };
    await eventually(async () => expect(await calendar(ours, wanted)).toMatchObject({ state: "fresh", mailbox }));

    const nothing = { state: "unknown", reason: "notWatched", mailbox: null, asOf: null, busy: [] };
    expect(await calendar(theirs, wanted)).toMatchObject(nothing);
    expect(await calendar(theirs, { ...wanted, ifStale: "refresh" })).toMatchObject(nothing);
    const search = { participants: [{ calendars: [own] }], ...dayOf(DAY), durationMinutes: 60, timeZone: "UTC" };
    expect((await slots(ours, search)).slots.length).toBeGreaterThan(0);
    expect(await slots(theirs, search)).toMatchObject({ slots: [], state: "unknown", asOf: null });
    expect(problem(await theirs.get(`/api/calendars/${own}`), 404).code).toBe("notFound");
    expect(problem(await theirs.post(`/api/calendars/${own}/refresh`, {}), 404).code).toBe("notFound");
    expect((await listed(theirs)).calendars).toEqual([]);
    const times = `startDateTime=${wanted.start}&endDateTime=${wanted.end}`;
    const view = `/api/graph/v1.0/users/${encodeURIComponent(mailbox)}/calendarView?${times}`;
    expect((await theirs.get(view)).body).toMatchObject({ error: { code: "ErrorItemNotFound" } });
    expect((await ours.get(view)).body).toMatchObject({ value: [{ showAs: "busy" }] });
    expect(problem(await theirs.get(`/api/calendars/${own}/freebusy.ics`), 404).code).toBe("notFound");
    expect((await ours.get(`/api/calendars/${own}/freebusy.ics`)).text).toMatch(/FREEBUSY;FBTYPE=BUSY:/);
    expect(await unwatch(theirs, { id: own })).toMatchObject([{ error: { code: "notWatched" } }]);
    expect(await calendar(auditor, wanted)).toMatchObject({ state: "fresh", mailbox });

    expect(await watch(theirs, { mailbox, reference: "secret" })).toMatchObject([{ id: own, created: true }]);
    expect(await calendar(theirs, wanted)).toMatchObject({ state: "fresh" });
    expect((await explain(ours, own)).watches).toMatchObject([{ consumer: "ours", reference: "r1" }]);
    expect(await unwatch(ours, { id: own })).toMatchObject([{ removed: 1, remaining: 0 }]);
    expect(await calendar(ours, wanted)).toMatchObject(nothing);
    expect(await calendar(theirs, wanted)).toMatchObject({ state: "fresh" });
  });

  test("no token and no mailbox is in the log", () => {
    const { output } = product.own;
    expect(output).toContain('"event":"read.served"');
    expect(output).not.toMatch(/eyJ|contoso\.com|secret/);
  });
});

describe.skipIf(isElsewhere)("settings", badSettings);
