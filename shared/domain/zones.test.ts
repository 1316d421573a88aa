import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, type EpochMs, HOUR_MS, instant, later, MINUTE_MS, parseRfc3339, toRfc3339 } from "./time.js";
import windowsZones from "./windowsZones.json" with { type: "json" };
import { dayInterval, meaningOf, resolveZone, type ZoneId } from "./zones.js";

const at = (text: string): EpochMs => parseRfc3339(text) ?? instant(Number.NaN);
const zone = (name: string): ZoneId => resolveZone(name) ?? ("" as ZoneId);
const day = (text: string): number => Date.parse(text) / DAY_MS;

test("R10: the committed list of Windows zones is what CLDR says today", () => {
  const generated = execFileSync(process.execPath, ["local/generateWindowsZones.mjs"], { encoding: "utf8" });
  expect(readFileSync("shared/domain/windowsZones.json", "utf8")).toBe(generated);
});

describe("names", () => {
  test.each([
    ["W. Europe Standard Time", "Europe/Berlin"],
    ["w. europe standard time", "Europe/Berlin"],
    ["Central Asia Standard Time", "Asia/Bishkek"],
    ["Mountain Standard Time (Mexico)", "America/Mazatlan"],
    ["Europe/Berlin", "Europe/Berlin"],
    ["america/port-au-prince", "America/Port-au-Prince"],
    ["Etc/GMT+5", "Etc/GMT+5"],
    ["UTC", "UTC"],
    ["utc", "UTC"],
    ["tzone://Microsoft/Utc", "UTC"],
  ])("R10: %s is the zone %s", (name, want) => {
    expect(resolveZone(name)).toBe(want);
    expect(resolveZone(name)).toBe(want); // from the cache as well
  });

  test.each([
    undefined,
    "",
    " ",
    "tzone://Microsoft/Custom",
    "Customized Time Zone",
    "Mid-Atlantic Standard Time",
    "+01:00",
    "-0500",
    "+01",
    "UTC+1",
    "GMT+6:30",
    "IST",
    "Etc/Unknown",
    "2026-01-01T00:00[Europe/Berlin]",
    "constructor",
    "__proto__",
    "Europe/Berlin ".padEnd(200),
  ])("R10: %j is no zone, and never UTC", (name) => {
    expect(resolveZone(name)).toBeUndefined();
    expect(resolveZone(name)).toBeUndefined();
  });

  test("R10: every Windows name and every zone of this Node resolves, whatever came before it", () => {
    const names = [...Object.entries(windowsZones), ...Intl.supportedValuesOf("timeZone").map((name) => [name, name])];
    const many = Array.from({ length: 1_200 }, (_, index) => `no zone ${index}`);
    for (const name of [...names.map(([one]) => one), ...many, "Europe/Berlin"]) resolveZone(name);
    for (const [name, want] of names) expect(resolveZone(name)).toBe(want === "Etc/UTC" ? "UTC" : want);
  });
});

