import { expect, test } from "vitest";
import type { CalendarAnswer } from "../domain/answer.js";
import type { ReadCalendar } from "../domain/availability.js";
import { calendarIdOf } from "../domain/calendarId.js";
import { instant, later, MINUTE_MS } from "../domain/time.js";
import { availabilityText } from "./availabilityAnswer.js";
import type { AvailabilityRequest } from "./availabilityRequest.js";
import type { Target } from "./calendarRefs.js";

const START = instant(Date.UTC(2026, 11, 1));
const NAME = { tenantId: "contoso.com", mailbox: "anna@contoso.com", calendar: "primary" };
const TARGET: Target = { id: calendarIdOf(NAME), name: NAME };

const answerOf = (intervals: number): CalendarAnswer => ({
  ...{ state: "fresh", reason: undefined, asOf: START, delivery: "push", unknown: [] },
  busy: Array.from({ length: intervals }, (_, index) => {
    const start = later(START, index * 2 * MINUTE_MS);
    return { start, end: later(start, MINUTE_MS) };
  }),
});
const requestFor = (targets: readonly Target[]): AvailabilityRequest => ({
  targets,
  ifStale: "mark",
  query: {
    ...{ start: START, end: later(START, 7_000 * MINUTE_MS), blockOn: ["busy"], allDay: "respect" },
    ...{ bufferMs: { before: 0, after: 0 }, maxAgeMs: 0, detail: false },
  },
});
const textOf = (times: number, answer: CalendarAnswer): string => {
  const found = new Map<Target["id"], ReadCalendar>([[TARGET.id, { row: undefined, answer }]]);
  return availabilityText(requestFor(Array(times).fill(TARGET)), found);
};

test("A8: an answer too long to be written is refused before it is, and says what to ask for instead", () => {
  expect(() => textOf(200, answerOf(2_501))).toThrow(
    expect.objectContaining({ code: "payloadTooLarge", message: expect.stringMatching(/500000 intervals; ask for/) }),
  );
  expect(JSON.parse(textOf(200, answerOf(2))).calendars).toHaveLength(200);
});

test("A4: an id and a name that are not the caller's are told apart, though they mean one calendar", () => {
  const found = new Map<Target["id"], ReadCalendar>([[TARGET.id, { row: undefined, answer: answerOf(0) }]]);
  const { calendars } = JSON.parse(availabilityText(requestFor([TARGET, { id: TARGET.id }]), found));
  expect(calendars.map((one: { mailbox: unknown }) => one.mailbox)).toEqual([NAME.mailbox, null]);
});
