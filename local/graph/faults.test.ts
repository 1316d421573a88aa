/** Every fault, seen from outside. */
import { expect, test, vi } from "vitest";
import type { Fault } from "./faults.js";
import { ANNA, type Answer, EVENT, testBed } from "./testBed.js";

function bedWith(...faults: readonly Fault[]) {
  const bed = testBed();
  for (let n = 0; n < 4; n += 1) bed.sim.outlook.addEvent(ANNA, "primary", { id: `e${n}`, ...EVENT });
  bed.sim.faults.set(faults);
  return bed;
}

test.each([
  ["seconds", "8"],
  ["decimal", "7.500"],
  ["date", "Tue, 01 Dec 2026 12:00:07 GMT"],
  ["none", null],
] as const)("429 says when to come back: %s", async (retryAfter, header) => {
  const { view } = bedWith({ kind: "throttled", retryAfter, seconds: 7.5 });
  const answer = await view();
  expect([answer.status, answer.body.error?.code]).toEqual([429, "TooManyRequests"]);
  expect(answer.headers.get("Retry-After")).toBe(header);
});

test.each<[string, Fault, (answer: Answer) => void]>([
  [
    "an error in JSON",
    { kind: "error", status: 403, code: "ErrorAccessDenied", message: "Access is denied." },
    ({ status, body, headers }) => {
      expect([status, body.error?.code, body.error?.message]).toEqual([403, "ErrorAccessDenied", "Access is denied."]);
      expect(body.error).toMatchObject({ innerError: { "request-id": headers.get("request-id") } });
    },
  ],
  [
    "an error as a web page, with Retry-After",
    { kind: "error", status: 503, body: "html", retryAfter: "3" },
    ({ status, headers }) =>
      expect([status, headers.get("Content-Type"), headers.get("Retry-After")]).toEqual([
        503,
        "text/html; charset=utf-8",
        "3",
      ]),
  ],
  [
    "an empty error",
    { kind: "error", status: 502, body: "empty" },
    ({ status, text }) => expect([status, text]).toEqual([502, ""]),
  ],
  [
    "an error in plain text",
    { kind: "error", status: 500, body: "text" },
    ({ headers }) => expect(headers.get("Content-Type")).toBe("text/plain"),
  ],
  [
    "a web page with 200",
    { kind: "html" },
    ({ status, headers }) => expect([status, headers.get("Content-Type")]).toEqual([200, "text/html; charset=utf-8"]),
  ],
  [
    "JSON that ends in the middle",
    { kind: "truncatedJson" },
    ({ status, headers, text }) => {
      expect([status, headers.get("Content-Type")]).toEqual([200, "application/json; charset=utf-8"]);
      expect(() => JSON.parse(text)).toThrow();
    },
  ],
  [
    "no value",
    { kind: "noValue" },
    ({ status, text }) => expect([status, text]).toEqual([200, '{"@odata.context":"…"}']),
  ],
  [
    "no Content-Type",
    { kind: "noContentType" },
    ({ status, headers, text }) => {
      expect([status, headers.get("Content-Type")]).toEqual([200, null]);
      expect(JSON.parse(text).value).toHaveLength(4);
    },
  ],
  [
    "another showAs",
    { kind: "showAs", value: "elsewhere" },
    ({ body }) => expect(body.value?.[0]?.showAs).toBe("elsewhere"),
  ],
  ["no showAs", { kind: "showAs" }, ({ body }) => expect(body.value?.[0]).not.toHaveProperty("showAs")],
  [
    "a zone that was not asked for",
    { kind: "foreignTimeZone", events: 1 },
    ({ body }) =>
      expect(body.value?.map(({ start }) => start)).toEqual([
        { dateTime: "2026-12-02T10:00:00.0000000", timeZone: "W. Europe Standard Time" },
        ...Array(3).fill({ dateTime: "2026-12-02T09:00:00.0000000", timeZone: "UTC" }),
      ]),
  ],
])("%s", async (_name, fault, check) => {
  const { view } = bedWith(fault);
  check(await view());
});

