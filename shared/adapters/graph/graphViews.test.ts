import { describe, expect, test } from "vitest";
import type { Fault } from "../../../local/graph/faults.js";
import { ANNA } from "../../../local/graph/testBed.js";
import { december, graphBed, nameOf, PATIENT_MS } from "../../../test/graphBed.js";
import type { GraphFailure, Page } from "../../domain/ports.js";

type Bed = ReturnType<typeof graphBed>;
const EVENT = { id: "A1", start: "2026-12-02T09:00:00Z", end: "2026-12-02T10:00:00Z", subject: "Secret plan" };
const OTHER = "AAMkADc5/Cal+secondary=";

const readOne = async (bed: Bed, name = bed.anna): Promise<Page | GraphFailure | undefined> =>
  (await bed.reader.firstPages([december(name)], PATIENT_MS))[0];

const withEvent = (): Bed => {
  const bed = graphBed();
  bed.sim.outlook.addEvent(ANNA, "primary", EVENT);
  return bed;
};

describe("a page", () => {
  test("Times, status and flags come through, and nothing else of an event", async () => {
    const bed = graphBed();
    const options = { showAs: "tentative", response: "accepted" } as const;
    bed.sim.outlook.addEvent(ANNA, "primary", { ...EVENT, ...options });
    expect(await readOne(bed)).toEqual({
      kind: "page",
      events: [
        {
          id: expect.any(String),
          etag: expect.stringContaining("W/"),
          start: { dateTime: "2026-12-02T09:00:00.0000000", timeZone: "UTC" },
          end: { dateTime: "2026-12-02T10:00:00.0000000", timeZone: "UTC" },
          isAllDay: false,
          isCancelled: false,
          showAs: "tentative",
          response: "accepted",
        },
      ],
    });
  });

  test("R10: UTC, immutable ids and 1,000 events a page are asked for, and only what is needed of each", async () => {
    const bed = graphBed();
    await readOne(bed);
    const [request] = bed.sent;
    const url = new URL(request?.url ?? "");
    expect(request?.headers.get("prefer")).toBe('outlook.timezone="UTC", IdType="ImmutableId"');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      startDateTime: "2026-12-01T00:00:00.000Z",
      endDateTime: "2027-01-01T00:00:00.000Z",
      $top: "1000",
      $select: "start,end,showAs,isAllDay,isCancelled,responseStatus",
    });
  });

  test("A calendar id with slashes and plus signs is asked for as it is", async () => {
    const bed = graphBed();
    bed.sim.outlook.addCalendar(ANNA, { name: "Side", id: OTHER });
    bed.sim.outlook.addEvent(ANNA, OTHER, EVENT);
    expect(await readOne(bed, nameOf(ANNA, OTHER))).toMatchObject({ kind: "page", events: [{}] });
    expect(await readOne(bed)).toMatchObject({ kind: "page", events: [] });
  });

  test("R5: pages follow each other until all events were seen, with the same wishes on each", async () => {
    const bed = graphBed();
    for (let index = 0; index < 1_001; index++)
      bed.sim.outlook.addEvent(ANNA, "primary", { ...EVENT, id: `e${index}` });
    const first = await readOne(bed);
    if (first?.kind !== "page" || first.next === undefined) throw new Error("there is only one page");
    const second = await bed.reader.nextPage(december(bed.anna), first.next, PATIENT_MS);
    if (second.kind !== "page") throw new Error("there is no second page");
    expect([first.events.length, second.events.length, second.next]).toEqual([1_000, 1, undefined]);
    expect(new Set([...first.events, ...second.events].map(({ id }) => id)).size).toBe(1_001);
    const wishes = bed.sent.map(({ headers }) => headers.get("prefer"));
    expect(new Set(wishes).size).toBe(1);
  });

  test("An answer without a Content-Type is read like any other", async () => {
    const bed = withEvent();
    bed.sim.faults.add({ kind: "noContentType" });
    expect(await readOne(bed)).toMatchObject({ kind: "page", events: [{}] });
  });

  test("An empty page that has a link to the real ones is no end", async () => {
    const bed = withEvent();
    bed.sim.faults.add({ kind: "emptyPage" });
    expect(await readOne(bed)).toMatchObject({ kind: "page", events: [], next: expect.any(String) });
  });

  test("R10: an event in a foreign zone keeps that zone's name, and one without showAs has none", async () => {
    const bed = withEvent();
    bed.sim.faults.set([{ kind: "foreignTimeZone" }, { kind: "showAs" }]);
    const page = await readOne(bed);
    const event = page?.kind === "page" ? page.events[0] : undefined;
    expect(event?.start).toEqual({ dateTime: "2026-12-02T10:00:00.0000000", timeZone: "W. Europe Standard Time" });
    expect(event).not.toHaveProperty("showAs");
  });
});

