/** Each route with exactly what it answers. */
import { beforeEach, describe, expect, test } from "vitest";
import { ANNA } from "../../local/graph/testBed.js";
import type { CalendarId } from "../../shared/domain/calendarId.js";
import { MINUTE_MS } from "../../shared/domain/time.js";
import { TENANT } from "../graphBed.js";
import type { Service } from "../service.js";
import { BEN, DAY, get, NOBODY, NOW, openTeam, post, type Team } from "./team.js";

let service: Service;
let anna: CalendarId;
let ben: CalendarId;
let availability: Team["availability"];
let firstOf: Team["firstOf"];
beforeEach(async () => {
  ({ service, anna, ben, availability, firstOf } = await openTeam());
});

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
