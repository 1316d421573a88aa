import fc from "fast-check";
import { expect, test } from "vitest";
import { DIGIT_OF, timed } from "../../test/timeline.js";
import type { Knowledge } from "./answer.js";
import { TOO_OLD_MS } from "./answer.js";
import { DAY_MS, type EpochMs, HOUR_MS, instant, later, MINUTE_MS, parseRfc3339 } from "./time.js";
import { type WholeView, wholeView } from "./wholeView.js";
import { resolveZone } from "./zones.js";

const at = (text: string): EpochMs => parseRfc3339(text) ?? instant(Number.NaN);
const NOW = at("2026-12-01T12:00:00Z");
const MAX_AGE_MS = 20 * MINUTE_MS;
const WINDOW = { start: later(NOW, -HOUR_MS), end: later(NOW, DAY_MS) };
const minute = (index: number): EpochMs => later(NOW, index * MINUTE_MS);

type Known = Extract<Knowledge, { kind: "known" }>;
const knowing = (rows: readonly string[], change: Partial<Known> = {}): Known => ({
  kind: "known",
  asOf: NOW,
  window: WINDOW,
  layers: timed(rows, NOW / MINUTE_MS),
  zones: [],
  delivery: "push",
  ...change,
});
const view = (knowledge: Knowledge, from = 0, until = 10): WholeView =>
  wholeView(knowledge, { start: minute(from), end: minute(until) }, MAX_AGE_MS, NOW);

test.each<[string, Knowledge, number, number, string]>([
  ["a calendar nobody watches", { kind: "unknown", reason: "notWatched", delivery: "none" }, 0, 10, "notWatched"],
  [
    "what Outlook denies",
    { kind: "unknown", reason: "accessDenied", delivery: "push", asOf: NOW },
    0,
    1,
    "accessDenied",
  ],
  ["an old copy", knowing(["22"], { asOf: later(NOW, -MAX_AGE_MS - 1) }), 0, 10, "stale"],
  ["a copy older than a day", knowing(["22"], { asOf: later(NOW, -TOO_OLD_MS - 1) }), 0, 10, "tooOld"],
  ["a start before the window", knowing(["22"]), -61, 10, "beyondHorizon"],
  ["an end after the window", knowing(["22"]), 0, 24 * 60 + 1, "beyondHorizon"],
  ["a range beyond it that is busy all over", knowing(["4".repeat(2_000)]), 0, 24 * 60 + 1, "beyondHorizon"],
])("A2, A10: %s is refused", (_, knowledge, from, until, reason) => {
  expect(view(knowledge, from, until)).toMatchObject({ kind: "refused", reason });
});

test("A10: the window's own edges are answered, with the age of the copy", () => {
  const asOf = later(NOW, -MAX_AGE_MS);
  expect(view(knowing(["22"], { asOf }), -60, 24 * 60)).toEqual({
    kind: "whole",
    asOf,
    instances: [{ status: "busy", start: minute(0), end: minute(2) }],
  });
});

test("A10: what reaches into the range is there at its full length, what only touches it is not", () => {
  const { instances } = view(knowing(["2220000222", "0000033000"]), 2, 7) as Extract<WholeView, { kind: "whole" }>;
  expect(
    instances.map(({ status, start, end }) => [status, (start - NOW) / MINUTE_MS, (end - NOW) / MINUTE_MS]),
  ).toEqual([
    ["busy", 0, 3],
    ["oof", 5, 7],
  ]);
});

test("R10: an all-day block has its dates, and the midnights of the reader's zone", () => {
  const days = { start: at("2026-12-02T00:00:00Z") / DAY_MS, end: at("2026-12-03T00:00:00Z") / DAY_MS };
  const zones = [resolveZone("Europe/Berlin")].filter((zone) => zone !== undefined);
  const knowledge = knowing([], { layers: [{ status: "oof", allDay: true, spans: [days] }], zones });
  const expected = { status: "oof", days, start: at("2026-12-01T23:00:00Z"), end: at("2026-12-02T23:00:00Z") };
  const touching = (from: string, until: string) =>
    wholeView(knowledge, { start: at(from), end: at(until) }, MAX_AGE_MS, NOW);
  expect(touching("2026-12-01T22:00:00Z", "2026-12-01T23:30:00Z")).toMatchObject({ instances: [expected] });
  expect(touching("2026-12-01T22:00:00Z", "2026-12-01T23:00:00Z")).toMatchObject({ instances: [] });
  const window = { ...WINDOW, end: later(NOW, 3 * DAY_MS) };
  const after = { start: at("2026-12-02T23:00:00Z"), end: at("2026-12-03T09:00:00Z") };
  expect(wholeView({ ...knowledge, window }, after, MAX_AGE_MS, NOW)).toMatchObject({ instances: [] });
});

const rows = fc.array(fc.stringMatching(/^[0-4]{12}$/), { maxLength: 5 });
test("A10: at every minute it holds exactly what the calendar holds", () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 0, max: 11 }), fc.integer({ min: 1, max: 12 }), (calendar, from, length) => {
      const until = Math.min(12, from + length);
      const whole = view(knowing(calendar), from, until);
      if (whole.kind !== "whole") throw new Error(whole.reason);
      for (let index = from; index < until; index++)
        for (const [status, digit] of Object.entries(DIGIT_OF))
          expect(
            whole.instances.some(
              (one) => one.status === status && one.start <= minute(index) && one.end > minute(index),
            ),
          ).toBe(calendar.some((row) => row[index] === digit));
    }),
  );
});
