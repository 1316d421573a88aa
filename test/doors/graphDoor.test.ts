/** Graph's door: what it answers, what it refuses, and in which words. */
import { describe, expect, test } from "vitest";
import { ANNA } from "../../local/graph/testBed.js";
import { HOUR_MS, MINUTE_MS } from "../../shared/domain/time.js";
import { type Ask, type Doors, MAX_AGE_MS, openDoors, type Told } from "./doors.js";
import { at, codeOf, only, RANGE, schedule, USER, VIEW } from "./graphRequests.js";

/** Something is done to the calendar, and then it must be refused with this status, code and response code. */
const REFUSED: readonly (readonly [string, (doors: Doors) => unknown, number, string, string])[] = [
  [
    "has grown old",
    ({ service }) => service.clock.advance(MAX_AGE_MS + 1),
    503,
    "ErrorInternalServerTransientError",
    "ErrorFreeBusyGenerationFailed",
  ],
  [
    "is over a day old",
    ({ service }) => service.clock.advance(25 * HOUR_MS),
    503,
    "ErrorInternalServerTransientError",
    "ErrorFreeBusyGenerationFailed",
  ],
  [
    "is denied by Outlook",
    async ({ service }) => {
      service.sim.outlook.denyAccess(ANNA);
      await service.pass(30 * MINUTE_MS);
    },
    403,
    "ErrorAccessDenied",
    "ErrorNoFreeBusyAccess",
  ],
  [
    "is gone from Outlook",
    async ({ service }) => {
      service.sim.outlook.removeMailbox(ANNA);
      await service.pass(30 * MINUTE_MS);
    },
    404,
    "ErrorInvalidUser",
    "ErrorMailRecipientNotFound",
  ],
];

describe("what is not known", () => {
  test.each(REFUSED)("A2, A10: a calendar that %s is refused", async (_, happens, status, code, responseCode) => {
    const doors = await openDoors([at("09:00", "10:00")]);
    expect(await doors.graph(VIEW)).toMatchObject({ status: 200, body: { value: [{ showAs: "busy" }] } });
    await happens(doors);
    const refused = await doors.graph(VIEW);
    expect(codeOf(refused)).toEqual([status, code]);
    expect(refused.headers["retry-after"]).toBe(status === 503 ? "5" : undefined);
    const told = only(await schedule(doors.graph));
    expect(told).toMatchObject({ scheduleId: ANNA, error: { responseCode } });
    expect(Object.keys(told ?? {})).toEqual(["scheduleId", "error"]);
  });

  test("A10: a time that is not kept is refused, and the answer says what is", async () => {
    const { graph, service, id } = await openDoors();
    const late = "startDateTime=2026-12-02T00:00:00Z&endDateTime=2027-12-02T00:00:00Z";
    const refused = await graph(`${USER}/calendarView?${late}`);
    const { windowStart, windowEnd } = service.rowOf(id).snapshot ?? {};
    expect(codeOf(refused)).toEqual([400, "ErrorInvalidParameter"]);
    for (const edge of [windowStart, windowEnd])
      expect(refused.body.error).toMatchObject({
        message: expect.stringContaining(new Date(edge ?? 0).toISOString().slice(0, 19)),
      });
  });

  test("A6: somebody else's calendar is refused exactly like one that does not exist", async () => {
    const { as } = await openDoors([at("09:00", "10:00")]);
    const { graph } = as("another");
    const nobody = VIEW.replace(encodeURIComponent(ANNA), "nobody%40contoso.com");
    const paths = [
      VIEW,
      nobody,
      VIEW.replace(encodeURIComponent(ANNA), "%20"),
      `${USER}/calendars/x/calendarView?${RANGE}`,
    ];
    const told = await Promise.all(paths.map((path) => graph(path)));
    for (const one of told) expect(one).toEqual(told[0]);
    expect(codeOf(told[0] as Told)).toEqual([404, "ErrorItemNotFound"]);
    const { body } = await schedule(graph, { schedules: [ANNA, "nobody@contoso.com", "no address"] });
    const errors = (body.value as readonly { error: object }[]).map(({ error }) => error);
    for (const error of errors) expect(error).toEqual(errors[0]);
  });
});

