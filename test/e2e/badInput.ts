/** What is wrong with a request is told by name; nothing that a caller sends is a fault of the service [A8]. */
import { expect, test } from "vitest";
import { problem } from "./answers.js";
import type { Api } from "./api.js";
import { at, dayOf } from "./days.js";

const id = "a".repeat(26);
const mailbox = "somebody@contoso.com";
const times = dayOf(3);
const valid = { calendars: [id], ...times };
const MEBIBYTE = 1024 * 1024;

/** What is wrong, the body, and the fields that must be named. */
const BODIES: readonly (readonly [string, unknown, ...string[]])[] = [
  ["calendars that are no list", { ...valid, calendars: id }, "/calendars"],
  ["no calendars", { ...times }, "/calendars"],
  ["an empty list of calendars", { ...valid, calendars: [] }, "/calendars"],
  ["a calendar that is no id", { ...valid, calendars: [id, "anna"] }, "/calendars/1"],
  ["a calendar that is a number", { ...valid, calendars: [7] }, "/calendars/0"],
  ["a mailbox that is no address", { ...valid, calendars: [{ mailbox: "anna" }] }, "/calendars/0/mailbox"],
  ["a mailbox that is a number", { ...valid, calendars: [{ mailbox: 7 }] }, "/calendars/0/mailbox"],
  ["an unknown field of a calendar", { ...valid, calendars: [{ mailbox, colour: 1 }] }, "/calendars/0/colour"],
  ["a tenant that is none", { ...valid, calendars: [{ mailbox, tenantId: "a b" }] }, "/calendars/0/tenantId"],
  ["no start", { calendars: [id], end: times.end }, "/start"],
  ["a start without an offset", { ...valid, start: "2026-12-01T00:00:00" }, "/start"],
  ["a start that no calendar has", { ...valid, start: "2026-02-30T00:00:00Z" }, "/start"],
  ["a start that is a number", { ...valid, start: 1764547200 }, "/start"],
  ["an end that is a word", { ...valid, end: "tomorrow" }, "/end"],
  ["an end before the start", { ...valid, start: times.end, end: times.start }, "/end"],
  ["an end at the start", { ...valid, end: times.start }, "/end"],
  ["more than 366 days", { ...valid, end: at(3 + 367, "00:00") }, "/end"],
  ["an unknown status", { ...valid, blockOn: ["busy", "asleep"] }, "/blockOn/1"],
  ["no status at all", { ...valid, blockOn: [] }, "/blockOn"],
  ["an unknown word for allDay", { ...valid, allDay: "maybe" }, "/allDay"],
  ["a negative buffer", { ...valid, bufferMinutes: { before: -1 } }, "/bufferMinutes/before"],
  ["a buffer of two days", { ...valid, bufferMinutes: { after: 2880 } }, "/bufferMinutes/after"],
  ["an age that is no whole number", { ...valid, maxAgeSeconds: 1.5 }, "/maxAgeSeconds"],
  ["an age of over a day", { ...valid, maxAgeSeconds: 86_401 }, "/maxAgeSeconds"],
  ["an unknown word for ifStale", { ...valid, ifStale: "panic" }, "/ifStale"],
  ["detail that is a text", { ...valid, detail: "true" }, "/detail"],
  ["a view of no minutes", { ...valid, viewIntervalMinutes: 0 }, "/viewIntervalMinutes"],
  ["an unknown rule", { ...valid, combine: "most" }, "/combine"],
  ["at least none", { ...valid, combine: { atLeast: 0 } }, "/combine/atLeast"],
  ["at least more than there are", { ...valid, calendars: [id, id], combine: { atLeast: 2 } }, "/combine/atLeast"],
  ["an unknown field", { ...valid, "a/b~c": 1 }, "/a~1b~0c"],
  ["two things at once", { calendars: [id], start: "x", end: "y" }, "/start", "/end"],
];

