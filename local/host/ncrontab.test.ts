import fc from "fast-check";
import { expect, test } from "vitest";
import { nextOccurrence, parseSchedule, type Schedule } from "./ncrontab.js";

const schedule = (text: string): Schedule => {
  const parsed = parseSchedule(text);
  if (parsed === undefined) throw new Error(`not a schedule: ${text}`);
  return parsed;
};
const local = (text: string): Date => new Date(text); // without a zone, a date and time are local

test.each([
  ["every second", "* * * * * *", "2026-03-02T10:20:30", "2026-03-02T10:20:31"],
  ["every five minutes", "0 */5 * * * *", "2026-03-02T10:20:00", "2026-03-02T10:25:00"],
  ["a start with a step runs to the end of the field", "0 5/15 * * * *", "2026-03-02T10:20:01", "2026-03-02T10:35:00"],
  ["a start with a step of one is that value alone", "0 5/1 * * * *", "2026-03-02T10:05:00", "2026-03-02T11:05:00"],
  ["five fields mean second 0", "30 4 * * *", "2026-03-02T10:20:30", "2026-03-03T04:30:00"],
  ["a range with a step", "0 0 8-18/5 * * *", "2026-03-02T08:00:00", "2026-03-02T13:00:00"],
  ["a range the wrong way round is turned", "0 0 18-8/5 * * *", "2026-03-02T08:00:00", "2026-03-02T13:00:00"],
  ["lists", "15,45 0 0 1 1 *", "2026-01-01T00:00:15", "2026-01-01T00:00:45"],
  ["weekdays by name", "0 0 9 * * mon-Friday", "2026-03-06T09:00:00", "2026-03-09T09:00:00"],
  ["months by the beginning of the name", "0 0 0 1 ju *", "2026-01-01T00:00:00", "2026-06-01T00:00:00"],
  ["day AND weekday must match", "0 0 0 13 * 5", "2026-03-13T00:00:00", "2026-11-13T00:00:00"],
  ["a leap day", "0 0 0 29 2 *", "2026-03-01T00:00:00", "2028-02-29T00:00:00"],
  ["a leap day on a given weekday", "0 0 0 29 2 0", "2026-03-01T00:00:00", "2032-02-29T00:00:00"],
])("%s", (_name, text, after, want) => {
  expect(nextOccurrence(schedule(text), local(after))).toEqual(local(want));
});

test.each(["", "* * * *", "* * * * * * *", "60 * * * * *", "* * 24 * * *", "* * * 0 * *", "* * * * 13 *"])(
  "%j is not an expression",
  (text) => expect(parseSchedule(text)).toBeUndefined(),
);
test.each([
  "* * * * * 7",
  "*/0 * * * * *",
  "1- * * * * *",
  "1-2-3 * * * * *",
  ", * * * * *",
  "? * * * * *",
  "00:05:00",
])("%j is not an expression either", (text) => expect(parseSchedule(text)).toBeUndefined());

test("a day that never comes has no occurrence", () => {
  expect(nextOccurrence(schedule("0 0 0 30 2 *"), local("2026-01-01T00:00:00"))).toBeUndefined();
});

const field = (min: number, max: number) =>
  fc.oneof(
    fc.constant("*"),
    fc.integer({ min, max }).map(String),
    fc.tuple(fc.integer({ min, max }), fc.integer({ min: 1, max: 9 })).map(([from, step]) => `${from}/${step}`),
    fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map(([a, b]) => `${a}-${b}`),
    fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: 4 }).map((values) => values.join(",")),
  );
const expression = fc
  .tuple(field(0, 59), field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6))
  .map((fields) => schedule(fields.join(" ")));
const moment = fc.date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true });

const matches = (s: Schedule, at: Date): boolean =>
  s.seconds.includes(at.getSeconds()) &&
  s.minutes.includes(at.getMinutes()) &&
  s.hours.includes(at.getHours()) &&
  s.days.includes(at.getDate()) &&
  s.months.includes(at.getMonth() + 1) &&
  s.weekdays.includes(at.getDay());

test("an occurrence is later, on a whole second, and matches every field", () => {
  fc.assert(
    fc.property(expression, moment, (s, after) => {
      const next = nextOccurrence(s, after);
      fc.pre(next !== undefined);
      expect(next.getTime()).toBeGreaterThan(after.getTime());
      expect(next.getMilliseconds()).toBe(0);
      expect(matches(s, next) || crossesClockChange(after, next)).toBe(true);
    }),
  );
});

test("no second between a moment and the next occurrence matches", () => {
  const SECONDS_LOOKED_AT = 1_000;
  fc.assert(
    fc.property(expression, moment, (s, after) => {
      const first = Math.floor(after.getTime() / 1_000) * 1_000 + 1_000;
      const next = nextOccurrence(s, after)?.getTime() ?? Number.POSITIVE_INFINITY;
      for (let at = first; at < Math.min(next, first + SECONDS_LOOKED_AT * 1_000); at += 1_000) {
        const missed = matches(s, new Date(at)) && !crossesClockChange(after, new Date(at + 3_600_000));
        expect(missed, `${s.text} missed ${new Date(at)}`).toBe(false);
      }
    }),
  );
});

/** Where clocks change, an hour is missing or comes twice: what happens then is not promised. */
const crossesClockChange = (from: Date, to: Date): boolean => {
  const hours = [from.getTime() - 3_600_000, to.getTime() - 7_200_000, to.getTime() - 3_600_000, to.getTime()];
  return new Set(hours.map((at) => new Date(at).getTimezoneOffset())).size > 1;
};