const ids = (answer: Answer) => answer.body.value?.map(({ id }) => id);
const nextOf = (answer: Answer) => answer.body["@odata.nextLink"] ?? "";

test("a later page can fail", async () => {
  const { view, get } = bedWith({ kind: "secondPageFails" });
  const first = await view("&$top=3");
  expect(first.status).toBe(200);
  expect((await get(nextOf(first))).status).toBe(503);
});

test.each([
  [1, ["e3"]],
  [-1, ["e1", "e2"]],
] as const)("between two pages the list can move by %i", async (by, second) => {
  const { view, get } = bedWith({ kind: "pageShift", by });
  const first = await view("&$top=2");
  expect(ids(first)).toEqual(["e0", "e1"]);
  expect(ids(await get(nextOf(first)))).toEqual(second);
});

test("a first page can be empty and still have a link to the events", async () => {
  const { view, get } = bedWith({ kind: "emptyPage" });
  const first = await view();
  expect(ids(first)).toEqual([]);
  expect(ids(await get(nextOf(first)))).toHaveLength(4);
});

test("an old view shows what was there before, but nothing from before the fault is taken back", async () => {
  const { sim, view, time } = bedWith();
  time.advance(1_000);
  sim.faults.add({ kind: "oldView", ms: 60_000 });
  time.advance(1_000);
  sim.outlook.addEvent(ANNA, "primary", { id: "new", ...EVENT });
  sim.outlook.deleteEvent(ANNA, "primary", "e0");
  sim.outlook.updateEvent(ANNA, "primary", "e1", { showAs: "free" });
  expect(ids(await view())).toEqual(["e0", "e1", "e2", "e3"]);
  expect((await view()).body.value?.[1]?.showAs).toBe("busy");
  time.advance(60_000);
  expect(ids(await view())).toEqual(["e1", "e2", "e3", "new"]);
  expect((await view()).body.value?.[0]?.showAs).toBe("free");
});

test("no answer comes until the caller gives up", async () => {
  const { sim } = bedWith({ kind: "hang" });
  const giveUp = new AbortController();
  const url = `https://graph.microsoft.com/v1.0/users/${ANNA}/calendars`;
  const asked = sim.fetch(url, { signal: giveUp.signal });
  giveUp.abort(new Error("enough"));
  await expect(asked).rejects.toThrow("enough");
  expect(sim.log.at(-1)?.status).toBe(0);
});

test("a connection can break before or after the work is done", async () => {
  const before = bedWith({ kind: "unreachable" });
  await expect(before.subscribe()).rejects.toThrow("fetch failed");
  expect(before.sim.subscriptions.live).toEqual([]);
  const after = bedWith({ kind: "answerLost" });
  await expect(after.subscribe()).rejects.toThrow("fetch failed");
  expect(after.sim.subscriptions.live).toHaveLength(1);
});

test("an answer can take its time", async () => {
  const { view, time } = bedWith({ kind: "latency", ms: 50 });
  let status = 0;
  const asked = view().then((answer) => {
    status = answer.status;
  });
  await vi.waitFor(() => expect(time.sleepers).toBe(1));
  time.advance(49);
  await Promise.resolve();
  expect([status, time.sleepers]).toEqual([0, 1]);
  time.advance(1);
  await asked;
  expect(status).toBe(200);
});

test("a fault meets so many requests as its count says, then never again", async () => {
  const { view, sim } = bedWith({ kind: "error", status: 500, count: 2 });
  const statuses = [];
  for (let n = 0; n < 3; n += 1) statuses.push((await view()).status);
  expect(statuses).toEqual([500, 500, 200]);
  expect(sim.faults.rules).toEqual([]);
});