const QUERY = `start=${times.start}&end=${times.end}`;
const QUERIES: readonly (readonly [string, string, string, string?])[] = [
  ["no calendar", QUERY, "/mailbox"],
  ["no times", `id=${id}`, "/start"],
  ["a mailbox with a space", `${QUERY}&mailbox=a+b@contoso.com`, "/mailbox", "%2B"],
  ["an unknown parameter", `${QUERY}&id=${id}&colour=red`, "/colour"],
  ["a parameter twice", `${QUERY}&id=${id}&allDay=ignore&allDay=ignore`, "/allDay"],
  ["a calendar beside two mailboxes", `${QUERY}&mailbox=a@b.c&mailbox=d@e.f&calendar=x`, "/calendar"],
  ["a number that is none", `${QUERY}&id=${id}&maxAgeSeconds=ten`, "/maxAgeSeconds"],
  ["a buffer that is none", `${QUERY}&id=${id}&bufferBefore=x`, "/bufferBefore"],
  ["a flag that is none", `${QUERY}&id=${id}&detail=yes`, "/detail"],
  ["a space where no offset is", `id=${id}&start=${times.start} x&end=${times.end}`, "/start"],
  ["at least more than there are", `${QUERY}&id=${id}&combine=2`, "/combine"],
];

/** Route, what is wrong, the one calendar, the field. */
const WATCHES: readonly (readonly [string, string, unknown, string])[] = [
  ["watch", "no mailbox", {}, "/calendars/0/mailbox"],
  ["watch", "an id for a mailbox", id, "/calendars/0"],
  ["watch", "an unknown zone", { mailbox, timeZone: "Mars/Olympus" }, "/calendars/0/timeZone"],
  ["watch", "an offset for a zone", { mailbox, timeZone: "+01:00" }, "/calendars/0/timeZone"],
  ["watch", "a reference of 201 characters", { mailbox, reference: "x".repeat(201) }, "/calendars/0/reference"],
  ["watch", "a reference with a line break", { mailbox, reference: "a\nb" }, "/calendars/0/reference"],
  ["watch", "an unknown field", { mailbox, timezone: "UTC" }, "/calendars/0/timezone"],
  ["watch", "an empty calendar", { mailbox, calendar: " " }, "/calendars/0/calendar"],
  ["unwatch", "an id that is none", { id: "anna" }, "/calendars/0/id"],
  ["unwatch", "an unknown field", { id, colour: 1 }, "/calendars/0/colour"],
  ["unwatch", "a number", 7, "/calendars/0"],
];

const NO_BODIES: readonly (readonly [string, string])[] = [
  ["empty", ""],
  ["only spaces", "  "],
  ["JSON that ends in the middle", '{"calendars": ['],
  ["a list", "[]"],
  ["null", "null"],
  ["a number", "42"],
];

