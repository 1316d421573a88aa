/** Each route with exactly what it answers, and what holds of the requests whatever is asked. */
import fc from "fast-check";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { ANNA } from "../../local/graph/testBed.js";
import type { CalendarId } from "../../shared/domain/calendarId.js";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { anyone } from "../../shared/http/caller.js";
import { TENANT } from "../graphBed.js";
import type { Service } from "../service.js";
import { callFunction, registeredFunctions } from "./app.js";
import { openMemoryRuntime } from "./memoryRuntime.js";

vi.mock("../../shared/runtime.js", async (real) => ({
  ...(await real<object>()),
  ...(await import("./memoryRuntime.js")),
}));

const functions = await registeredFunctions();
const NOW = "2026-12-01T12:00:00Z";
const DAY = { start: "2026-12-02T00:00:00Z", end: "2026-12-03T00:00:00Z" };
const BEN = "ben@contoso.com";
const NOBODY = "a".repeat(26);

let service: Service;
let anna: CalendarId;
let ben: CalendarId;
/** ANNA is busy from 9 to 10 and works elsewhere at noon; BEN is away all day, with a zone of his own. */
beforeEach(async () => {
  service = openMemoryRuntime(anyone);
  const { outlook } = service.sim;
  for (const address of [ANNA, BEN]) outlook.addMailbox({ address, timeZone: "UTC" });
  outlook.addEvent(ANNA, "primary", { start: "2026-12-02T09:00:00Z", end: "2026-12-02T10:00:00Z" });
  const noon = { start: "2026-12-02T12:00:00Z", end: "2026-12-02T12:30:00Z" };
  outlook.addEvent(ANNA, "primary", { ...noon, showAs: "workingElsewhere" });
  outlook.addEvent(BEN, "primary", { start: "2026-12-02", end: "2026-12-03", isAllDay: true, showAs: "oof" });
  anna = await service.watched(ANNA, undefined, "default");
  ben = await service.watched(BEN, undefined, "default");
});

const get = (path: string, headers = {}) => callFunction(functions, "GET", path, { headers });
const post = (path: string, body?: unknown, headers = {}) =>
  callFunction(functions, "POST", path, { headers, ...(body !== undefined && { raw: JSON.stringify(body) }) });
const availability = (more: object) => post("availability", { calendars: [anna], ...DAY, ...more });
const firstOf = async (more: object) =>
  ((await availability(more)).body as { readonly calendars: readonly Record<string, unknown>[] }).calendars[0];

const nameOf = (mailbox: string) => ({ mailbox, calendar: "primary", tenantId: TENANT });
const hours = (from: string, until: string) => ({ start: `2026-12-02T${from}:00Z`, end: `2026-12-02T${until}:00Z` });

describe("POST /watch and POST /unwatch", () => {
  test("answer each item with its id, its full name and what has changed", async () => {
    const calendars = [
      { mailbox: ` ${ANNA.toUpperCase()} `, calendar: "Primary", reference: "team 7", timeZone: "Europe/Berlin" },
      { mailbox: ANNA, reference: "team 7" },
      { mailbox: "44444444-4444-4444-4444-444444444444", calendar: "AAMk=", tenantId: "Contoso.com" },
    ];
    const { status, body } = await post("watch", { calendars });
    const other = { mailbox: "44444444-4444-4444-4444-444444444444", calendar: "AAMk=", tenantId: "contoso.com" };
    const id = expect.stringMatching(/^[a-z2-7]{26}$/);
    const own = { id: anna, ...nameOf(ANNA) };
    const watched = [
      { ...own, created: true },
      { ...own, created: false },
      { id, ...other, created: true },
    ];
    expect([status, body]).toEqual([200, { calendars: watched }]);
    const taken = await post("unwatch", {
      calendars: [{ id: anna, reference: "team 7" }, { mailbox: ANNA }, other, { id: NOBODY }],
    });
    const error = { code: "notWatched", detail: expect.any(String) };
    const unwatched = [
      { id: anna, removed: 1, remaining: 1 },
      { ...own, removed: 1, remaining: 0 },
      { id, ...other, removed: 1, remaining: 0 },
      { id: NOBODY, error },
    ];
    expect([taken.status, taken.body]).toEqual([200, { calendars: unwatched }]);
  });

  test("a watch too many is an error of its item alone, with its name", async () => {
    const calendars = Array.from({ length: 64 }, (_, index) => ({ mailbox: ANNA, reference: `r${index}` }));
    const { body } = await post("watch", { calendars: [...calendars, { mailbox: "new@contoso.com" }] });
    const told = (body as { readonly calendars: readonly object[] }).calendars.slice(-2);
    const error = { code: "tooManyWatches", detail: expect.any(String) };
    expect(told).toEqual([
      { id: anna, ...nameOf(ANNA), error },
      { id: expect.any(String), ...nameOf("new@contoso.com"), created: true },
    ]);
  });
});

