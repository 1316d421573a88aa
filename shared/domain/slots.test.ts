import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answering, idOf, inMs } from "../../test/rowAnswers.js";
import { isMerged } from "../../test/timeline.js";
import { STATES } from "./answer.js";
import type { Interval } from "./blocks.js";
import type { Rule } from "./combine.js";
import { type Participant, slotsOf } from "./slots.js";
import { instant, MINUTE_MS } from "./time.js";

interface Group {
  readonly of: readonly number[];
  readonly required: Rule;
}
const slotsFor = (rows: readonly string[], groups: readonly Group[], starts: readonly number[], duration: number) => {
  const answers = new Map(rows.map((row, index) => [idOf(index), answering(row)]));
  const participants = groups.map(({ of, required }): Participant => ({ calendars: of.map(idOf), required }));
  return slotsOf(
    starts.map((start) => instant(start * MINUTE_MS)),
    duration * MINUTE_MS,
    participants,
    answers,
  );
};
/** Each slot as its first minute and the numbers of the rows that are free in it. */
const told = (rows: readonly string[], groups: readonly Group[], starts: readonly number[], duration: number) =>
  slotsFor(rows, groups, starts, duration).slots.map(({ start, calendars }) => [
    start / MINUTE_MS,
    ...calendars.map((id) => rows.findIndex((_, index) => idOf(index) === id)),
  ]);
const everyone = (count: number, required: Rule): Group => ({ of: [...Array(count).keys()], required });

describe("slots", () => {
  test("a slot is offered where everybody needed is free during the whole of it", () => {
    expect(told(["00220000", "00000022"], [everyone(2, "all")], [0, 2, 4, 6], 2)).toEqual([
      [0, 0, 1],
      [4, 0, 1],
    ]);
  });

  test("A2: no slot lies in unknown time, not even by a minute", () => {
    const { slots, unknown } = slotsFor(["000?0000"], [everyone(1, "all")], [0, 1, 2, 3, 4], 3);
    expect(slots.map(({ start }) => start / MINUTE_MS)).toEqual([0, 4]);
    expect(unknown).toEqual([inMs({ start: 1, end: 6 })]);
  });

  test("one after the other is nobody: who takes turns must be free for all of the slot", () => {
    expect(told(["0022", "2200"], [everyone(2, "any")], [0, 1, 2], 2)).toEqual([
      [0, 0],
      [2, 1],
    ]);
  });

  test("where somebody is known to be busy it is not unknown, whatever else is", () => {
    const { slots, unknown } = slotsFor(["????", "0220"], [everyone(2, "all")], [0, 1, 2], 2);
    expect(slots).toEqual([]);
    expect(unknown).toEqual([]);
  });

  test("every group must be met, and each by its own rule", () => {
    const groups: Group[] = [
      { of: [0], required: "all" },
      { of: [1, 2, 3], required: { atLeast: 2 } },
    ];
    expect(told(["0000", "0220", "2220", "0002"], groups, [0, 1, 2, 3], 1)).toEqual([
      [0, 0, 1, 3],
      [3, 0, 1, 2],
    ]);
  });

  test("a calendar without an answer is unknown", () => {
    const participants: Participant[] = [{ calendars: [idOf(7)], required: "all" }];
    expect(slotsOf([instant(0)], MINUTE_MS, participants, new Map())).toMatchObject({
      slots: [],
      unknown: [inMs({ start: 0, end: 1 })],
      state: "unknown",
      asOf: undefined,
    });
  });

  test("the state is the worst of all calendars', the age the oldest", () => {
    const state = fc.constantFrom(...STATES);
    fc.assert(
      fc.property(fc.array(fc.record({ state, asOf: fc.nat(9).map(instant) }), { minLength: 1 }), (some) => {
        const answers = new Map(some.map((change, index) => [idOf(index), answering("0", change)]));
        const whole = slotsOf([], MINUTE_MS, [{ calendars: [...answers.keys()], required: "any" }], answers);
        expect(whole.state).toBe(STATES.findLast((one) => some.some((answer) => answer.state === one)));
        expect(whole.asOf).toBe(Math.min(...some.map(({ asOf }) => asOf)));
      }),
    );
  });

  const LENGTH = 16;
  const row = fc.string({ unit: fc.constantFrom(..."00002?"), minLength: LENGTH, maxLength: LENGTH });
  const groupOf = (rows: number) =>
    fc.subarray([...Array(rows).keys()], { minLength: 1 }).chain((of) =>
      fc.oneof(
        fc.constant<Group>({ of, required: "all" }),
        fc.constant<Group>({ of, required: "any" }),
        fc.integer({ min: 1, max: of.length }).map((atLeast): Group => ({ of, required: { atLeast } })),
      ),
    );
  const cases = fc.array(row, { minLength: 1, maxLength: 5 }).chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      groups: fc.array(groupOf(rows.length), { minLength: 1, maxLength: 3 }),
      duration: fc.integer({ min: 1, max: 5 }),
      starts: fc.subarray([...Array(LENGTH).keys()]),
    }),
  );

  /** Busy, unknown or free, minute by minute and then by the rules word for word. */
  const verdictOf = (rows: readonly string[], { of, required }: Group, start: number, duration: number): string => {
    const kinds = of.map((index) => {
      const during = rows[index]?.slice(start, start + duration) ?? "";
      return during.includes("2") ? "2" : during.includes("?") ? "?" : "0";
    });
    const [free, unknown] = [kinds.filter((kind) => kind === "0").length, kinds.filter((kind) => kind === "?").length];
    const needed = required === "all" ? of.length : required === "any" ? 1 : required.atLeast;
    return free >= needed ? "0" : free + unknown >= needed ? "?" : "2";
  };

  test("A5, A2: a slot is offered exactly where every group's rule says free, and is unknown where none says busy", () => {
    fc.assert(
      fc.property(cases, ({ rows, groups, duration, starts }) => {
        const padded = rows.map((one) => one.padEnd(LENGTH + duration, "0"));
        const { slots, unknown } = slotsFor(padded, groups, starts, duration);
        const verdicts = starts.map((start) => {
          const all = groups.map((group) => verdictOf(padded, group, start, duration));
          return { start, verdict: ["2", "?", "0"].find((one) => all.includes(one)) };
        });
        const those = (wanted: string) =>
          verdicts
            .filter(({ verdict }) => verdict === wanted)
            .map(({ start }) => inMs({ start, end: start + duration }));
        const free = ({ start }: Interval) =>
          padded.flatMap((one, index) =>
            /^0+$/.test(one.slice(start / MINUTE_MS, start / MINUTE_MS + duration)) ? [idOf(index)] : [],
          );
        expect(slots).toEqual(those("0").map((slot) => ({ ...slot, calendars: free(slot) })));
        const minutes = (intervals: readonly Interval[]) =>
          new Set(
            intervals.flatMap(({ start, end }) =>
              Array.from({ length: (end - start) / MINUTE_MS }, (_, index) => start / MINUTE_MS + index),
            ),
          );
        expect(minutes(unknown)).toEqual(minutes(those("?")));
        expect(isMerged(unknown)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
