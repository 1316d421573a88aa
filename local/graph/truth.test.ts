/** What the calendar really holds, beside what Graph shows of it. */
import { expect, test } from "vitest";
import { GraphSimulator } from "./simulator.js";
import { ANNA, EVENT, testBed } from "./testBed.js";

const [FROM, TO] = [Date.parse("2026-12-01T00:00:00Z"), Date.parse("2026-12-31T00:00:00Z")];

test("the truth leaves out what takes no time: free, cancelled, declined", () => {
  const { sim } = testBed();
  const say = (id: string, more: object) => sim.outlook.addEvent(ANNA, "primary", { id, ...EVENT, ...more });
  say("busy", {});
  say("tentative", { showAs: "tentative", response: "tentativelyAccepted" });
  say("free", { showAs: "free" });
  say("cancelled", { isCancelled: true });
  say("declined", { response: "declined" });
  expect(sim.truth(ANNA, "primary", FROM, TO)).toEqual([
    {
      id: "busy",
      start: Date.parse("2026-12-02T09:00:00Z"),
      end: Date.parse("2026-12-02T10:00:00Z"),
      status: "busy",
      allDay: false,
    },
    expect.objectContaining({ id: "tentative", status: "tentative" }),
  ]);
});

test("of an all-day event it tells the dates and the true instants", () => {
  const { sim } = testBed();
  sim.outlook.addEvent(ANNA, "primary", { start: "2026-12-02", end: "2026-12-04", isAllDay: true, showAs: "oof" });
  expect(sim.truth(ANNA, "primary", FROM, TO)).toMatchObject([
    {
      start: Date.parse("2026-12-01T23:00:00Z"),
      end: Date.parse("2026-12-03T23:00:00Z"),
      dates: { start: "2026-12-02", end: "2026-12-04" },
      status: "oof",
      allDay: true,
    },
  ]);
});

test("faults, withdrawn access and old views do not reach the truth", async () => {
  const { sim, view, time } = testBed();
  sim.faults.set([
    { kind: "oldView", ms: 60_000 },
    { kind: "showAs", value: "free" },
  ]);
  sim.outlook.denyAccess(ANNA);
  time.advance(1);
  sim.outlook.addEvent(ANNA, "primary", EVENT);
  expect((await view()).status).toBe(403);
  expect(sim.truth(ANNA, "primary", FROM, TO)).toMatchObject([{ status: "busy" }]);
});

test("the truth of an earlier instant is remembered", () => {
  const { sim, time } = testBed();
  const { id } = sim.outlook.addEvent(ANNA, "primary", EVENT);
  const before = time.now();
  time.advance(1_000);
  sim.outlook.updateEvent(ANNA, "primary", id, { showAs: "oof" });
  time.advance(1_000);
  sim.outlook.deleteEvent(ANNA, "primary", id);
  const at = (ms: number) => sim.truth(ANNA, "primary", FROM, TO, ms).map(({ status }) => status);
  expect([at(before - 1), at(before), at(before + 1_000), at(before + 2_000)]).toEqual([[], ["busy"], ["oof"], []]);
});

test("the same seed makes the same mailboxes, ids and subscriptions", async () => {
  const ids = async () => {
    const bed = testBed();
    bed.sim.outlook.addEvent(ANNA, "primary", EVENT);
    return [bed.anna.id, (await bed.view()).text, (await bed.subscribe()).body.id];
  };
  expect(await ids()).toEqual(await ids());
});

test("links carry the origin under which the simulator is reached", async () => {
  const sim = new GraphSimulator({ baseUrl: "http://graph.test" });
  sim.outlook.addMailbox({ address: ANNA });
  for (let n = 0; n < 11; n += 1) sim.outlook.addEvent(ANNA, "primary", EVENT);
  const url = `http://anywhere/v1.0/users/${ANNA}/calendarView?startDateTime=2026-12-01&endDateTime=2026-12-31`;
  expect(await (await sim.fetch(url)).json()).toMatchObject({
    "@odata.nextLink": expect.stringMatching(/^http:\/\/graph\.test\/v1\.0\/users\//),
  });
});

test("what callers say of mailboxes and events is checked, and the wrong field is named", () => {
  const { sim } = testBed();
  const add = (more: object) => () => sim.outlook.addEvent(ANNA, "primary", { ...EVENT, ...more });
  expect(add({ end: "2026-12-02T09:00" })).toThrow("end: is before start");
  expect(add({ start: "tomorrow" })).toThrow('start: "tomorrow" is no time');
  expect(add({ timeZone: "Mars" })).toThrow("timeZone:");
  expect(add({ isAllDay: true })).toThrow("start:");
  expect(add({ colour: "red" })).toThrow("colour:");
  expect(add({ recurrence: { pattern: "daily", interval: 0 } })).toThrow("recurrence.interval:");
  expect(() => sim.outlook.addMailbox({ address: ANNA })).toThrow("address:");
  expect(() => sim.outlook.updateEvent(ANNA, "primary", "nothing", {})).toThrow("event:");
  expect(() => sim.outlook.addEvent("nobody@contoso.com", "primary", EVENT)).toThrow("mailbox:");
  expect(() => sim.outlook.addEvent(ANNA, "Team", EVENT)).toThrow("calendar:");
});

test("a date that the pattern does not have, or no longer has, is no occurrence", () => {
  const { sim } = testBed();
  sim.outlook.addEvent(ANNA, "primary", { id: "S", ...EVENT, recurrence: { pattern: "weekly", count: 3 } });
  const remove = (date: string) => () => sim.outlook.deleteEvent(ANNA, "primary", `S.${date}`);
  expect(remove("2026-12-03")).toThrow("no occurrence");
  expect(remove("2026-12-23")).toThrow("no occurrence");
  remove("2026-12-16")();
  expect(remove("2026-12-16")).toThrow("no occurrence");
});
