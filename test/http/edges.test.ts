/** Requests at the edges of what can be written: times, numbers, texts, parameters, headers. */
import { beforeAll, describe, expect, test } from "vitest";
import { ANNA } from "../../local/graph/testBed.js";
import type { CalendarId } from "../../shared/domain/calendarId.js";
import { anyone } from "../../shared/http/caller.js";
import { type Answered, callFunction, type Registered, registeredFunctions, type Sent } from "./app.js";
import { openMemoryRuntime } from "./memoryRuntime.js";

const DAY = { start: "2026-12-02T00:00:00Z", end: "2026-12-03T00:00:00Z" };
const functions: Registered[] = [];
let id: CalendarId;
beforeAll(async () => {
  functions.push(...(await registeredFunctions()));
  id = await openMemoryRuntime(anyone).watched(ANNA, undefined, "default");
});

const call = (method: string, path: string, sent: Sent = {}) => callFunction(functions, method, path, sent);
const post = (path: string, body: unknown, headers = {}) => call("POST", path, { raw: JSON.stringify(body), headers });
const availability = (change: object) => post("availability", { calendars: [id], ...DAY, ...change });
const errorsOf = ({ body }: Answered) => (body as { readonly errors: readonly { readonly pointer: string }[] }).errors;

/** 400, with what is wrong with this one field. */
function expectRefused(answer: Answered, pointer: string, detail: string | RegExp): void {
  expect({ status: answer.status, errors: errorsOf(answer) }).toEqual({
    status: 400,
    errors: [{ pointer, detail: typeof detail === "string" ? detail : expect.stringMatching(detail) }],
  });
}

describe("times", () => {
  test.each([
    ["2026-12-02T00:00:00+14:00", "2026-12-01T10:00:00Z"],
    ["2026-12-02T00:00:00+23:59", "2026-12-01T00:01:00Z"],
    ["2026-12-02t00:00:00z", "2026-12-02T00:00:00Z"],
    ["2026-12-02T00:00:00.9999-00:00", "2026-12-02T00:00:00.999Z"],
  ])("%s is taken for %s", async (start, told) => {
    expect((await availability({ start })).body).toMatchObject({ start: told });
  });

  test.each([
    ["the year 0000", "0000-01-01T00:00:00Z"],
    ["a year of six digits", "-000001-01-01T00:00:00Z"],
    ["a leap second", "2016-12-31T23:59:60Z"],
    ["24:00", "2026-12-01T24:00:00Z"],
    ["29 February of a common year", "2027-02-29T00:00:00Z"],
    ["an offset of a whole day", "2026-12-01T00:00:00+24:00"],
    ["no seconds", "2026-12-01T00:00Z"],
    ["a line break after it", "2026-12-01T00:00:00Z\n"],
  ])("A8: a start with %s is refused by name", async (_, start) => {
    expectRefused(await availability({ start }), "/start", /^should be an RFC 3339 time/);
  });

  test("A8: a time that no answer could show in four digits for the year is refused by name", async () => {
    const [start, end] = ["9999-12-31T00:00:00Z", "9999-12-31T23:59:59-14:00"];
    const detail = "should be before the year 9999";
    expectRefused(await availability({ start, end }), "/end", detail);
    const slots = { participants: [{ calendars: [id] }], start, end, durationMinutes: 60, timeZone: "UTC" };
    expectRefused(await post("slots", slots), "/end", detail);
    expectRefused(await call("GET", `calendars/${id}/freebusy.ics?start=9998-12-31T00:00:00Z`), "/end", detail);
    const door = { timeMin: start, timeMax: end, items: [{ id: ANNA }], timeZone: "Pacific/Kiritimati" };
    const google = await post("google/calendar/v3/freeBusy", door);
    expect([google.status, google.text]).toEqual([400, expect.stringContaining(`/timeMax ${detail}`)]);
    expect((await availability({ start: "9998-12-30T00:00:00Z", end: "9998-12-31T00:00:00Z" })).status).toBe(200);
  });
});

describe("JSON", () => {
  const text = (fields: string) => `{"calendars":["${id}"],"start":"${DAY.start}","end":"${DAY.end}"${fields}}`;
  const sent = (raw: string | Uint8Array, headers = {}) => call("POST", "availability", { raw, headers });

  test.each([
    ["1e400", /number/],
    ["-1e-9", /whole number/],
    ['"NaN"', /number/],
    ["1e15", /at most 86400/],
  ])("A8: %s is no age", async (value, detail) => {
    expectRefused(await sent(text(`,"maxAgeSeconds":${value}`)), "/maxAgeSeconds", detail);
  });

  test("of a key that stands twice the last one counts, and a prototype is a field like any other", async () => {
    expect((await sent(text(',"detail":7,"detail":true'))).status).toBe(200);
    expectRefused(
      await sent(text(',"__proto__":{"detail":true}')),
      "/__proto__",
      "is no field of this request; leave it out",
    );
  });

  test("A8: it is read whatever its type is said to be, and refused where it is packed", async () => {
    const types = [{}, { "content-type": "text/plain" }, { "content-type": "application/json; charset=utf-16" }];
    for (const headers of types) expect((await sent(`\ufeff${text("")}`, headers)).status).toBe(200);
    const packed = new Uint8Array([31, 139, 8, 0, 255, 2, 3]);
    expectRefused(await sent(packed, { "content-encoding": "gzip" }), "", /^is not UTF-8/);
  });
});

