import fc from "fast-check";
import { expect, test } from "vitest";
import { isMerged, shown } from "../../test/timeline.js";
import { clipped, merged, without } from "./intervals.js";
import { instant, MINUTE_MS } from "./time.js";

const MINUTES = 20;
const interval = fc
  .tuple(fc.nat(MINUTES), fc.nat(MINUTES))
  .map(([a, b]) => ({ start: instant(a * MINUTE_MS), end: instant(b * MINUTE_MS) }));
const intervals = fc.array(interval, { maxLength: 8 });
const minutesOf = (ranges: Parameters<typeof shown>[0][string]): string => shown({ 2: ranges }, 0, MINUTES);

test("merged intervals hold the same minutes, in the fewest intervals there can be", () => {
  fc.assert(
    fc.property(intervals, (some) => {
      expect(isMerged(merged(some))).toBe(true);
      expect(minutesOf(merged(some))).toBe(minutesOf(some));
    }),
  );
});

test("what is taken away is gone, and nothing else", () => {
  fc.assert(
    fc.property(intervals, intervals, (some, taken) => {
      const left = without(merged(some), merged(taken));
      const holes = minutesOf(taken);
      const want = [...minutesOf(some)].map((digit, at) => (holes[at] === "2" ? "0" : digit)).join("");
      expect(minutesOf(left)).toBe(want);
      expect(left.every(({ start, end }) => start < end)).toBe(true);
    }),
  );
});

test("clipped intervals keep their order and what else they carry, and lie within the bounds", () => {
  const bounds = { start: instant(5 * MINUTE_MS), end: instant(9 * MINUTE_MS) };
  const some = [3, 8, 5, 1, 9].map((minute) => ({
    start: instant(minute * MINUTE_MS),
    end: instant((minute + 3) * MINUTE_MS),
    minute,
  }));
  expect(clipped(some, bounds)).toEqual([
    { start: 5 * MINUTE_MS, end: 6 * MINUTE_MS, minute: 3 },
    { start: 8 * MINUTE_MS, end: 9 * MINUTE_MS, minute: 8 },
    { start: 5 * MINUTE_MS, end: 8 * MINUTE_MS, minute: 5 },
  ]);
});
