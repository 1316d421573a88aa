/** What a calendarView shows, in Graph's own words. */
import { expect, test } from "vitest";
import { ANNA, testBed } from "./testBed.js";

const HOUR_LONG = { start: "2026-12-02T10:00", end: "2026-12-02T11:00" };
const STANDUP = {
  id: "standup",
  start: "2026-12-01T09:00",
  end: "2026-12-01T09:15",
  recurrence: { pattern: "daily" as const, count: 4 },
};

test("a time has seven decimals, no Z, and the name of the asked zone", async () => {
  const { sim, view } = testBed();
  sim.outlook.addEvent(ANNA, "primary", { ...HOUR_LONG, start: "2026-12-02T10:00:30" });
  const inUtc = (await view()).body.value?.[0];
  expect(inUtc?.start).toEqual({ dateTime: "2026-12-02T09:00:30.0000000", timeZone: "UTC" });
  const asked = await view("", { Prefer: 'outlook.timezone="Tokyo Standard Time"' });
  expect(asked.body.value?.[0]?.start).toEqual({
    dateTime: "2026-12-02T18:00:30.0000000",
    timeZone: "Tokyo Standard Time",
  });
  expect(asked.headers.get("Preference-Applied")).toBe('outlook.timezone="Tokyo Standard Time"');
});

test.each([
  ["a comma list", { Prefer: 'IdType="ImmutableId", outlook.timezone="Asia/Tokyo"' }],
  ["the other order", { Prefer: 'outlook.timezone="Asia/Tokyo", IdType="ImmutableId"' }],
])("both preferences work as %s", async (_name, headers) => {
  const { sim, view } = testBed();
  const { id } = sim.outlook.addEvent(ANNA, "primary", HOUR_LONG);
  const shown = (await view("", headers)).body.value?.[0];
  expect(shown?.start).toMatchObject({ dateTime: "2026-12-02T18:00:00.0000000" });
  expect(shown?.id).toBe(id.replace("AAMk", "AAkA"));
});

test("an unknown zone is refused, an offset for a zone gives a web page with 500", async () => {
  const { view } = testBed();
  const unknown = await view("", { Prefer: 'outlook.timezone="Mars Standard Time"' });
  expect([unknown.status, unknown.body.error?.code]).toEqual([400, "TimeZoneNotSupportedException"]);
  const offset = await view("", { Prefer: 'outlook.timezone="GMT+6:30"' });
  expect([offset.status, offset.headers.get("Content-Type")]).toEqual([500, "text/html; charset=utf-8"]);
});

test("without $top there are ten, with a link that is absolute and pages by offset", async () => {
  const { sim, view, get } = testBed();
  for (let n = 0; n < 13; n += 1) sim.outlook.addEvent(ANNA, "primary", { id: `e${n}`, ...HOUR_LONG });
  const first = await view("&$select=start");
  const link = first.body["@odata.nextLink"] ?? "";
  expect(first.body.value).toHaveLength(10);
  expect(link).toMatch(/^https:\/\/graph\.microsoft\.com\/v1\.0\/users\/.*%24top=10&%24skip=10$/);
  const second = await get(link);
  expect(second.body.value).toHaveLength(3);
  expect(second.body["@odata.nextLink"]).toBeUndefined();
  const ids = [...(first.body.value ?? []), ...(second.body.value ?? [])].map(({ id }) => id);
  expect(new Set(ids).size).toBe(13);
});

test("a full last page has no link", async () => {
  const { sim, view } = testBed();
  for (let n = 0; n < 10; n += 1) sim.outlook.addEvent(ANNA, "primary", HOUR_LONG);
  expect((await view()).body["@odata.nextLink"]).toBeUndefined();
});

test("a deletion between two pages hides an event: nothing holds the list still", async () => {
  const { sim, view, get } = testBed();
  for (const id of ["a", "b", "c", "d"]) sim.outlook.addEvent(ANNA, "primary", { id, ...HOUR_LONG });
  const first = await view("&$top=2");
  sim.outlook.deleteEvent(ANNA, "primary", "a");
  const second = await get(first.body["@odata.nextLink"] ?? "");
  expect(second.body.value?.map(({ id }) => id)).toEqual(["d"]);
});

test("a thousand events come on one page, more are refused", async () => {
  const { sim, view } = testBed();
  for (let n = 0; n < 1_001; n += 1) sim.outlook.addEvent(ANNA, "primary", HOUR_LONG);
  const page = await view("&$top=1000");
  expect(page.body.value).toHaveLength(1_000);
  expect(page.body["@odata.nextLink"]).toContain("%24skip=1000");
  expect((await view("&$top=1001")).status).toBe(400);
});