describe("/availability", () => {
  test("says of each calendar who it is, what is known and how old that is, and nothing else", async () => {
    const { status, body } = await availability({ calendars: [anna, { mailbox: BEN }, NOBODY], combine: "any" });
    const known = { state: "fresh", reason: null, asOf: NOW, delivery: "push", unknown: [] };
    const nothing = { state: "unknown", reason: "notWatched", asOf: null, delivery: "none", busy: [] };
    expect([status, body]).toEqual([
      200,
      {
        ...DAY,
        calendars: [
          { id: anna, ...nameOf(ANNA), ...known, busy: [hours("09:00", "10:00")] },
          { id: ben, ...nameOf(BEN), ...known, busy: [DAY] },
          {
            ...{ id: NOBODY, mailbox: null, calendar: null, tenantId: null },
            ...nothing,
            unknown: [{ ...DAY, reason: "notWatched" }],
          },
        ],
        combined: {
          ...{ state: "unknown", asOf: null, busy: [], unknown: [hours("09:00", "10:00")] },
          free: [
            { start: DAY.start, end: hours("09:00", "10:00").start },
            { start: hours("09:00", "10:00").end, end: DAY.end },
          ],
        },
      },
    ]);
  });

  test("detail, view and workingElsewhere are there where they are asked for", async () => {
    const more = { ...hours("09:00", "13:00"), detail: true, viewIntervalMinutes: 30 };
    const busy = { ...hours("09:00", "10:00"), status: "busy", allDay: false };
    const elsewhere = { ...hours("12:00", "12:30"), status: "workingElsewhere", allDay: false };
    expect(await firstOf(more)).toMatchObject({ blocks: [busy], view: "22000000" });
    const both = await firstOf({ ...more, blockOn: ["busy", "workingElsewhere"] });
    expect(both).toMatchObject({ blocks: [busy, elsewhere], view: "22000040", busy: [{}, hours("12:00", "12:30")] });
    expect(await firstOf({ ...more, calendars: [NOBODY] })).toMatchObject({ blocks: [], view: "????????" });
  });

  test("A1: by default what is older than DEFAULT_MAX_AGE_SECONDS is stale, and over a day too old for any", async () => {
    const states = async (more: object) => {
      const { state, reason } = (await firstOf(more)) ?? {};
      return [state, reason];
    };
    service.clock.advance(1_200 * SECOND_MS);
    expect(await states({})).toEqual(["fresh", null]);
    service.clock.advance(1);
    expect(await states({})).toEqual(["stale", null]);
    expect(await states({ maxAgeSeconds: 1_201 })).toEqual(["fresh", null]);
    service.clock.advance(DAY_MS - 1_200 * SECOND_MS - 1);
    expect(await states({ maxAgeSeconds: 86_400 })).toEqual(["fresh", null]);
    service.clock.advance(1);
    expect(await states({ maxAgeSeconds: 86_400 })).toEqual(["unknown", "tooOld"]);
  });

  test("A8: ifStale fail is 503 with the whole answer inside, and is about age alone", async () => {
    expect((await availability({ calendars: [anna, NOBODY], ifStale: "fail" })).status).toBe(200);
    service.clock.advance(MINUTE_MS);
    const wanted = { calendars: [anna, ben], maxAgeSeconds: 0, combine: "all" };
    const { status, body, headers } = await availability({ ...wanted, ifStale: "fail" });
    const marked = await availability(wanted);
    expect([status, headers.get("retry-after"), headers.get("content-type"), body]).toEqual([
      503,
      "5",
      "application/problem+json",
      {
        ...{ type: "about:blank", title: "Not fresh enough", status: 503, code: "staleData" },
        detail: "2 of 2 calendars are older than maxAgeSeconds",
        ...(marked.body as object),
      },
    ]);
  });

  test("A3: a read is one point read a calendar, at most 50 at once, and none of Graph", async () => {
    const { store, sim } = service;
    const found = store.read.bind(store);
    const counted = { reads: [] as CalendarId[], now: 0, most: 0 };
    store.read = async (id) => {
      counted.reads.push(id);
      counted.most = Math.max(counted.most, ++counted.now);
      await new Promise((resolve) => setImmediate(resolve));
      counted.now--;
      return found(id);
    };
    const asked = sim.log.length;
    const others = Array.from({ length: 197 }, (_, index) => ({ mailbox: `m${index}@contoso.com` }));
    const { status } = await availability({ calendars: [anna, ben, { mailbox: ANNA }, ...others], maxAgeSeconds: 0 });
    expect({ status, reads: counted.reads.length, most: counted.most }).toEqual({ status: 200, reads: 199, most: 50 });
    expect(new Set(counted.reads).size).toBe(199);
    expect(sim.log.length).toBe(asked);
  });

  test("A9: ifStale refresh reads from Graph what is old, four calendars at once, and all of it is fresh", async () => {
    const more = ["c", "d", "e", "f"].map((name) => `${name}@contoso.com`);
    const ids = [anna, ben];
    for (const address of more) ids.push(await service.watched(address, undefined, "default"));
    service.clock.advance(10 * MINUTE_MS);
    const { reader } = service.deps;
    const firstPages = reader.firstPages.bind(reader);
    const counted = { now: 0, most: 0 };
    // The request's own patience never ends: what is slow here is the machine.
    Object.assign(service.deps, { sleep: (ms: number) => new Promise((resolve) => ms < SECOND_MS && resolve(ms)) });
    reader.firstPages = async (...asked) => {
      counted.most = Math.max(counted.most, ++counted.now);
      await new Promise((resolve) => setImmediate(resolve));
      counted.now--;
      return firstPages(...asked);
    };
    const { body } = await availability({ calendars: [...ids, NOBODY], maxAgeSeconds: 0, ifStale: "refresh" });
    const states = (body as { readonly calendars: readonly { readonly state: string }[] }).calendars.map(
      (one) => one.state,
    );
    expect(states).toEqual([...ids.map(() => "fresh"), "unknown"]);
    expect(counted.most).toBe(4);
  });

  test("A7: Last-Modified is the oldest asOf, also of a 304, and is left out where one calendar has none", async () => {
    service.clock.advance(5 * MINUTE_MS);
    const notifiedAt = service.clock.now();
    await service.handleRefresh({ calendars: [ben], wake: { kind: "notified", notifiedAt }, cause: "requested" });
    const both = await availability({ calendars: [ben, anna] });
    expect((await firstOf({ calendars: [ben] }))?.asOf).toBe("2026-12-01T12:05:00Z");
    const again = await post(
      "availability",
      { calendars: [ben, anna], ...DAY },
      { "if-none-match": both.headers.get("etag") },
    );
    expect([again.status, again.text]).toEqual([304, ""]);
    for (const { headers } of [both, again]) expect(headers.get("last-modified")).toBe("Tue, 01 Dec 2026 12:00:00 GMT");
    expect((await availability({ calendars: [anna, NOBODY] })).headers.has("last-modified")).toBe(false);
  });
});

