import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY_MS, instant, parseRfc3339, startOfUtcDay, toRfc3339, utcInstant } from "./time.js";

describe.each(["UTC", "America/New_York"])("with the process in %s", (zone) => {
  const before = process.env.TZ;
  beforeEach(() => {
    process.env.TZ = zone;
    expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone);
  });
  afterEach(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  test("a time that was written is read back, and is UTC", () => {
    const times = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(times, (ms) => {
        expect(parseRfc3339(toRfc3339(instant(ms)))).toBe(ms);
      }),
    );
    expect(toRfc3339(instant(Date.UTC(2026, 11, 1, 9)))).toBe("2026-12-01T09:00:00Z");
    expect(toRfc3339(instant(Date.UTC(2026, 11, 1, 9, 0, 0, 5)))).toBe("2026-12-01T09:00:00.005Z");
  });

  test.each([
    ["2026-12-01T09:00:00Z", "2026-12-01T09:00:00Z"],
    ["2026-12-01t09:00:00z", "2026-12-01T09:00:00Z"],
    ["2026-12-01T09:00:00+01:00", "2026-12-01T08:00:00Z"],
    ["2026-12-01T00:15:00-05:30", "2026-12-01T05:45:00Z"],
    ["2026-12-01T09:00:00-00:00", "2026-12-01T09:00:00Z"],
    ["2026-12-31T23:59:59+23:59", "2026-12-31T00:00:59Z"],
    ["2026-12-01T09:00:00.5Z", "2026-12-01T09:00:00.500Z"],
    ["2026-12-01T09:00:00.123456789Z", "2026-12-01T09:00:00.123Z"],
    ["2026-12-01T09:00:00.9999999Z", "2026-12-01T09:00:00.999Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"],
  ])("%s is %s", (text, want) => {
    expect(toRfc3339(parseRfc3339(text) ?? instant(0))).toBe(want);
  });
});

test.each([
  "",
  "2026-12-01",
  "2026-12-01T09:00:00",
  "2026-12-01 09:00:00Z",
  "2026-12-01T09:00Z",
  "2026-12-01T09:00:00+0100",
  "2026-12-01T09:00:00+01",
  "2026-12-01T09:00:00 01:00",
  "2026-12-01T09:00:00+24:00",
  "2026-12-01T09:00:00+01:60",
  "2026-12-01T09:00:00.Z",
  "2026-12-01T09:00:00.1234567890Z",
  "2026-12-01T24:00:00Z",
  "2026-12-01T09:60:00Z",
  "2026-12-31T23:59:60Z",
  "2026-00-01T09:00:00Z",
  "2026-13-01T09:00:00Z",
  "2026-02-29T09:00:00Z",
  "2026-04-31T09:00:00Z",
  "0099-01-01T00:00:00Z",
  "+002026-12-01T09:00:00Z",
  " 2026-12-01T09:00:00Z",
  "2026-12-01T09:00:00Z\n",
  "٢٠٢٦-12-01T09:00:00Z",
])("%j is no RFC 3339 time with an offset", (text) => {
  expect(parseRfc3339(text)).toBeUndefined();
});

test("a text that is read names the time that JavaScript reads in it, to the millisecond", () => {
  const two = (max: number, min = 0) => fc.integer({ min, max }).map((value) => `${value}`.padStart(2, "0"));
  const offset = fc.oneof(
    fc.constant("Z"),
    fc.tuple(fc.constantFrom("+", "-"), two(23), two(59)).map(([sign, hour, minute]) => `${sign}${hour}:${minute}`),
  );
  const parts = fc.tuple(
    fc.integer({ min: 1000, max: 9999 }),
    two(12, 1),
    two(28, 1),
    two(23),
    two(59),
    two(59),
    offset,
  );
  fc.assert(
    fc.property(parts, ([year, month, day, hour, minute, second, zone]) => {
      const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.25${zone}`;
      expect(parseRfc3339(text)).toBe(Date.parse(text));
    }),
  );
});

test("a wall-clock time with a part missing or out of range is none", () => {
  expect(utcInstant(2026, 12, 1, 9, 30)).toBe(Date.UTC(2026, 11, 1, 9, 30));
  expect(utcInstant(2026, 12, 1, 9)).toBeUndefined();
  expect(utcInstant(2026, 12, 0, 9, 30)).toBeUndefined();
  expect(utcInstant(2026, 12, 1, -1, 30)).toBeUndefined();
});

test("a UTC day starts at or before each of its instants, also before 1970", () => {
  fc.assert(
    fc.property(fc.integer({ min: -DAY_MS * 9, max: DAY_MS * 9 }), (ms) => {
      const start = startOfUtcDay(instant(ms));
      expect(Math.abs(start % DAY_MS)).toBe(0);
      expect(start <= ms && ms < start + DAY_MS).toBe(true);
    }),
  );
});