test("$select keeps the etag and the id", async () => {
  const { sim, view } = testBed();
  sim.outlook.addEvent(ANNA, "primary", HOUR_LONG);
  const { body } = await view("&$select=showAs,isAllDay");
  expect(Object.keys(body.value?.[0] ?? {}).sort()).toEqual(["@odata.etag", "id", "isAllDay", "showAs"]);
});

test("every change gives another etag", async () => {
  const { sim, view } = testBed();
  const { id } = sim.outlook.addEvent(ANNA, "primary", HOUR_LONG);
  const before = (await view()).body.value?.[0]?.["@odata.etag"];
  sim.outlook.updateEvent(ANNA, "primary", id, { showAs: "free" });
  expect((await view()).body.value?.[0]?.["@odata.etag"]).not.toBe(before);
});

test.each([
  ["no start", "endDateTime=2026-12-02", "ErrorInvalidParameter"],
  ["an end before the start", "startDateTime=2026-12-02&endDateTime=2026-12-01", "ErrorInvalidParameter"],
  ["no time", "startDateTime=today&endDateTime=2026-12-01", "ErrorInvalidParameter"],
  ["a property that is not selectable", "startDateTime=2026-12-01&endDateTime=2026-12-02&$select=createdDateTime"],
  ["an option that is not known", "startDateTime=2026-12-01&endDateTime=2026-12-02&$filter=true", "BadRequest"],
])("a view with %s is refused with 400", async (_name, query, code = "RequestBroker--ParseUri") => {
  const { get } = testBed();
  const answer = await get(`/users/${ANNA}/calendarView?${query}`);
  expect([answer.status, answer.body.error?.code]).toEqual([400, code]);
});

test("the window's offset counts, none means UTC, and Prefer has no influence on it", async () => {
  const { sim, get } = testBed();
  sim.outlook.addEvent(ANNA, "primary", { start: "2026-12-02T10:00:00Z", end: "2026-12-02T11:00:00Z" });
  const found = async (start: string, end: string) => {
    const query = new URLSearchParams({ startDateTime: start, endDateTime: end });
    const headers = { Prefer: 'outlook.timezone="Tokyo Standard Time"' };
    return (await get(`/users/${ANNA}/calendarView?${query}`, headers)).body.value?.length;
  };
  expect(await found("2026-12-02T10:30:00", "2026-12-02T12:00:00")).toBe(1);
  expect(await found("2026-12-02T19:30:00+09:00", "2026-12-02T21:00:00+09:00")).toBe(1);
  expect(await found("2026-12-02T19:30:00", "2026-12-02T21:00:00")).toBe(0);
});

test("an event counts from its start up to, but not including, its end; one without length where it stands", async () => {
  const { sim, get } = testBed();
  sim.outlook.addEvent(ANNA, "primary", { id: "long", start: "2026-12-02T10:00:00Z", end: "2026-12-02T11:00:00Z" });
  sim.outlook.addEvent(ANNA, "primary", { id: "point", start: "2026-12-02T11:00:00Z", end: "2026-12-02T11:00:00Z" });
  const found = async (start: string, end: string) => {
    const query = `startDateTime=2026-12-02T${start}:00Z&endDateTime=2026-12-02T${end}:00Z`;
    return (await get(`/users/${ANNA}/calendarView?${query}`)).body.value?.map(({ id }) => id);
  };
  expect(await found("09:00", "10:00")).toEqual([]);
  expect(await found("10:59", "11:00")).toEqual(["long"]);
  expect(await found("11:00", "12:00")).toEqual(["point"]);
});

test("a moved occurrence is an exception with the id it had, a deleted one is gone, a cancelled one says so", async () => {
  const { sim, view } = testBed();
  const times = { start: "2026-12-10T15:00", end: "2026-12-10T16:00" };
  sim.outlook.addEvent(ANNA, "primary", STANDUP);
  sim.outlook.updateEvent(ANNA, "primary", "standup.2026-12-02", times);
  sim.outlook.deleteEvent(ANNA, "primary", "standup.2026-12-03");
  sim.outlook.updateEvent(ANNA, "primary", "standup.2026-12-04", { isCancelled: true });
  const { body } = await view("&$select=type,isCancelled,seriesMasterId,originalStart,start");
  expect(body.value?.map(({ id, type, isCancelled }) => [id, type, isCancelled])).toEqual([
    ["standup.2026-12-01", "occurrence", false],
    ["standup.2026-12-04", "exception", true],
    ["standup.2026-12-02", "exception", false],
  ]);
  expect(body.value?.at(-1)).toMatchObject({
    seriesMasterId: "standup",
    originalStart: "2026-12-02T08:00:00.000Z",
    start: { dateTime: "2026-12-10T14:00:00.0000000" },
  });
});

