import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type EpochMs, HOUR_MS, instant, MINUTE_MS, parseRfc3339 } from "./time.js";
import { localEnd, localStart, toOffsetTime } from "./wallClock.js";
import { meaningOf, resolveZone, type ZoneId } from "./zones.js";

const at = (text: string): EpochMs => parseRfc3339(text) ?? instant(Number.NaN);
const zone = (name: string): ZoneId => resolveZone(name) ?? ("" as ZoneId);
const BERLIN = zone("Europe/Berlin");
const clock = (local: EpochMs): string => new Date(local).toISOString().slice(0, 16);

test.each([
  ["2026-12-01T09:00:00Z", "UTC", "2026-12-01T09:00"],
  ["2026-12-01T09:00:00Z", "W. Europe Standard Time", "2026-12-01T10:00"],
  ["2026-07-01T09:00:00Z", "Europe/Berlin", "2026-07-01T11:00"],
  ["2026-12-01T09:00:00Z", "India Standard Time", "2026-12-01T14:30"],
  ["2026-03-29T01:00:00Z", "Europe/Berlin", "2026-03-29T03:00"], // there is no 02:00 on that day
])("%s is on the clocks of %s %s, where it starts and where it ends", (time, name, shown) => {
  expect([localStart(at(time), zone(name)), localEnd(at(time), zone(name))].map(clock)).toEqual([shown, shown]);
});

describe("an hour that clocks show twice", () => {
  test.each([
    ["in its first showing", "2026-10-25T00:30:00Z"],
    ["in its second", "2026-10-25T01:30:00Z"],
    ["at its very start", "2026-10-25T00:00:00Z"],
    ["between the two", "2026-10-25T01:00:00Z"],
  ])("A13: what starts or ends there (%s) is shown from before it to after it", (_, time) => {
    expect(clock(localStart(at(time), BERLIN))).toBe("2026-10-25T01:59");
    expect(clock(localEnd(at(time), BERLIN))).toBe("2026-10-25T03:00");
  });

  const zones = ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "America/New_York", "Asia/Kolkata"];
  test("A13: however a reader takes the shown times, they hold all of the busy time", () => {
    const near = fc.integer({ min: 0, max: 365 * 24 * 60 }).map((minutes) => minutes * MINUTE_MS);
    const folds = ["2026-10-25T01:00:00Z", "2026-11-01T04:30:00Z", "2026-11-01T06:00:00Z", "2026-04-04T15:00:00Z"];
    const around = fc
      .tuple(fc.constantFrom(...folds), fc.integer({ min: -150, max: 150 }))
      .map(([fold, minutes]) => at(fold) + minutes * MINUTE_MS);
    const start = fc.oneof(
      near.map((ms) => at("2026-01-01T00:00:00Z") + ms),
      around,
    );
    fc.assert(
      fc.property(fc.constantFrom(...zones), start, fc.integer({ min: 1, max: 300 }), (name, startMs, minutes) => {
        const [from, until] = [instant(startMs), instant(startMs + minutes * MINUTE_MS)];
        const shownFrom = meaningOf(localStart(from, zone(name)), zone(name));
        const shownUntil = meaningOf(localEnd(until, zone(name)), zone(name));
        expect(shownFrom.latest).toBeLessThanOrEqual(from);
        expect(shownUntil.earliest).toBeGreaterThanOrEqual(until);
        expect(from - shownFrom.earliest).toBeLessThan(3 * HOUR_MS);
        expect(shownUntil.latest - until).toBeLessThan(3 * HOUR_MS);
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  ["2026-12-01T09:00:00Z", "UTC", "2026-12-01T09:00:00Z"],
  ["2026-12-01T09:00:00.900Z", "UTC", "2026-12-01T09:00:00Z"],
  ["2026-12-01T23:30:00Z", "Europe/Berlin", "2026-12-02T00:30:00+01:00"],
  ["2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-25T02:30:00+02:00"],
  ["2026-10-25T01:30:00Z", "Europe/Berlin", "2026-10-25T02:30:00+01:00"],
  ["2026-12-01T09:00:00Z", "America/St_Johns", "2026-12-01T05:30:00-03:30"],
])("%s with the offset of %s is %s", (time, name, text) => {
  expect(toOffsetTime(at(time), zone(name))).toBe(text);
});

test("a time with its offset is the same instant in any zone", () => {
  const instants = fc.integer({ min: at("2020-01-01T00:00:00Z"), max: at("2035-01-01T00:00:00Z") });
  const names = fc.constantFrom("Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "UTC");
  fc.assert(
    fc.property(instants, names, (ms, name) => {
      const whole = instant(Math.floor(ms / 1_000) * 1_000);
      expect(parseRfc3339(toOffsetTime(whole, zone(name)))).toBe(whole);
    }),
  );
});
