/** Google's free/busy query: what it answers, what it refuses, and in which words. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ANNA } from "../../local/graph/testBed.js";
import { MINUTE_MS } from "../../shared/domain/time.js";
import { type Ask, MAX_AGE_MS, openDoors } from "./doors.js";

const TIMES = { timeMin: "2026-12-02T00:00:00Z", timeMax: "2026-12-03T00:00:00Z" };
const QUERY = { ...TIMES, items: [{ id: ANNA }] };
const at = (time: string, until: string, more: object = {}) => ({
  start: `2026-12-02T${time}:00Z`,
  end: `2026-12-02T${until}:00Z`,
  ...more,
});
const ask = (google: Ask, body: unknown, path = "freeBusy") => google(path, { method: "POST", body });
const failed = (reason: string) => ({ errors: [{ domain: "global", reason }] });

test("A10: busy, away and tentative are one busy time; working elsewhere is none; ids are addresses or this app's", async () => {
  const { google, id } = await openDoors([
    at("09:00", "10:00"),
    at("09:30", "10:30", { showAs: "tentative" }),
    at("10:30", "11:00", { showAs: "oof" }),
    at("12:00", "13:00", { showAs: "workingElsewhere" }),
  ]);
  const { status, body } = await ask(google, { ...QUERY, items: [{ id: ANNA.toUpperCase() }, { id }] });
  const busy = [{ start: "2026-12-02T09:00:00Z", end: "2026-12-02T11:00:00Z" }];
  expect([status, body]).toEqual([
    200,
    { kind: "calendar#freeBusy", ...TIMES, calendars: { [ANNA.toUpperCase()]: { busy }, [id]: { busy } } },
  ]);
});

test("A2, A10: what is not known has errors and no times", async () => {
  const { google, service, as } = await openDoors([at("09:00", "10:00")]);
  const calendars = async (door: Ask, change: object = {}) => (await ask(door, { ...QUERY, ...change })).body.calendars;
  expect(await calendars(google, { timeMax: "2027-11-30T00:00:00Z" })).toEqual({ [ANNA]: failed("internalError") });
  expect(await calendars(as("another").google)).toEqual({ [ANNA]: failed("notFound") });
  const nobodies = ["nobody@contoso.com", "primary", "a".repeat(26), "__proto__"].map((id) => ({ id }));
  for (const one of Object.values((await calendars(google, { items: nobodies })) ?? {}))
    expect(one).toEqual(failed("notFound"));
  service.clock.advance(MAX_AGE_MS + 1);
  expect(await calendars(google)).toEqual({ [ANNA]: failed("internalError") });
  service.sim.outlook.denyAccess(ANNA);
  await service.pass(30 * MINUTE_MS);
  expect(await calendars(google)).toEqual({ [ANNA]: failed("notFound") });
});

test("A10: calendars over calendarExpansionMax are told to be too many", async () => {
  const { google } = await openDoors();
  const items = [{ id: ANNA }, { id: ANNA }, { id: "ben@contoso.com" }];
  expect((await ask(google, { ...QUERY, items, calendarExpansionMax: 1 })).body.calendars).toEqual({
    [ANNA]: { busy: [] },
    "ben@contoso.com": failed("tooManyCalendarsRequested"),
  });
});

describe("what is wrong with a query", () => {
  test.each<[string, unknown, number, string, string?]>([
    ["no JSON", "{", 400, "JSON"],
    ["no start", { ...QUERY, timeMin: undefined }, 400, "/timeMin"],
    ["a start without an offset", { ...QUERY, timeMin: "2026-12-02T00:00:00" }, 400, "/timeMin"],
    ["an end at the start", { ...QUERY, timeMax: QUERY.timeMin }, 400, "/timeMax"],
    ["more than 366 days", { ...QUERY, timeMax: "2028-01-01T00:00:00Z" }, 400, "/timeMax"],
    ["a zone that is none", { ...QUERY, timeZone: "Mars" }, 400, "/timeZone"],
    ["no calendars", { ...QUERY, items: [] }, 400, "/items"],
    ["too many calendars", { ...QUERY, items: Array(51).fill({ id: ANNA }) }, 413, "/items"],
    ["a calendar without an id", { ...QUERY, items: [{}] }, 400, "/items/0/id"],
    ["an expansion of none", { ...QUERY, groupExpansionMax: 0 }, 400, "/groupExpansionMax"],
    ["an unknown field", { ...QUERY, colour: 1 }, 400, "/colour"],
    ["a part of the answer only", QUERY, 400, "/fields", "freeBusy?fields=calendars"],
  ])("A8, A10: %s is refused in Google's words", async (_, body, status, word, path) => {
    const { google } = await openDoors();
    const told = await ask(google, body, path);
    expect(told).toMatchObject({
      status,
      body: { error: { code: status, message: expect.stringContaining(word), errors: [{ domain: "global" }] } },
    });
  });

  test("A8: whatever is sent, it is answered or refused, and never as a fault of the service", async () => {
    const { google } = await openDoors();
    const items = fc.array(fc.record({ id: fc.string() }), { maxLength: 4 });
    const body = fc.oneof(fc.json(), fc.string(), fc.record({ timeMin: fc.string(), timeMax: fc.string(), items }));
    const known = fc
      .record({ timeZone: fc.string(), items }, { requiredKeys: [] })
      .map((one) => ({ ...QUERY, ...one }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(body, known), async (given) => {
        expect((await ask(google, given)).status).toBeLessThan(500);
      }),
    );
  });
});