test("moving a series forgets its exceptions, another subject does not", async () => {
  const { sim, view } = testBed();
  sim.outlook.addEvent(ANNA, "primary", STANDUP);
  sim.outlook.deleteEvent(ANNA, "primary", "standup.2026-12-03");
  sim.outlook.updateEvent(ANNA, "primary", "standup", { subject: "Daily" });
  expect((await view()).body.value).toHaveLength(3);
  sim.outlook.updateEvent(ANNA, "primary", "standup", { start: "2026-12-01T10:00", end: "2026-12-01T10:15" });
  expect((await view()).body.value).toHaveLength(4);
});

test("a series keeps the face of the clock over a change of the clocks", async () => {
  const { sim, get } = testBed();
  const times = { start: "2026-10-24T09:00", end: "2026-10-24T10:00" };
  sim.outlook.addEvent(ANNA, "primary", { ...times, recurrence: { pattern: "daily", count: 2 } });
  const { body } = await get(`/users/${ANNA}/calendarView?startDateTime=2026-10-01&endDateTime=2026-11-01`);
  expect(body.value?.map(({ start }) => start)).toMatchObject([
    { dateTime: "2026-10-24T07:00:00.0000000" },
    { dateTime: "2026-10-25T08:00:00.0000000" },
  ]);
});

test("an all-day event is midnight to midnight in any zone, yet chosen by its true instants", async () => {
  const { sim, get } = testBed();
  const dates = { start: "2026-12-03", end: "2026-12-04", isAllDay: true };
  sim.outlook.addEvent(ANNA, "primary", dates); // 2 December 23:00Z to 3 December 23:00Z
  const query = "startDateTime=2026-12-02T23:00:00Z&endDateTime=2026-12-02T23:30:00Z";
  const path = `/users/${ANNA}/calendarView?${query}`;
  const inUtc = (await get(path)).body.value?.[0];
  expect(inUtc?.start).toEqual({ dateTime: "2026-12-03T00:00:00.0000000", timeZone: "UTC" });
  const inTokyo = (await get(path, { Prefer: 'outlook.timezone="Asia/Tokyo"' })).body.value?.[0];
  expect(inTokyo?.end).toEqual({ dateTime: "2026-12-04T00:00:00.0000000", timeZone: "Asia/Tokyo" });
  const later = "startDateTime=2026-12-03T23:00:00Z&endDateTime=2026-12-04T12:00:00Z";
  expect((await get(`/users/${ANNA}/calendarView?${later}`)).body.value).toEqual([]);
});

test("all-day events follow the mailbox into another zone", () => {
  const { sim } = testBed();
  sim.outlook.addEvent(ANNA, "primary", { start: "2026-12-03", end: "2026-12-04", isAllDay: true });
  const start = () =>
    sim.truth(ANNA, "primary", Date.parse("2026-12-01"), Date.parse("2026-12-08")).map((block) => block.start);
  expect(start()).toEqual([Date.parse("2026-12-02T23:00:00Z")]);
  sim.outlook.setTimeZone(ANNA, "Tokyo Standard Time");
  expect(start()).toEqual([Date.parse("2026-12-02T15:00:00Z")]);
});

test("what an owner said of an event is shown, whatever it is", async () => {
  const { sim, view } = testBed();
  const said = { showAs: "workingElsewhere", response: "declined", sensitivity: "private", isCancelled: true } as const;
  sim.outlook.addEvent(ANNA, "primary", { ...HOUR_LONG, ...said });
  expect((await view()).body.value?.[0]).toMatchObject({
    showAs: "workingElsewhere",
    responseStatus: { response: "declined" },
    sensitivity: "private",
    isCancelled: true,
    originalStartTimeZone: "W. Europe Standard Time",
  });
});

test("a calendar's id has characters that a URL must encode, and is found when they are", async () => {
  const { sim, get } = testBed();
  const { id } = sim.outlook.addCalendar(ANNA, { name: "Team" });
  sim.outlook.addEvent(ANNA, "Team", HOUR_LONG);
  expect(id).toMatch(/[/+=]/);
  const query = "startDateTime=2026-12-01&endDateTime=2026-12-31";
  const found = await get(`/users/${ANNA}/calendars/${encodeURIComponent(id)}/calendarView?${query}`);
  expect(found.body.value).toHaveLength(1);
  expect((await get(`/users/${ANNA}/calendarView?${query}`)).body.value).toEqual([]);
});

test("the mailbox's zone is read as a wrapped string, and with the other settings", async () => {
  const { get, anna } = testBed();
  const zone = await get(`/users/${anna.id}/mailboxSettings/timeZone`);
  expect(zone.body.value).toBe("W. Europe Standard Time");
  const settings = await get(`/users/${ANNA}/mailboxSettings`);
  expect(settings.body).toMatchObject({ timeZone: "W. Europe Standard Time", workingHours: {} });
});