const failures: readonly (readonly [what: string, fault: Fault, failure: Partial<GraphFailure>])[] = [
  ["429 with seconds", { kind: "throttled", seconds: 10 }, { kind: "throttled", retryAfterSeconds: 10 }],
  [
    "429 with a date",
    { kind: "throttled", retryAfter: "date", seconds: 7 },
    { kind: "throttled", retryAfterSeconds: 7 },
  ],
  [
    "429 with decimals, rounded up",
    { kind: "throttled", retryAfter: "decimal", seconds: 0.249 },
    { kind: "throttled", retryAfterSeconds: 1 },
  ],
  ["429 without Retry-After", { kind: "throttled", retryAfter: "none" }, { kind: "throttled" }],
  [
    "429 of the mailbox's own limit",
    { kind: "throttled", code: "ApplicationThrottled" },
    { kind: "throttled", detail: expect.stringContaining("ApplicationThrottled") },
  ],
  [
    "429 in HTML",
    { kind: "error", status: 429, body: "html", retryAfter: "4" },
    { kind: "throttled", retryAfterSeconds: 4 },
  ],
  [
    "503 with Retry-After",
    { kind: "error", status: 503, retryAfter: "5" },
    { kind: "throttled", retryAfterSeconds: 5 },
  ],
  ["500", { kind: "error", status: 500 }, { kind: "transient" }],
  ["502 in HTML", { kind: "error", status: 502, body: "html" }, { kind: "transient" }],
  ["503 in text", { kind: "error", status: 503, body: "text" }, { kind: "transient" }],
  ["504 with nothing", { kind: "error", status: 504, body: "empty" }, { kind: "transient" }],
  ["509", { kind: "error", status: 509 }, { kind: "transient" }],
  ["408", { kind: "error", status: 408 }, { kind: "transient" }],
  ["409", { kind: "error", status: 409, code: "ErrorIrresolvableConflict" }, { kind: "transient" }],
  ["410", { kind: "error", status: 410, code: "SyncStateNotFound" }, { kind: "transient" }],
  ["423", { kind: "error", status: 423 }, { kind: "transient" }],
  ["400 with nothing", { kind: "error", status: 400, body: "empty" }, { kind: "transient" }],
  ["400 with an empty code", { kind: "error", status: 400, code: "" }, { kind: "transient" }],
  [
    "400 for a malformed id",
    { kind: "error", status: 400, code: "ErrorInvalidIdMalformed" },
    { kind: "blocked", reason: "unreadable" },
  ],
  ["400 BadRequest", { kind: "error", status: 400, code: "BadRequest" }, { kind: "blocked", reason: "unreadable" }],
  ["403", { kind: "error", status: 403, code: "ErrorAccessDenied" }, { kind: "blocked", reason: "accessDenied" }],
  ["403 with nothing", { kind: "error", status: 403, body: "empty" }, { kind: "blocked", reason: "accessDenied" }],
  [
    "a tenant without Exchange",
    { kind: "error", status: 401, code: "OrganizationFromTenantGuidNotFound" },
    { kind: "blocked", reason: "accessDenied" },
  ],
  ["401 again and again", { kind: "error", status: 401, code: "InvalidAuthenticationToken" }, { kind: "transient" }],
  ["a web page with 200", { kind: "html" }, { kind: "transient" }],
  ["cut JSON with 200", { kind: "truncatedJson" }, { kind: "transient" }],
  ["JSON without value", { kind: "noValue" }, { kind: "transient" }],
  ["a connection that breaks", { kind: "unreachable" }, { kind: "transient" }],
  ["an answer that is lost", { kind: "answerLost" }, { kind: "transient" }],
];