export function badInput(api: () => Api): void {
  const post = (path: string, raw: string) => api().call("POST", `/api/${path}`, { raw });

  test.each(BODIES)("A8: availability with %s is 400 and names the field", async (_, body, ...wanted) => {
    const { code, pointers } = problem(await post("availability", JSON.stringify(body)), 400);
    expect({ code, pointers }).toEqual({ code: "invalidRequest", pointers: wanted });
  });

  test.each(QUERIES)("A8: a query with %s is 400 and names the parameter", async (_, query, pointer, said = "") => {
    const { code, pointers, detail } = problem(await api().get(`/api/availability?${query}`), 400);
    expect(code).toBe("invalidRequest");
    expect(pointers).toContain(pointer);
    expect(detail).toContain(said);
  });

  test.each(WATCHES)("A8: %s of a calendar with %s is 400 and names the field", async (route, _, one, pointer) => {
    const { code, pointers } = problem(await post(route, JSON.stringify({ calendars: [one] })), 400);
    expect({ code, pointers }).toEqual({ code: "invalidRequest", pointers: [pointer] });
  });

  test.each(NO_BODIES)("A8: a body that is %s is 400 on every route that takes one", async (_, raw) => {
    for (const route of ["availability", "slots", "watch", "unwatch"])
      expect(problem(await post(route, raw), 400)).toMatchObject({ code: "invalidRequest", pointers: [""] });
  });

  test("A8: more calendars than one request may name are 413", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => ({ mailbox: `m${index}@contoso.com` }));
    const tooMany = async (route: string, body: object) =>
      expect(problem(await post(route, JSON.stringify(body)), 413)).toMatchObject({
        code: "payloadTooLarge",
        pointers: ["/calendars"],
      });
    await tooMany("availability", { ...times, calendars: many(201) });
    await tooMany("watch", { calendars: many(101) });
    await tooMany("unwatch", { calendars: many(101) });
    const ids = many(201).map(({ mailbox: one }) => `mailbox=${one}`);
    const query = await api().get(`/api/availability?${QUERY}&${ids.join("&")}`);
    expect(problem(query, 413).code).toBe("payloadTooLarge");
  });

  test("A8: a body of over a mebibyte is 413, also in chunks", async () => {
    const huge = JSON.stringify({ ...valid, filling: "x".repeat(MEBIBYTE) });
    for (const route of ["availability", "slots", "watch", "unwatch"]) {
      expect(problem(await api().postAlone(`/api/${route}`, huge), 413).code).toBe("payloadTooLarge");
      const inChunks = await api().postInChunks(`/api/${route}`, huge.slice(0, 9_999), huge.slice(9_999));
      expect(problem(inChunks, 413).code).toBe("payloadTooLarge");
    }
  });

  test("A8: a body in chunks is read like any other", async () => {
    const text = JSON.stringify(valid);
    const answer = await api().postInChunks("/api/availability", text.slice(0, 7), text.slice(7));
    expect(answer).toMatchObject({ status: 200, body: { calendars: [{ id, reason: "notWatched" }] } });
  });

  test.each([
    ["nobody's id", id],
    ["no id at all", "anna%40contoso.com"],
    ["an id in capital letters", id.toUpperCase()],
    ["a path of its own", "..%2f..%2fadmin"],
  ])("A8: a path with %s is 404, whoever asks for what", async (_, part) => {
    expect(problem(await api().get(`/api/calendars/${part}`), 404).code).toBe("notFound");
    expect(problem(await post(`calendars/${part}/refresh`, ""), 404).code).toBe("notFound");
  });

  test.each([
    ["a state that is none", "state=free", "/state"],
    ["a cursor that is none", "cursor=abc", "/cursor"],
    ["an unknown parameter", "colour=red", "/colour"],
    ["a parameter twice", "state=fresh&state=stale", "/state"],
  ])("A8: a list with %s is 400 and names the parameter", async (_, query, pointer) => {
    const { code, pointers } = problem(await api().get(`/api/calendars?${query}`), 400);
    expect({ code, pointers }).toEqual({ code: "invalidRequest", pointers: [pointer] });
  });

  test.each([
    ["GET", "with a parameter", `calendars/${id}?view=all`, undefined, "/view"],
    ["POST", "with a parameter", `calendars/${id}/refresh?force=true`, undefined, "/force"],
    ["POST", "with a field", `calendars/${id}/refresh`, '{"force":true}', "/force"],
    ["POST", "with a body that is a list", `calendars/${id}/refresh`, "[]", ""],
    ["POST", "with a body that is no JSON", `calendars/${id}/refresh`, "{", ""],
  ])("A8: %s of one calendar %s is 400 and names it, nothing is ignored", async (method, _, path, raw, pointer) => {
    const answer = await api().call(method, `/api/${path}`, raw === undefined ? {} : { raw });
    const { code, pointers } = problem(answer, 400);
    expect({ code, pointers }).toEqual({ code: "invalidRequest", pointers: [pointer] });
  });
}
