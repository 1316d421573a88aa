import { describe, expect, test } from "vitest";
import { GraphSimulator } from "../graph/simulator.js";
import type { AnsweredBlock, CalendarAnswer } from "./appClient.js";
import { Judge } from "./judge.js";
import { DENIED, ROOM, ZONES } from "./people.js";
import { canonical, trueBlocks } from "./truth.js";

const ANNA = "anna@contoso.com";
const DAY = "2026-12-01";
const NOON = Date.parse(`${DAY}T12:00:00Z`);
const asked = { start: Date.parse(`${DAY}T00:00:00Z`), end: Date.parse("2026-12-02T00:00:00Z") };

/** Anna in New York, a meeting from 10:00:30 to 11:00 UTC; moved to 15:00 an hour after noon. */
function world() {
  let now = NOON;
  const sim = new GraphSimulator({ now: () => now });
  sim.outlook.addMailbox({ address: ANNA, timeZone: "Eastern Standard Time" });
  sim.outlook.addEvent(ANNA, "primary", { id: "m", start: `${DAY}T10:00:30Z`, end: `${DAY}T11:00:00Z` });
  now += 3_600_000;
  sim.outlook.updateEvent(ANNA, "primary", "m", { start: `${DAY}T15:00:00Z`, end: `${DAY}T16:00:00Z` });
  now += 3_600_000;
  return { sim, judge: new Judge(sim) };
}

const block = (from: string, to: string, status = "busy", allDay = false): AnsweredBlock => ({
  start: `${DAY}T${from}Z`,
  end: `${DAY}T${to}Z`,
  status,
  allDay,
});
const BEFORE = [block("10:00:00", "11:00:00")];
const AFTER = [block("15:00:00", "16:00:00")];

const answer = (
  asOf: string,
  blocks: readonly AnsweredBlock[],
  changes: Partial<CalendarAnswer> = {},
): CalendarAnswer => ({
  ...{ id: "", mailbox: ANNA, calendar: "primary", state: "fresh", reason: null, delivery: "push", unknown: [] },
  asOf: `${DAY}T${asOf}Z`,
  blocks: [...blocks],
  ...changes,
});

describe("an answer is right", () => {
  test.each([
    ["as of before the change, with what was before it", answer("12:30:00", BEFORE)],
    ["as of before the change, with what is after it", answer("12:30:00", AFTER)],
    ["as of after the change, with what is after it", answer("13:30:00", AFTER)],
  ])("%s", (_, given) => {
    expect(world().judge.wrong(given, asked)).toBeUndefined();
  });

  test("of a mailbox that Graph refuses, when it is unknown", () => {
    const denied = { mailbox: DENIED.address, state: "unknown", reason: "accessDenied" } as const;
    expect(world().judge.wrong(answer("13:30:00", [], denied), asked)).toBeUndefined();
  });
});

describe("an answer is wrong", () => {
  test.each([
    [
      "as of after the change, with what was before it",
      answer("13:30:00", BEFORE),
      /^missing 1 .*15:00.*too many 1 .*10:00/,
    ],
    ["with nothing in it", answer("12:30:00", []), /^missing 1/],
    ["with both", answer("12:30:00", [...BEFORE, ...AFTER]), /too many 1/],
    ["with another status", answer("13:30:00", [block("15:00:00", "16:00:00", "oof")]), /missing 1 .*too many 1/],
    ["with another flag", answer("13:30:00", [block("15:00:00", "16:00:00", "busy", true)]), /missing 1 .*too many 1/],
    ["when it is unknown", answer("13:30:00", [], { state: "unknown", reason: "tooOld" }), /^unknown: tooOld/],
    [
      "when it is unknown in parts",
      answer("13:30:00", AFTER, { unknown: [{ start: "", end: "", reason: "beyondHorizon" }] }),
      /^unknown in parts: beyondHorizon/,
    ],
    [
      "when it knows what Graph refuses",
      answer("13:30:00", [], { mailbox: DENIED.address }),
      /^fresh, but Graph refuses/,
    ],
  ])("%s", (_, given, why) => {
    expect(world().judge.wrong(given, asked)).toMatch(why);
  });

  test("since an instant, with what was before it, whatever its asOf says", () => {
    const { judge } = world();
    expect(judge.holdsSince(answer("12:30:00", BEFORE), asked, NOON + 3_700_000)).toMatch(/^missing 1/);
    expect(judge.holdsSince(answer("12:30:00", AFTER), asked, NOON + 3_700_000)).toBeUndefined();
  });
});

describe("the truth", () => {
  const at = (sim: GraphSimulator, mailbox: string, zoneName: string) =>
    trueBlocks(sim, { mailbox, calendar: "primary", zoneName, ...asked, at: NOON });

  test("merges what touches within a status, keeps statuses apart, clips, leaves out what does not block", () => {
    const sim = new GraphSimulator({ now: () => NOON });
    sim.outlook.addMailbox({ address: ANNA, timeZone: "UTC" });
    const add = (from: string, to: string, rest: object = {}) =>
      sim.outlook.addEvent(ANNA, "primary", { start: `${DAY}T${from}Z`, end: `${DAY}T${to}Z`, ...rest });
    add("09:00", "10:00");
    add("10:00", "11:00", { showAs: "unknown" });
    add("10:30", "12:00", { showAs: "tentative" });
    add("13:00", "14:00", { showAs: "free" });
    add("13:00", "14:00", { response: "declined" });
    add("13:00", "14:00", { isCancelled: true });
    sim.outlook.addEvent(ANNA, "primary", { start: `${DAY}T23:00Z`, end: "2026-12-02T01:00Z" });
    const blocks = [block("09:00:00", "11:00:00"), block("10:30:00", "12:00:00", "tentative")];
    const clipped = { ...block("23:00:00", "23:00:00"), end: "2026-12-02T00:00:00Z" };
    expect(at(sim, ANNA, "UTC")).toEqual(canonical([...blocks, clipped]));
  });

  test("has days at the midnights of the reader's zone, also where the mailbox has none", () => {
    const sim = new GraphSimulator({ now: () => NOON });
    sim.outlook.addMailbox(ROOM);
    sim.outlook.addEvent(ROOM.address, "primary", { start: DAY, end: "2026-12-02", isAllDay: true });
    expect(at(sim, ROOM.address, ZONES[0])).toEqual(canonical([block("00:00:00", "23:00:00", "busy", true)]));
    expect(at(sim, ROOM.address, "Eastern Standard Time")).toEqual(
      canonical([{ ...block("05:00:00", "05:00:00", "busy", true), end: "2026-12-02T00:00:00Z" }]),
    );
  });
});
