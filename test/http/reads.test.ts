/** What holds of reads of availability, whatever is asked. */
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { ANNA } from "../../local/graph/testBed.js";
import type { CalendarId } from "../../shared/domain/calendarId.js";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { TENANT } from "../graphBed.js";
import type { Service } from "../service.js";
import { BEN, DAY, get, NOBODY, openTeam, post, type Team } from "./team.js";

let service: Service;
let anna: CalendarId;
let ben: CalendarId;
let availability: Team["availability"];
let firstOf: Team["firstOf"];
beforeEach(async () => {
  ({ service, anna, ben, availability, firstOf } = await openTeam());
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

test("A4: a query's ids and mailboxes are answered in their order, and errors name each as it was written", async () => {
  const asked = `mailbox=${encodeURIComponent(ANNA)}&id=${ben}&mailbox=nobody%40contoso.com&id=${anna}`;
  const { body } = await get(`availability?${asked}&start=${DAY.start}&end=${DAY.end}`);
  const ids = (body as { readonly calendars: readonly { readonly id: string }[] }).calendars.map(({ id }) => id);
  expect([ids[0], ids[1], ids[3]]).toEqual([anna, ben, anna]);
  const wrong = await get(`availability?mailbox=none&id=${ben}&id=x&start=${DAY.start}&end=${DAY.end}`);
  const { errors } = wrong.body as { readonly errors: readonly { readonly pointer: string }[] };
  expect(errors.map(({ pointer }) => pointer)).toEqual(["/mailbox", "/id"]);
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

test("A9: ifStale refresh reads from Graph what is old, in four requests at once, and all of it is fresh", async () => {
  const more = Array.from({ length: 98 }, (_, index) => `person${index}@contoso.com`); // twenty to a request
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