describe("failures", () => {
  test.each(failures)(
    "R9: %s is what it means, alone and in a batch, and names nobody",
    async (_what, fault, failure) => {
      const bed = withEvent();
      bed.sim.outlook.addMailbox({ address: "ben@contoso.com" });
      bed.sim.faults.add({ ...fault, operation: "calendarView", mailbox: ANNA });
      const alone = await readOne(bed);
      const views = [december(bed.anna), december(nameOf("ben@contoso.com"))];
      const [inBatch, ben] = await bed.reader.firstPages(views, PATIENT_MS);
      expect(alone).toMatchObject(failure);
      expect(inBatch).toMatchObject({ ...failure, ...("detail" in failure ? {} : { detail: expect.any(String) }) });
      expect(ben).toEqual({ kind: "page", events: [] });
      expect(JSON.stringify([alone, inBatch])).not.toMatch(/anna|contoso|secret/i);
    },
  );

  test("R4: a throttled answer without Retry-After claims none", async () => {
    const bed = withEvent();
    bed.sim.faults.add({ kind: "throttled", retryAfter: "none" });
    expect(await readOne(bed)).not.toHaveProperty("retryAfterSeconds");
  });

  test.each<[string, (bed: Bed) => void, string, string]>([
    ["primary of nobody", ({ sim }) => sim.outlook.removeMailbox(ANNA), "primary", "mailboxNotFound"],
    ["primary without licence", ({ sim }) => sim.outlook.setLicensed(ANNA, false), "primary", "mailboxNotFound"],
    [
      "primary denied as not found",
      ({ sim }) => sim.outlook.removeCalendar(ANNA, "primary"),
      "primary",
      "accessDenied",
    ],
    ["primary forbidden", ({ sim }) => sim.outlook.denyAccess(ANNA), "primary", "accessDenied"],
    ["other calendar deleted", ({ sim }) => sim.outlook.removeCalendar(ANNA, OTHER), OTHER, "calendarNotFound"],
    ["other calendar of nobody", ({ sim }) => sim.outlook.removeMailbox(ANNA), OTHER, "mailboxNotFound"],
    ["other calendar that never was", () => undefined, `${OTHER}x`, "calendarNotFound"],
    ["other calendar whose name is no id", () => undefined, "calendar", "calendarNotFound"],
  ])("R9: %s is blocked for its own reason", async (_what, change, calendar, reason) => {
    const bed = graphBed();
    bed.sim.outlook.addCalendar(ANNA, { name: "Side", id: OTHER });
    change(bed);
    expect(await readOne(bed, nameOf(ANNA, calendar))).toMatchObject({ kind: "blocked", reason });
  });

  test.each([
    ["ErrorItemNotFound", "accessDenied", "calendarNotFound"],
    ["MAILBOXNOTENABLEDFORRESTAPI", "mailboxNotFound", "mailboxNotFound"],
    ["ErrorInvalidUser", "mailboxNotFound", "mailboxNotFound"],
    ["ResourceNotFound", "mailboxNotFound", "mailboxNotFound"],
    ["Request_ResourceNotFound", "mailboxNotFound", "mailboxNotFound"],
    ["somethingNew", "mailboxNotFound", "calendarNotFound"],
  ])("R9: 404 %s means %s for a primary calendar and %s for another", async (code, primary, other) => {
    const bed = graphBed();
    bed.sim.outlook.addCalendar(ANNA, { name: "Side", id: OTHER });
    bed.sim.faults.add({ kind: "error", status: 404, code, message: `${ANNA} was not found.` });
    expect(await readOne(bed)).toMatchObject({ kind: "blocked", reason: primary });
    expect(await readOne(bed, nameOf(ANNA, OTHER))).toMatchObject({ kind: "blocked", reason: other });
  });

  test("R5: a status that is neither success nor refusal says nothing of the calendar", async () => {
    const bed = graphBed();
    for (const status of [201, 202, 204, 304]) {
      bed.control.instead = () => new Response(null, { status });
      expect(await readOne(bed)).toMatchObject({ kind: "transient" });
    }
  });

  test("R5: half an event makes the page none", async () => {
    const bed = graphBed();
    for (const event of [{ id: "A" }, { id: "", start: {}, end: {} }, null, { id: "A", start: "x", end: "y" }]) {
      bed.control.instead = () => Response.json({ value: [event] });
      expect(await readOne(bed)).toMatchObject({ kind: "transient" });
    }
  });

  test("R5: no answer in time is no answer, and the wait is the caller's own", async () => {
    const bed = withEvent();
    bed.sim.faults.add({ kind: "hang" });
    const [page] = await bed.reader.firstPages([december(bed.anna)], 20);
    expect(page).toEqual({ kind: "transient", late: true, detail: "no answer in time" });
  });

  test("R9: no token is transient, and its error's text is not told", async () => {
    const bed = withEvent();
    bed.tokens.failure = new Error(`AADSTS700016: ${ANNA}`);
    expect(await readOne(bed)).toEqual({ kind: "transient", detail: "no token: AADSTS700016" });
    expect(bed.sent).toEqual([]);
  });
});