test("a fault of a mailbox meets it under its id and its address, and nobody else", async () => {
  const { view, anna, sim } = bedWith({ kind: "error", status: 500, mailbox: ANNA.toUpperCase() });
  sim.outlook.addMailbox({ address: "bob@contoso.com" });
  const statuses = [(await view("", {}, anna.id)).status, (await view()).status];
  expect([...statuses, (await view("", {}, "bob@contoso.com")).status]).toEqual([500, 500, 200]);
});

test("a fault of a mailbox meets the subscriptions to it, also where only their id is named", async () => {
  const { subscribe, get, sim } = bedWith();
  const { id } = (await subscribe()).body;
  sim.faults.add({ kind: "error", status: 503, mailbox: ANNA });
  expect([(await subscribe()).status, (await get(`/subscriptions/${id}`)).status]).toEqual([503, 503]);
});

test("a fault of one operation leaves the others alone", async () => {
  const { view, get } = bedWith({ kind: "error", status: 403, operation: "timeZone" });
  expect((await view()).status).toBe(200);
  expect((await get(`/users/${ANNA}/mailboxSettings/timeZone`)).status).toBe(403);
});

test("a fault can meet a share of the requests", async () => {
  const { view } = bedWith({ kind: "error", status: 500, probability: 0.5 });
  const statuses = [];
  for (let n = 0; n < 100; n += 1) statuses.push((await view()).status);
  const failed = statuses.filter((status) => status === 500).length;
  expect(failed).toBeGreaterThan(30);
  expect(failed).toBeLessThan(70);
});

test.each<[string, string, number, string, (bed: ReturnType<typeof testBed>) => void]>([
  ["an unknown user", "nobody@contoso.com", 404, "ErrorInvalidUser", () => undefined],
  ["a removed mailbox", ANNA, 404, "ErrorInvalidUser", ({ sim }) => sim.outlook.removeMailbox(ANNA)],
  [
    "a mailbox without a licence",
    ANNA,
    404,
    "MailboxNotEnabledForRESTAPI",
    ({ sim }) => sim.outlook.setLicensed(ANNA, false),
  ],
  ["a mailbox out of reach", ANNA, 403, "ErrorAccessDenied", ({ sim }) => sim.outlook.denyAccess(ANNA)],
  ["a deleted calendar", ANNA, 404, "ErrorItemNotFound", ({ sim }) => sim.outlook.removeCalendar(ANNA, "primary")],
])("%s", async (_name, mailbox, status, code, spoil) => {
  const bed = bedWith();
  spoil(bed);
  const answer = await bed.view("", {}, mailbox);
  expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
});

test("what was taken away can be given back, events included", async () => {
  const { sim, view } = bedWith();
  sim.outlook.removeMailbox(ANNA);
  sim.outlook.removeCalendar(ANNA, "primary");
  sim.outlook.removeMailbox(ANNA, false);
  sim.outlook.removeCalendar(ANNA, "primary", false);
  expect((await view()).body.value).toHaveLength(4);
});

test("a short calendar id is malformed, a long unknown one is not found", async () => {
  const { get } = testBed();
  const status = async (id: string) =>
    (await get(`/users/${ANNA}/calendars/${id}/calendarView?startDateTime=2026-12-01&endDateTime=2026-12-02`)).status;
  expect([await status("x"), await status("AAMkAGUnknownUnknown")]).toEqual([400, 404]);
});

test("what Graph would not understand is answered with 400", async () => {
  const { call } = testBed();
  expect((await call("GET", "/me/messages")).status).toBe(400);
  expect((await call("POST", "/subscriptions")).body.error?.message).toBe("Unable to read JSON request payload.");
});

test("a fault that makes no sense is refused, and names its field", () => {
  const { sim } = testBed();
  expect(() => sim.faults.add({ kind: "error", status: 200 })).toThrow("status");
  expect(() => sim.faults.set([{ kind: "hang" }, { kind: "latency", ms: -1 }])).toThrow("ms");
  expect(sim.faults.rules).toEqual([]);
});
