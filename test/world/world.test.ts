/** The world itself: it repeats, and its oracle agrees with what is plain. */
import { describe, expect, test } from "vitest";
import { GraphSimulator } from "../../local/graph/simulator.js";
import { live } from "./live.js";
import { inputOf, type Meeting, SECONDS_A_DAY } from "./meeting.js";
import { digitsAt } from "./oracle.js";
import { diceOf, profileOf } from "./profile.js";
import { Sometimes } from "./sometimes.js";
import { change, settle } from "./townsfolk.js";

describe("a world", () => {
  test("has the same trace for the same seed, and another for another", async () => {
    const traces: string[] = [];
    for (const seed of [7, 7, 8]) traces.push((await live(seed, new Sometimes())).trace.join("\n"));
    expect(traces[0]).toBe(traces[1]);
    expect(traces[0]).not.toBe(traces[2]);
    expect(traces[0]?.split("\n").length).toBeGreaterThan(20);
  });

  test("of another kind has other troubles: none without crashes, faults and drops", async () => {
    const sometimes = new Sometimes();
    const quiet = {
      crashes: false,
      storageFaults: false,
      graphFaults: false,
      jumps: false,
      access: false,
      damage: false,
    };
    await live(3, sometimes, quiet);
    expect(sometimes.lines.filter((line) => /dies|storage fails|leaps|revoked|a row is/.test(line))).toEqual([]);
  });
});

const DAY = Date.parse("2027-03-28") / 86_400_000;
const MEETING: Meeting = {
  ...{ id: "m", showAs: "busy", allDay: false, zone: { name: "W. Europe Standard Time", iana: "Europe/Berlin" } },
  ...{ day: DAY - 1, second: 9 * 3_600, seconds: 3_600, exceptions: new Map() },
};
const hoursOf = (meeting: Meeting, day: number, zone: string | undefined): string =>
  digitsAt(new Map([[meeting.id, meeting]]), day * 1_440, 1_440, zone)
    .match(/.{60}/g)
    ?.map((hour) => (/^(.)\1*$/.test(hour) ? hour.charAt(0) : "~"))
    .join("") ?? "";

describe("the oracle", () => {
  test("a series keeps its face when the clocks change", () => {
    const daily: Meeting = { ...MEETING, repeat: { every: 1 } };
    expect(hoursOf(daily, DAY - 1, "UTC")).toBe("000000002000000000000000"); // nine in winter
    expect(hoursOf(daily, DAY, "UTC")).toBe("000000020000000000000000"); // and in summer
  });

  test("a day is its zone's, or as wide as it can be", () => {
    const day: Meeting = { ...MEETING, allDay: true, day: DAY, second: 0, seconds: SECONDS_A_DAY, showAs: "oof" };
    expect(hoursOf(day, DAY, "Europe/Berlin")).toBe("333333333333333333333300"); // 23 hours: from 23:00 to 22:00
    expect(hoursOf(day, DAY - 1, "Europe/Berlin")).toBe("000000000000000000000003");
    expect(hoursOf(day, DAY - 1, undefined)).toBe("000000000033333333333333");
    expect(hoursOf(day, DAY + 1, undefined)).toBe("333333333333000000000000");
  });

  test("agrees with what the simulator shows of a thousand drawn changes, minute by minute", () => {
    let at = Date.parse("2027-03-25T12:00:00Z");
    const dice = diceOf(11);
    const sim = new GraphSimulator({ now: () => at });
    const [resident] = settle(sim, { ...profileOf(11, dice), sides: 1 }, dice);
    if (resident === undefined) throw new Error("nobody lives here");
    const { name, agenda, zone } = resident;
    for (let count = 0; count < 1_000; count++) {
      change(sim, resident, dice, at);
      at += 1_000;
      if (count % 100 !== 99) continue;
      const [from, minutes] = [Math.floor(at / 60_000) - 1_440, 6 * 1_440];
      const blocks = sim.truth(name.mailbox, name.calendar, from * 60_000, (from + minutes) * 60_000);
      const isBusy = Array.from({ length: minutes }, (_, index) => {
        const [start, end] = [(from + index) * 60_000, (from + index + 1) * 60_000];
        return blocks.some((block) => block.start < end && block.end > start) ? "x" : "0";
      }).join("");
      expect(digitsAt(agenda.now, from, minutes, zone.iana).replaceAll(/[1-4]/g, "x")).toBe(isBusy);
    }
  });

  test("a meeting reaches Outlook as it is meant", () => {
    expect(inputOf({ ...MEETING, gone: "declined", repeat: { every: 2, count: 3 } }, "subject")).toMatchObject({
      ...{ start: "2027-03-27T09:00:00", end: "2027-03-27T10:00:00", response: "declined" },
      recurrence: { pattern: "daily", interval: 2, count: 3 },
    });
  });
});
