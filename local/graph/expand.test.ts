/** Series against an oracle that knows nothing of the simulator: it walks day by day and asks Intl what clocks show. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { EventInput } from "./event.js";
import { ANNA, testBed } from "./testBed.js";

const DAY_MS = 86_400_000;
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
const FIRST = Date.parse("2026-09-28"); // both changes of the clocks lie in the year after it
const DAYS = 240;
const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const formats = new Map<string, Intl.DateTimeFormat>();
/** What a clock in the zone shows, "2026-12-01T10:00". */
function clock(ms: number, zone: string): string {
  const options = { timeZone: zone, hourCycle: "h23", dateStyle: "short", timeStyle: "short" } as const;
  const format = formats.get(zone) ?? new Intl.DateTimeFormat("sv-SE", options);
  formats.set(zone, format);
  return format.format(ms).replace(" ", "T");
}

/** The earliest instant at which a clock in the zone shows this; every offset there is gets tried. */
function instant(wall: string, zone: string): number {
  const asUtc = Date.parse(`${wall}Z`);
  for (let minutes = 14 * 60; minutes >= -12 * 60; minutes -= 15)
    if (clock(asUtc - minutes * 60_000, zone) === wall) return asUtc - minutes * 60_000;
  throw new Error(`${wall} does not exist in ${zone}`);
}

interface Series {
  readonly first: number;
  readonly pattern: "daily" | "weekly" | "monthly";
  readonly interval: number;
  readonly weekdays: readonly (typeof WEEKDAYS)[number][];
  readonly count: number | undefined;
  readonly until: number | undefined;
  /** Hour of the day, 5 to 20: always there, whatever the clocks do. */
  readonly hour: number;
  readonly zone: string;
  readonly isAllDay: boolean;
  readonly deleted: readonly number[];
  /** n-th occurrence → so many days later. */
  readonly moved: readonly (readonly [number, number])[];
}

const series: fc.Arbitrary<Series> = fc.record({
  first: fc.integer({ min: 0, max: 100 }).map((days) => FIRST + days * DAY_MS),
  pattern: fc.constantFrom("daily", "weekly", "monthly"),
  interval: fc.integer({ min: 1, max: 3 }),
  weekdays: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1, maxLength: 4 }),
  count: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  until: fc.option(
    fc.integer({ min: 101, max: DAYS }).map((days) => FIRST + days * DAY_MS),
    { nil: undefined },
  ),
  hour: fc.integer({ min: 5, max: 20 }),
  zone: fc.constantFrom("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati", "UTC"),
  isAllDay: fc.boolean(),
  deleted: fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 3 }),
  moved: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: -30, max: 30 })), {
    maxLength: 3,
    selector: ([nth]) => nth,
  }),
});

function isInPattern({ first, pattern, interval, weekdays }: Series, day: number): boolean {
  const [from, to] = [new Date(first), new Date(day)];
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  const lastOfMonth = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  const sunday = (ms: number) => ms - new Date(ms).getUTCDay() * DAY_MS;
  switch (pattern) {
    case "daily":
      return ((day - first) / DAY_MS) % interval === 0;
    case "weekly": {
      const weeks = (sunday(day) - sunday(first)) / (7 * DAY_MS);
      return weeks % interval === 0 && weekdays.some((name) => WEEKDAYS.indexOf(name) === to.getUTCDay());
    }
    case "monthly":
      return months % interval === 0 && to.getUTCDate() === Math.min(from.getUTCDate(), lastOfMonth);
    default:
      return pattern satisfies never;
  }
}

/** The dates of the pattern, first to last. */
function datesOf(one: Series): number[] {
  const all = Array.from({ length: DAYS + 150 }, (_, day) => FIRST + day * DAY_MS);
  const days = all.filter((day) => day >= one.first && day <= (one.until ?? Number.POSITIVE_INFINITY));
  return days.filter((day) => isInPattern(one, day)).slice(0, one.count);
}

