import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answering, idOf, inMs } from "../../test/rowAnswers.js";
import { isMerged, shown } from "../../test/timeline.js";
import { type CalendarAnswer, STATES } from "./answer.js";
import type { CalendarId } from "./calendarId.js";
import { type Combined, combine, type Rule } from "./combine.js";
import { instant } from "./time.js";

const byId = (answers: readonly CalendarAnswer[]): ReadonlyMap<CalendarId, CalendarAnswer> =>
  new Map(answers.map((answer, index) => [idOf(index), answer]));
const combined = (rows: readonly string[], rule: Rule): Combined =>
  combine(byId(rows.map((row) => answering(row))), rule, inMs({ start: 0, end: rows[0]?.length ?? 8 }));
/** x where it is not exactly one of the three. */
const digits = ({ busy, unknown, free }: Combined, length: number): string => {
  const parts = [shown({ 2: busy }, 0, length), shown({ "?": unknown }, 0, length), shown({ F: free }, 0, length)];
  return Array.from({ length }, (_, at) => {
    const there = parts.map((part) => part[at]).filter((digit) => digit !== "0");
    return there.length === 1 ? there[0]?.replace("F", "0") : "x";
  }).join("");
};

describe("A5", () => {
  const rows = ["00022??", "02?2?2?", "0000000"];
  test.each<[string, readonly string[], Rule, string]>([
    ["all of one are that one      ", ["02?0"], "all", "02?0"],
    ["any of one is that one       ", ["02?0"], "any", "02?0"],
    ["all: one busy makes it busy  ", rows, "all", "02?222?"],
    ["any: one free makes it free  ", rows, "any", "0000000"],
    ["any: all busy make it busy   ", ["022?", "0222"], "any", "022?"],
    ["two of three need two free   ", rows, { atLeast: 2 }, "0002???"],
    ["three of three are all       ", rows, { atLeast: 3 }, "02?222?"],
    ["more than there are never are", rows, { atLeast: 4 }, "2222222"],
  ])("A5: %s", (_name, answers, rule, want) => {
    expect(digits(combined(answers, rule), want.length)).toBe(want);
  });

  const LENGTH = 14;
  const row = fc.string({ unit: fc.constantFrom(..."0022?"), minLength: LENGTH, maxLength: LENGTH });
  const ruleFor = (calendars: number) =>
    fc.oneof(
      fc.constant<Rule>("all"),
      fc.constant<Rule>("any"),
      fc.integer({ min: 1, max: calendars }).map((atLeast): Rule => ({ atLeast })),
    );
  const cases = fc
    .array(row, { minLength: 1, maxLength: 6 })
    .chain((some) => fc.tuple(fc.constant(some), ruleFor(some.length)));

  /** The three rules, word for word. */
  const expected = (column: readonly string[], rule: Rule): string => {
    const [busy, unknown, free] = ["2", "?", "0"].map((kind) => column.filter((digit) => digit === kind).length) as [
      number,
      number,
      number,
    ];
    if (rule === "all") return busy > 0 ? "2" : unknown > 0 ? "?" : "0";
    if (rule === "any") return free > 0 ? "0" : unknown > 0 ? "?" : "2";
    return free >= rule.atLeast ? "0" : free + unknown >= rule.atLeast ? "?" : "2";
  };

  test("A5: busy, unknown and free partition the request, and each minute is what the rule says", () => {
    fc.assert(
      fc.property(cases, ([some, rule]) => {
        const whole = combined(some, rule);
        const want = Array.from({ length: LENGTH }, (_, at) =>
          expected(
            some.map((one) => one[at] ?? ""),
            rule,
          ),
        );
        expect(digits(whole, LENGTH)).toBe(want.join(""));
        expect([whole.busy, whole.unknown, whole.free].every(isMerged)).toBe(true);
      }),
    );
  });

  test("A5: the state is the worst and the age is the oldest, none where one calendar has none", () => {
    const ages = fc.option(fc.integer({ min: 0, max: 9 }).map(instant), { nil: undefined });
    const answers = fc.array(fc.record({ state: fc.constantFrom(...STATES), asOf: ages }), { minLength: 1 });
    fc.assert(
      fc.property(answers, (some) => {
        const whole = combine(byId(some.map((change) => answering("0", change))), "all", inMs({ start: 0, end: 1 }));
        const has = (state: string) => some.some((one) => one.state === state);
        expect(whole.state).toBe(has("unknown") ? "unknown" : has("stale") ? "stale" : "fresh");
        const known = some.flatMap(({ asOf }) => (asOf === undefined ? [] : [asOf]));
        expect(whole.asOf).toBe(known.length === some.length ? known.toSorted((a, b) => a - b)[0] : undefined);
      }),
    );
  });

  test("A5, A2: of no calendars nothing is known", () => {
    const whole = combine(new Map(), "any", inMs({ start: 0, end: 4 }));
    expect(whole).toMatchObject({ state: "unknown", asOf: undefined });
    expect(digits(whole, 4)).toBe("????");
  });

  test("A5: a rule that needs nobody still needs one", () => {
    expect(digits(combined(["02?0"], { atLeast: 0 }), 4)).toBe("02?0");
  });
});
