import fc from "fast-check";
import { expect, test } from "vitest";
import { type CalendarId, calendarIdOf, mailboxPart } from "./calendarId.js";
import { type KeyRange, rangesOfPart, shareBefore } from "./keyRange.js";

const KEYS = Array.from({ length: 3_000 }, (_, index) => keyOf(index)).sort();

function keyOf(index: number): string {
  const id: CalendarId = calendarIdOf({ tenantId: "t", mailbox: `m${index}`, calendar: "primary" });
  return mailboxPart(id);
}

const isWithin = (key: string, { from, to }: KeyRange): boolean =>
  (from === undefined || key >= from) && (to === undefined || key < to);

/** All parts of a round, one after another. */
function roundOf(parts: number, ranges: number): KeyRange[][] {
  const round: KeyRange[][] = [];
  let from: string | undefined;
  do {
    const part = rangesOfPart(from, parts, ranges);
    round.push(part);
    from = part.at(-1)?.to;
  } while (from !== undefined && round.length <= parts);
  return round;
}

const divisions = fc.record({ parts: fc.integer({ min: 1, max: 1_000 }), ranges: fc.integer({ min: 1, max: 16 }) });

test("S8: a round takes as many parts as it is divided into, and holds every key exactly once", () => {
  fc.assert(
    fc.property(divisions, ({ parts, ranges }) => {
      const round = roundOf(parts, ranges);
      expect(round.length).toBeLessThanOrEqual(parts);
      expect(round.length).toBeGreaterThan(parts * 0.99);
      const bounds = round.flat().flatMap(({ from = "", to = "~" }) => [from, to]);
      expect(bounds).toEqual([...bounds].sort()); // each range begins where the one before it ended
      for (let index = 2; index < bounds.length; index += 2) expect(bounds[index]).toBe(bounds[index - 1]);
      expect([bounds[0], bounds.at(-1)]).toEqual(["", "~"]);
    }),
    { numRuns: 40 },
  );
});

test("S8: the parts of a round are of equal size, and so are the ranges of a part", () => {
  const sizes = roundOf(3, 4)
    .flat()
    .map((range) => KEYS.filter((key) => isWithin(key, range)).length);
  expect(sizes).toHaveLength(12);
  for (const size of sizes) expect(Math.abs(size - KEYS.length / 12)).toBeLessThan(60);
});

test("S8: a part that ended early goes on with the very key, to where it would have ended", () => {
  const key = KEYS[1_200] ?? "";
  const part = rangesOfPart(key, 4, 3);
  expect(part[0]?.from).toBe(key);
  expect(part.at(-1)?.to).toBe(rangesOfPart(undefined, 2, 1)[0]?.to);
});

test("S8: how much of the keys lies before one tells how many rows there are", () => {
  for (const [index, key] of KEYS.entries())
    expect(Math.abs(shareBefore(key) - index / KEYS.length)).toBeLessThan(0.05);
  expect(shareBefore("2222222222222222")).toBe(0);
});