/** Start and end of what stands on a date. */
function times({ isAllDay, hour, zone }: Series, day: number): readonly [number, number] {
  if (isAllDay) return [instant(`${date(day)}T00:00`, AMSTERDAM), instant(`${date(day + DAY_MS)}T00:00`, AMSTERDAM)];
  const start = instant(`${date(day)}T${String(hour).padStart(2, "0")}:00`, zone);
  return [start, start + 45 * 60_000];
}

const AMSTERDAM = "Europe/Amsterdam";

function expected(one: Series, from: number, to: number): (readonly [number, number])[] {
  const moves = new Map(one.moved);
  return datesOf(one)
    .flatMap((day, nth) => (one.deleted.includes(nth) ? [] : [times(one, day + (moves.get(nth) ?? 0) * DAY_MS)]))
    .filter(([start, end]) => start < to && end > from)
    .sort(([a], [b]) => a - b);
}

function input(one: Series, day: number): Pick<EventInput, "start" | "end"> {
  if (one.isAllDay) return { start: date(day), end: date(day + DAY_MS) };
  const hour = String(one.hour).padStart(2, "0");
  return { start: `${date(day)}T${hour}:00`, end: `${date(day)}T${hour}:45` };
}

/** The same series, told to the simulator. */
function told(one: Series) {
  const { sim } = testBed();
  const { pattern, interval, count, until, zone, isAllDay, weekdays } = one;
  const recurrence = {
    pattern,
    interval,
    ...(pattern === "weekly" && { daysOfWeek: [...weekdays] }),
    ...(count !== undefined && { count }),
    ...(until !== undefined && { until: date(until) }),
  };
  const event = { id: "S", ...input(one, one.first), timeZone: zone, isAllDay, recurrence };
  sim.outlook.addEvent(ANNA, "primary", event);
  const days = datesOf(one);
  for (const [nth, by] of one.moved) {
    const day = days[nth];
    if (day !== undefined) sim.outlook.updateEvent(ANNA, "primary", `S.${date(day)}`, input(one, day + by * DAY_MS));
  }
  for (const nth of one.deleted) {
    const day = days[nth];
    if (day !== undefined) sim.outlook.deleteEvent(ANNA, "primary", `S.${date(day)}`);
  }
  return sim;
}

const window = fc.tuple(fc.integer({ min: 0, max: DAYS }), fc.integer({ min: 1, max: 90 * 24 }));

test("a series shows what a walk through every day of its pattern finds, exceptions included", () => {
  fc.assert(
    fc.property(series, window, (one, [day, hours]) => {
      const from = FIRST + day * DAY_MS;
      const to = from + hours * 3_600_000;
      const found = told(one).truth(ANNA, "primary", from, to);
      expect(found.map(({ start, end }) => [start, end])).toEqual(expected(one, from, to));
    }),
    { numRuns: 150 },
  );
});

test("what is shown of a window does not depend on which window was asked for before", () => {
  fc.assert(
    fc.property(series, window, window, (one, [day, hours], [otherDay, otherHours]) => {
      const asked = told(one);
      const from = FIRST + day * DAY_MS;
      const other = FIRST + otherDay * DAY_MS;
      asked.truth(ANNA, "primary", other, other + otherHours * 3_600_000);
      const to = from + hours * 3_600_000;
      expect(asked.truth(ANNA, "primary", from, to)).toEqual(told(one).truth(ANNA, "primary", from, to));
    }),
    { numRuns: 50 },
  );
});

test("an occurrence is found although its own date is a day ahead of the window's", () => {
  const { sim } = testBed();
  const [start, end] = ["2026-12-01T05:00", "2026-12-01T06:00"];
  const event = { start, end, timeZone: "Pacific/Kiritimati", recurrence: { pattern: "daily" as const } };
  sim.outlook.addEvent(ANNA, "primary", event); // UTC+14: 15:00 UTC of the day before
  const found = sim.truth(ANNA, "primary", Date.parse("2026-12-09T14:00:00Z"), Date.parse("2026-12-09T23:00:00Z"));
  expect(found.map((block) => new Date(block.start).toISOString())).toEqual(["2026-12-09T15:00:00.000Z"]);
});