describe("days", () => {
  test.each<[string, string, string, string]>([
    ["Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"],
    ["Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"],
    ["America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"], // no 00:00 on that day
    ["Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z"], // nor here
    ["Asia/Kathmandu", "2026-06-10", "2026-06-09T18:15:00Z", "2026-06-10T18:15:00Z"],
    ["Pacific/Kiritimati", "2026-06-10", "2026-06-09T10:00:00Z", "2026-06-10T10:00:00Z"],
    ["Etc/GMT+12", "2026-06-10", "2026-06-10T12:00:00Z", "2026-06-11T12:00:00Z"],
    ["UTC", "2026-06-10", "2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z"],
  ])("R10: in %s the day %s is from its midnight to the next", (name, date, start, end) => {
    const { start: from, end: until } = dayInterval({ start: day(date), end: day(date) + 1 }, [zone(name)]);
    expect([toRfc3339(from), toRfc3339(until)]).toEqual([start, end]);
  });

  test("R10: over several zones, or none, a day reaches from the earliest midnight to the latest", () => {
    const span = { start: day("2026-06-10"), end: day("2026-06-12") };
    const some = dayInterval(span, ["Europe/Berlin", "Asia/Tokyo", "America/New_York"].map(zone));
    expect(some).toEqual({ start: at("2026-06-09T15:00:00Z"), end: at("2026-06-12T04:00:00Z") });
    expect(dayInterval(span, [])).toEqual({ start: at("2026-06-09T10:00:00Z"), end: at("2026-06-12T12:00:00Z") });
  });

  test("R10: no zone's day is outside of the day in no zone", () => {
    const zones = Intl.supportedValuesOf("timeZone");
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 5_000, max: 40_000 }), (name, first) => {
        const span = { start: first, end: first + 1 };
        const [own, none] = [dayInterval(span, [zone(name)]), dayInterval(span, [])];
        expect(none.start <= own.start && own.end <= none.end).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("R10: a day is the same after many others have passed through the cache", () => {
    const span = { start: day("2026-03-29"), end: day("2026-03-30") };
    const before = dayInterval(span, [zone("Europe/Berlin")]);
    const places = ["Asia/Tokyo", "Asia/Kolkata", "America/New_York"].map(zone);
    for (let first = 0; first < 14_000; first++) dayInterval({ start: first, end: first + 1 }, places);
    expect(dayInterval(span, [zone("Europe/Berlin")])).toEqual(before);
  });
});

describe("wall-clock times", () => {
  const meaning = (local: string, name: string | undefined): readonly string[] => {
    const { earliest, latest } = meaningOf(at(`${local}:00Z`), name === undefined ? undefined : zone(name));
    return [toRfc3339(earliest), toRfc3339(latest)];
  };

  test.each<[string, string, string | undefined, string, string]>([
    ["a plain time    ", "2026-12-01T09:30", "Europe/Berlin", "2026-12-01T08:30:00Z", "2026-12-01T08:30:00Z"],
    ["before a change ", "2026-03-29T01:30", "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T00:30:00Z"],
    ["a skipped time  ", "2026-03-29T02:30", "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"],
    ["after a change  ", "2026-03-29T12:30", "Europe/Berlin", "2026-03-29T10:30:00Z", "2026-03-29T10:30:00Z"],
    ["a repeated time ", "2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"],
    ["half an hour    ", "2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"],
    ["across midnight ", "2010-11-06T23:30", "America/St_Johns", "2010-11-07T02:00:00Z", "2010-11-07T03:00:00Z"],
    ["in UTC          ", "2026-03-29T02:30", "UTC", "2026-03-29T02:30:00Z", "2026-03-29T02:30:00Z"],
    ["in no known zone", "2026-12-01T09:30", undefined, "2026-11-30T19:30:00Z", "2026-12-01T21:30:00Z"],
  ])("R10: %s", (_name, local, name, first, last) => {
    expect(meaning(local, name)).toEqual([first, last]);
  });

  test("R10: every instant is among what its own wall clock can mean", () => {
    const names = ["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "America/Nuuk", "America/St_Johns"];
    const clocks = new Map(
      names.map((name) => [
        name,
        new Intl.DateTimeFormat("sv", { timeZone: name, dateStyle: "short", timeStyle: "short" }),
      ]),
    );
    const hours = fc.integer({ min: at("2005-01-01T00:00:00Z") / HOUR_MS, max: at("2030-01-01T00:00:00Z") / HOUR_MS });
    const quarter = fc.nat(3);
    fc.assert(
      fc.property(fc.constantFrom(...names), hours, quarter, (name, hour, part) => {
        const when = instant(hour * HOUR_MS + part * 15 * MINUTE_MS);
        const local = at(`${clocks.get(name)?.format(when).replace(" ", "T")}:00Z`);
        const { earliest, latest } = meaningOf(local, zone(name));
        expect([earliest, latest]).toContain(when);
        expect(latest - earliest).toBeLessThanOrEqual(HOUR_MS);
      }),
      { numRuns: 2_000 },
    );
  });

  test("R10: what repeats or is skipped has an earlier and a later meaning, all else has one", () => {
    const local = (index: number): EpochMs => later(at("2026-10-24T22:00:00Z"), index * 15 * MINUTE_MS);
    const widths = Array.from({ length: 24 }, (_, index) => {
      const { earliest, latest } = meaningOf(local(index), zone("Europe/Berlin"));
      return latest > earliest ? "2" : "0";
    });
    expect(widths.join("")).toBe("000000000000000022220000");
  });
});