describe("calendarView", () => {
  test("A10: names are taken in any letter case and however they are encoded", async () => {
    const { graph } = await openDoors([at("09:00", "10:00")]);
    const paths = [
      VIEW,
      VIEW.replace(USER, `Users/${ANNA.toUpperCase()}`).replace("calendarView", "CALENDARVIEW"),
      VIEW.replace(USER, `${USER}/calendar`),
      VIEW.replace(USER, `${USER}/calendars/Primary`),
      VIEW.replace(USER, `users('${ANNA}')/calendars('primary')`),
      VIEW.replace(USER, `users(%27${ANNA}%27)`),
      VIEW.replace("startDateTime", "StartDateTime").replace("endDateTime", "ENDDATETIME"),
      `${USER}/calendarView?startDateTime=2026-12-02&endDateTime=2026-12-03T01:00:00%2B01:00`,
      `${USER}/calendarView?startDateTime=2026-12-02T00:00&endDateTime=2026-12-03T01:00:00.0000000+01:00`,
      `${VIEW}&$top=5&$skip=0&$orderby=start/dateTime&$select=`,
      `${VIEW}&code=a-key`,
    ];
    const answers = await Promise.all(paths.map((path) => graph(path)));
    for (const { status, body } of answers) expect([status, body.value]).toEqual([200, answers[0]?.body.value]);
    expect(only(answers[0] as Told)).toMatchObject({
      start: { dateTime: "2026-12-02T09:00:00.0000000", timeZone: "UTC" },
    });
  });

  test("$select takes away all but what it names, and the id stays the same", async () => {
    const { graph } = await openDoors([at("09:00", "10:00")]);
    const all = only(await graph(VIEW));
    const some = only(await graph(`${VIEW}&$select=showAs,END`));
    expect(Object.keys(some ?? {}).sort()).toEqual(["@odata.etag", "end", "id", "showAs"]);
    expect(all).toMatchObject({ ...some, isAllDay: false, isCancelled: false, type: "singleInstance" });
  });

  test("A11: a link keeps what was asked, names the front, and leaves a key out", async () => {
    const { graph } = await openDoors([at("09:00", "10:00"), at("11:00", "12:00"), at("13:00", "14:00")]);
    const headers = { "x-forwarded-proto": "https", "x-forwarded-host": "front.example, inner" };
    const { body } = await graph(`${VIEW}&$top=1&$select=start&code=a-key`, { headers });
    const link = new URL(String(body["@odata.nextLink"]));
    expect(link.origin + link.pathname).toBe(`https://front.example/api/graph/v1.0/${USER}/calendarView`);
    expect(Object.fromEntries(link.searchParams)).toEqual({
      startDateTime: "2026-12-02T00:00:00Z",
      endDateTime: "2026-12-03T00:00:00Z",
      $select: "start",
      $top: "1",
      $skip: "1",
      $skiptoken: expect.any(String),
    });
    const lie = { "x-forwarded-proto": "javascript", "x-forwarded-host": "a b/c" };
    const own = await graph(`${VIEW}&$top=1`, { headers: lie });
    expect(own.body["@odata.nextLink"]).toMatch(/^http:\/\/127\.0\.0\.1:7071\/api\/graph\/v1\.0\/users\//);
  });

  test("A10: it says how old it is, and which preference it has followed", async () => {
    const { graph, service, id } = await openDoors();
    const headers = { Prefer: 'outlook.timezone="Tokyo Standard Time", odata.maxpagesize=5' };
    const told = await graph(VIEW, { headers });
    const { asOf } = service.rowOf(id).sync;
    expect(told.headers).toMatchObject({
      "last-modified": new Date(asOf ?? 0).toUTCString(),
      "preference-applied": 'outlook.timezone="Tokyo Standard Time"',
      "cache-control": "private, max-age=0, must-revalidate",
    });
  });
});

describe("getSchedule", () => {
  test("A10: overlapping statuses give a slot its strongest, working elsewhere none", async () => {
    const { graph } = await openDoors([
      at("08:00", "08:30", { showAs: "workingElsewhere" }),
      at("08:40", "08:50", { showAs: "tentative" }),
      at("08:45", "09:10"),
      at("09:00", "09:05", { showAs: "oof" }),
    ]);
    const told = only(await schedule(graph, { availabilityViewInterval: 15 }));
    expect(told).toMatchObject({ availabilityView: "00123000" });
  });

  test("A13: wall-clock times are taken in their own zone, and shown in the one preferred", async () => {
    const { graph } = await openDoors([at("09:00", "10:00")]);
    const told = await schedule(
      graph,
      {
        startTime: { dateTime: "2026-12-02T10:00:00", timeZone: "W. Europe Standard Time" },
        endTime: { dateTime: "2026-12-02T20:00:00.0000000", timeZone: "Asia/Tokyo" },
        availabilityViewInterval: 60,
      },
      { Prefer: "outlook.timezone=Europe/Berlin" },
    );
    expect(only(told)).toMatchObject({
      availabilityView: "20",
      scheduleItems: [
        { status: "busy", start: { dateTime: "2026-12-02T10:00:00.0000000", timeZone: "Europe/Berlin" } },
      ],
    });
  });
});

describe("batches", () => {
  const batch = (graph: Ask, requests: unknown, path = "$batch") => graph(path, { method: "POST", body: { requests } });
  const item = (change: object = {}) => ({ id: "1", method: "GET", url: `/${VIEW}`, ...change });

  test("A10: each item is answered as it would be by itself", async () => {
    const { graph, service } = await openDoors([at("09:00", "10:00")]);
    const alone = await graph(VIEW, { headers: { Prefer: 'outlook.timezone="Europe/Berlin"' } });
    const told = await batch(
      graph,
      [
        item({ headers: { prefer: 'outlook.timezone="Europe/Berlin"' }, dependsOn: ["2"] }),
        item({ id: "2", url: VIEW.replace("2026-12-03", "2027-12-03"), method: "get" }),
        item({ id: "3", url: "%E0%A4%A" }),
        item({ id: "4", headers: { Prefer: "\u00e9" } }),
      ],
      "%24batch",
    );
    const responses = told.body.responses as readonly { id: string; status: number; body: Told["body"] }[];
    expect(responses.map(({ id, status }) => [id, status])).toEqual([
      ["1", 200],
      ["2", 400],
      ["3", 400],
      ["4", 400],
    ]);
    expect(responses[0]?.body).toEqual(alone.body);
    service.clock.advance(MAX_AGE_MS + 1);
    const old = await batch(graph, [item()]);
    expect(old.body.responses).toMatchObject([{ status: 503, headers: { "Retry-After": "5" } }]);
  });

  test.each<[string, unknown, number]>([
    ["no requests", [], 400],
    ["21 requests", Array.from({ length: 21 }, (_, id) => item({ id: `${id}` })), 413],
    ["an id twice, in two letter cases", [item({ id: "a" }), item({ id: "A" })], 400],
    ["an absolute URL", [item({ url: "https://graph.microsoft.com/v1.0/me" })], 400],
    ["a URL of another host", [item({ url: "//graph.microsoft.com/v1.0/me" })], 400],
    ["no id", [item({ id: undefined })], 400],
    ["a method that is a number", [item({ method: 1 })], 400],
  ])("A8, A10: a batch with %s is refused as a whole", async (_, requests, status) => {
    const { graph } = await openDoors();
    expect((await batch(graph, requests)).status).toBe(status);
  });

  test("A10: a batch in a batch is refused", async () => {
    const { graph } = await openDoors();
    const inner = item({ method: "POST", url: "/$batch", body: { requests: [item()] } });
    expect((await batch(graph, [inner])).body.responses).toMatchObject([{ status: 400 }]);
  });
});