describe("parameters", () => {
  const query = (more: string) => call("GET", `availability?start=${DAY.start}&end=${DAY.end}&${more}`);

  test.each([
    ["id=x", "/id", "should be a calendar id, as watching returns it"],
    ["mailbox=", "/mailbox", "should be an object id or an address"],
    ["ID&combine=", "/combine", "should be all, any or a number"],
    ["ID&combine=%2B1", "/combine", "should be all, any or a number"],
    ["ID&combine=0", "/combine/atLeast", /at least 1/],
    ["ID&detail=TRUE", "/detail", "should be true or false"],
    ["ID&blockOn=", "/blockOn", "should have at least 1 entry"],
    ["ID&blockOn=Busy", "/blockOn", /^should be one of busy,/],
    ["ID&maxAgeSeconds=1e3", "/maxAgeSeconds", "should be a whole number"],
    ["ID&bufferAfter=1.5", "/bufferAfter", "should be a whole number"],
    ["ID&tenantId=contoso.com", "/tenantId", /^goes with a mailbox/],
    ["ID&calendar=primary", "/calendar", /^goes with exactly one mailbox and no id/],
    ["ID&__proto__=1", "/__proto__", "is no parameter of this request; leave it out"],
    ["ID&code=a&code=b", "/code", "is given more than once; give it once"],
  ])("A8: %s is refused by name, as a parameter is written", async (more, pointer, detail) => {
    const answer = await query(more.replace("ID", `id=${id}`));
    expectRefused(answer, pointer.replace("/combine/atLeast", "/combine"), detail);
  });

  test("A8: all that is wrong is named at once, each parameter once", async () => {
    const { status, body } = await call("GET", "availability?mailbox=a%20b&start=now&start=then&detail=TRUE&since=1");
    const { errors } = body as { readonly errors: readonly { readonly pointer: string }[] };
    const pointers = errors.map(({ pointer }) => pointer);
    expect([status, pointers.sort()]).toEqual([400, ["/detail", "/end", "/mailbox", "/since", "/start"]]);
  });

  test("A8: what stands in the query of a POST, or where there are no parameters, is not ignored", async () => {
    const bodies = { availability: { calendars: [id], ...DAY }, slots: {}, watch: {}, unwatch: {} };
    for (const [route, body] of Object.entries(bodies))
      expectRefused(
        await post(`${route}?maxAgeSeconds=0`, body),
        "/maxAgeSeconds",
        "is no parameter of this request; leave it out",
      );
    for (const path of ["health", "openapi.json", "status", `calendars/${id}`])
      expectRefused(await call("GET", `${path}?view=all`), "/view", "is no parameter of this request; leave it out");
    expect((await post("availability?code=a-key", bodies.availability)).status).toBe(200);
  });
});

describe("names", () => {
  test.each(["..", "common", "contoso", "a..b", "-a.com", `${"x".repeat(64)}.com`, "a.b/c"])(
    "A8: %j is no tenant",
    async (tenantId) => {
      const { status, body } = await post("watch", { calendars: [{ mailbox: "zone@contoso.com", tenantId }] });
      expect([status, body]).toMatchObject([400, { errors: [{ pointer: "/calendars/0/tenantId" }] }]);
    },
  );

  test("A8: a text that is too long is told so, whatever else it should be", async () => {
    const answer = await post("watch", { calendars: [{ mailbox: `${"x".repeat(321)}@contoso.com` }] });
    expectRefused(answer, "/calendars/0/mailbox", "should have at most 320 characters");
  });
});

describe("zones", () => {
  const watch = (timeZone: string) => post("watch", { calendars: [{ mailbox: "zone@contoso.com", timeZone }] });

  test.each(["europe/berlin", " Europe/Berlin ", "w. europe standard time", "Etc/GMT+12", "tzone://Microsoft/Utc"])(
    "%s is a zone",
    async (name) => void expect((await watch(name)).status).toBe(200),
  );

  test.each(
    ["", "+14:00", "UTC+1", "Etc/GMT+99", "Etc/Unknown", "Factory", "../../etc/passwd", "Europe/Berlin\u0000"].concat([
      "Customized Time Zone",
      "__proto__",
      "constructor",
    ]),
  )("A8: %j is none", async (name) => {
    const { status, body } = await watch(name);
    expect([status, body]).toMatchObject([400, { errors: [{ pointer: "/calendars/0/timeZone" }] }]);
  });
});

test("A7: whatever else stands in If-None-Match, only the tag itself, a list with it or * is 304", async () => {
  const read = (tag: string) => post("availability", { calendars: [id], ...DAY }, { "if-none-match": tag });
  const tag = (await availability({})).headers.get("etag") ?? "";
  for (const given of [tag, tag.slice(2), `"a", ${tag}`, `,, ${tag} ,`, " * "])
    expect((await read(given)).status).toBe(304);
  const others = ["garbage", '"', "W/", tag.slice(2, -1), tag.replaceAll('"', ""), `"${tag}"`, '"'.repeat(5_001), "**"];
  for (const given of others) expect([given, (await read(given)).status]).toEqual([given, 200]);
});

test.each([
  ["a day that is none", { start: "2026-02-30T00:00:00Z" }, "/start", /there is no day 2026-02-30$/],
  ["a year that is too early", { start: "0001-01-01T00:00:00Z" }, "/start", /the first year taken here is 0100$/],
  [
    "more than any number of calendars",
    { combine: { atLeast: 1e308 } },
    "/combine/atLeast",
    /number of distinct calendars/,
  ],
  ["a leap second", { start: "2016-12-31T23:59:60Z" }, "/start", /second 60 does not exist/],
  ["an age beyond all numbers", { maxAgeSeconds: 1e300 }, "/maxAgeSeconds", "should be at most 86400"],
])("A8: %s is refused once, with what is wrong about it", async (_, more, pointer, detail) => {
  expectRefused(await availability(more), pointer, detail);
});
