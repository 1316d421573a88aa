/** What Graph's door refuses, and in which words. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ANNA } from "../../local/graph/testBed.js";
import { openDoors, type Sent } from "./doors.js";
import { at, codeOf, RANGE, SCHEDULE, USER, VIEW } from "./graphRequests.js";

/** What is wrong, the request, and the code it is refused with. */
type Case = readonly [what: string, path: string, sent: Sent, status: number, code: string, word: string];
const BAD: readonly Case[] = [
  ["no times", `${USER}/calendarView`, {}, 400, "ErrorInvalidParameter", "startDateTime"],
  [
    "a time that is none",
    VIEW.replace("2026-12-03T00:00:00Z", "tomorrow"),
    {},
    400,
    "ErrorInvalidParameter",
    "endDateTime",
  ],
  ["an end before the start", VIEW.replace("12-03", "12-01"), {}, 400, "ErrorInvalidParameter", "endDateTime"],
  ["a property that is not kept", `${VIEW}&$select=start,subject`, {}, 400, "ErrorInvalidParameter", "$select"],
  ["an option that is not answered", `${VIEW}&$filter=isAllDay`, {}, 400, "ErrorInvalidParameter", "$filter"],
  ["an option twice", `${VIEW}&$top=1&$TOP=2`, {}, 400, "ErrorInvalidParameter", "$TOP"],
  ["a page of none", `${VIEW}&$top=0`, {}, 400, "ErrorInvalidParameter", "$top"],
  ["a page of too many", `${VIEW}&$top=1001`, {}, 400, "ErrorInvalidParameter", "$top"],
  ["a skip that is none", `${VIEW}&$skip=-1`, {}, 400, "ErrorInvalidParameter", "$skip"],
  ["another order", `${VIEW}&$orderby=subject`, {}, 400, "ErrorInvalidParameter", "$orderby"],
  ["a page of another state", `${VIEW}&$skip=1&$skiptoken=other`, {}, 410, "SyncStateNotFound", "first page"],
  [
    "a zone that is none",
    VIEW,
    { headers: { Prefer: 'outlook.timezone="Mars"' } },
    400,
    "TimeZoneNotSupportedException",
    "IANA",
  ],
  ["broken encoding", `users/%E0%A4%A/calendarView?${RANGE}`, {}, 400, "BadRequest", "percent-encoded"],
  ["the wrong method", VIEW, { method: "POST", body: {} }, 405, "BadRequest", "GET only"],
  ["a batch that is no POST", "$batch", {}, 405, "BadRequest", "POST only"],
  ["a key that is none", `users('')/calendarView?${RANGE}`, {}, 400, "BadRequest", "users/{id}"],
  ["a key with a quotation mark", `users('o''b@x.com')/calendarView?${RANGE}`, {}, 404, "ErrorItemNotFound", "watches"],
  ["somebody who is nobody here", `me/calendarView?${RANGE}`, {}, 400, "BadRequest", "users/{id}"],
  ["something else of Graph's", `${USER}/messages`, {}, 400, "BadRequest", "getSchedule"],
  ["slashes and a letter", `${"/".repeat(50_000)}x`, {}, 400, "BadRequest", "calendarView"],
  ["nothing", "", {}, 400, "BadRequest", "calendarView"],
];
type BodyCase = readonly [what: string, body: unknown, status: number, code: string, word: string];
const BODIES: readonly BodyCase[] = [
  ["no JSON", "{", 400, "ErrorInvalidParameter", "JSON"],
  ["nothing", "", 400, "ErrorInvalidParameter", "empty"],
  ["a list", [], 400, "ErrorInvalidParameter", "object"],
  ["no schedules", { ...SCHEDULE, schedules: [] }, 400, "ErrorInvalidParameter", "/schedules"],
  ["too many schedules", { ...SCHEDULE, schedules: Array(21).fill(ANNA) }, 413, "RequestEntityTooLarge", "/schedules"],
  ["a schedule that is a number", { ...SCHEDULE, schedules: [7] }, 400, "ErrorInvalidParameter", "/schedules/0"],
  ["a start that is text", { ...SCHEDULE, startTime: "now" }, 400, "ErrorInvalidParameter", "/startTime"],
  [
    "a time that is none",
    { ...SCHEDULE, endTime: { dateTime: "25:00" } },
    400,
    "ErrorInvalidParameter",
    "/endTime/dateTime",
  ],
  [
    "a zone that is none",
    { ...SCHEDULE, endTime: { dateTime: "2026-12-02", timeZone: "Mars" } },
    400,
    "TimeZoneNotSupportedException",
    "IANA",
  ],
  ["an end at the start", { ...SCHEDULE, endTime: SCHEDULE.startTime }, 400, "ErrorInvalidParameter", "/endTime"],
  ["63 days", { ...SCHEDULE, endTime: { dateTime: "2027-02-03T08:00:00" } }, 400, "ErrorInvalidParameter", "/endTime"],
  [
    "slots of 4 minutes",
    { ...SCHEDULE, availabilityViewInterval: 4 },
    400,
    "ErrorInvalidParameter",
    "/availabilityViewInterval",
  ],
  ["a field that Graph does not know", { ...SCHEDULE, colour: 1 }, 400, "ErrorInvalidParameter", "/colour"],
];

describe("what is wrong with a request", () => {
  test.each(BAD)("A8, A10: %s is refused in Graph's words", async (_, path, sent, status, code, word) => {
    const { graph } = await openDoors();
    const told = await graph(path, { ...sent, headers: { ...sent.headers, "client-request-id": "mine-1" } });
    expect(codeOf(told)).toEqual([status, code]);
    expect(told.body.error).toMatchObject({
      message: expect.stringContaining(word),
      innerError: { date: expect.any(String), "request-id": "invocation-1", "client-request-id": "mine-1" },
    });
    expect(told.headers["client-request-id"]).toBe("mine-1");
  });

  test.each(BODIES)(
    "A8, A10: a getSchedule with %s is refused in Graph's words",
    async (_, body, status, code, word) => {
      const { graph } = await openDoors();
      const told = await graph(`${USER}/calendar/getSchedule`, { method: "POST", body });
      expect(codeOf(told)).toEqual([status, code]);
      expect(told.body.error).toMatchObject({ message: expect.stringContaining(word) });
    },
  );
});

test("A8: whatever is sent, it is answered or refused, and never as a fault of the service", async () => {
  const { graph } = await openDoors([at("09:00", "10:00")]);
  const word = fc.oneof(
    fc.constantFrom(
      ...["users", "me", ANNA, "calendarView", "calendar", "getSchedule", "$batch", "%24batch", "%", ".."],
    ),
    fc.string({ maxLength: 8 }).map(encodeURIComponent),
  );
  const query = fc.oneof(fc.constant(RANGE), fc.string().map(encodeURIComponent), fc.constant("$top=x&$skip=9e9"));
  const path = fc.tuple(fc.array(word, { maxLength: 5 }), query).map(([words, text]) => `${words.join("/")}?${text}`);
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc.record({ schedules: fc.array(fc.string()), startTime: fc.jsonValue() }),
  );
  const sent = fc.record({ method: fc.constantFrom("GET", "POST"), body });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(path, fc.constantFrom(VIEW, `${USER}/calendar/getSchedule`, "$batch")),
      sent,
      async (p, s) => {
        const { status, body: told } = await graph(p, s);
        expect(status).toBeLessThan(500);
        expect("error" in told).toBe(status >= 400);
      },
    ),
    { numRuns: 300 },
  );
});