/** Requests that a query can say as well as a body. */
const requests = fc.record(
  {
    calendars: fc.array(fc.constantFrom(ANNA, BEN, "nobody@contoso.com"), { minLength: 1, maxLength: 4 }),
    tenantId: fc.constantFrom(TENANT, "contoso.com"),
    blockOn: fc.subarray(["busy", "oof", "tentative", "workingElsewhere"], { minLength: 1 }),
    allDay: fc.constantFrom("respect", "ignore"),
    before: fc.nat(1_440),
    after: fc.nat(1_440),
    maxAgeSeconds: fc.nat(86_400),
    ifStale: fc.constantFrom("mark", "fail", "refresh"),
    detail: fc.boolean(),
    viewIntervalMinutes: fc.integer({ min: 15, max: 1_440 }),
    combine: fc.constantFrom<"all" | "any" | 1>("all", "any", 1),
  },
  { requiredKeys: ["calendars"] },
);

test("GET /availability takes by the same names what POST takes, and answers the same", async () => {
  service.clock.advance(MINUTE_MS);
  await fc.assert(
    fc.asyncProperty(requests, async ({ calendars, tenantId, before, after, combine, ...same }) => {
      const refs = calendars.map((mailbox) => ({ mailbox, ...(tenantId && { tenantId }) }));
      const bufferMinutes = { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
      const body = {
        ...{ calendars: refs, ...DAY, ...same },
        ...(Object.keys(bufferMinutes).length > 0 && { bufferMinutes }),
        ...(combine !== undefined && { combine: combine === 1 ? { atLeast: 1 } : combine }),
      };
      const query = new URLSearchParams(calendars.map((mailbox): [string, string] => ["mailbox", mailbox]));
      const bufferBefore = before;
      for (const [name, value] of Object.entries({
        ...DAY,
        ...same,
        tenantId,
        bufferBefore,
        bufferAfter: after,
        combine,
      }))
        if (value !== undefined) query.set(name, String(value));
      const [got, posted] = [await get(`availability?${query}`), await post("availability", body)];
      expect([200, 503]).toContain(posted.status);
      expect([got.status, got.text]).toEqual([posted.status, posted.text]);
    }),
    { numRuns: 60 },
  );
});

describe("POST /slots", () => {
  test("offers who is free when, and says how old that knowledge is", async () => {
    const request = {
      participants: [{ calendars: [anna] }, { calendars: [ben, { mailbox: "nobody@contoso.com" }], required: "any" }],
      ...{ ...DAY, durationMinutes: 60, stepMinutes: 30, timeZone: "W. Europe Standard Time", allDay: "ignore" },
      workingHours: [{ days: ["wed"], start: "10:00", end: "12:00" }],
    };
    const { status, body } = await post("slots", request);
    const slots = [{ ...hours("10:00", "11:00"), calendars: [anna, ben] }];
    expect([status, body]).toEqual([200, { slots, unknown: [], state: "unknown", asOf: null }]);
    const respected = await post("slots", { ...request, allDay: "respect" });
    expect(respected.body).toEqual({ slots: [], unknown: [hours("10:00", "11:00")], state: "unknown", asOf: null });
  });
});

describe("calendars, one and all", () => {
  test("GET /calendars lists who they are and how they stand", async () => {
    const known = { state: "fresh", reason: null, asOf: NOW, delivery: "push" };
    const all = [
      { id: anna, ...nameOf(ANNA), ...known },
      { id: ben, ...nameOf(BEN), ...known },
    ].sort((one, other) => (one.id < other.id ? -1 : 1));
    const { status, body } = await get("calendars?state=fresh");
    expect([status, body]).toEqual([200, { calendars: all, cursor: null }]);
  });

  test("GET /calendars/{id} explains everything known about one", async () => {
    const { status, body } = await get(`calendars/${anna}`);
    expect(status).toBe(200);
    expect(Object.keys(body as object)).toEqual([
      ...[
        "id",
        "mailbox",
        "calendar",
        "tenantId",
        "state",
        "reason",
        "asOf",
        "delivery",
        "window",
        "counts",
        "changedAt",
      ],
      ...["timeZone", "watches", "subscription", "lastNotificationAt", "lastRefresh", "failures", "crashes"],
      ...["lastError", "notBefore", "nextRefreshDueAt"],
    ]);
    expect(body).toMatchObject({
      ...{ id: anna, ...nameOf(ANNA), state: "fresh", reason: null, asOf: NOW, delivery: "push" },
      window: { start: "2026-11-30T00:00:00Z", end: "2027-01-02T00:00:00Z" },
      counts: { events: 2, blocks: 2, bytes: expect.any(Number) },
      watches: [{ consumer: "default", reference: "", timeZone: null }],
      subscription: { state: "active", id: expect.any(String), expiresAt: expect.any(String), failures: 0 },
      lastRefresh: { at: NOW, why: expect.any(String), outcome: "read", pages: 1, events: 2 },
    });
  });

  test("POST /calendars/{id}/refresh is 202, and the calendar is read", async () => {
    const reads = service.reads(ANNA);
    service.clock.advance(5 * MINUTE_MS);
    for (const body of [undefined, {}])
      expect(await post(`calendars/${anna}/refresh`, body)).toMatchObject({ status: 202, body: { id: anna } });
    await service.work();
    expect(service.reads(ANNA)).toBeGreaterThan(reads);
  });
});

describe("how it does", () => {
  test("GET /health says ok and nothing more", async () => {
    expect(await get("health")).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  });

  test("GET /status counts, and is kept by nobody", async () => {
    await service.sweep();
    const { status, body, headers } = await get("status");
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(body).toMatchObject({
      calendars: { total: 2, fresh: 2, stale: 0, unknown: 0, oldestAsOf: NOW },
      subscriptions: { push: 2, expiring: 0 },
      queues: [{ queue: "refresh", messages: 1, poison: 0, silent: false }],
      queueSilent: false,
    });
  });
});
