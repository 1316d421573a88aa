import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type EpochMs, instant, MINUTE_MS, parseRfc3339, toRfc3339 } from "./time.js";
import { type Offer, startsIn, WEEKDAYS, type WorkingHours } from "./workingHours.js";
import { resolveZone } from "./zones.js";

const MANY = 100_000;
const DAY_MINUTES = 1_440;

const at = (text: string): EpochMs => {
  const parsed = parseRfc3339(text);
  if (parsed === undefined) throw new Error(`${text} is no time`);
  return parsed;
};
const zoneOf = (name: string) => {
  const zone = resolveZone(name);
  if (zone === undefined) throw new Error(`${name} is no zone`);
  return zone;
};
const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const hours = (start: string, end: string, days: WorkingHours["days"] = WEEKDAYS): WorkingHours => ({
  days,
  startMs: minutes(start) * MINUTE_MS,
  endMs: minutes(end) * MINUTE_MS,
});
const offer = (zone: string, step: number, duration: number, ...periods: readonly WorkingHours[]): Offer => ({
  hours: periods,
  zone: zoneOf(zone),
  stepMs: step * MINUTE_MS,
  durationMs: duration * MINUTE_MS,
});
const starts = (start: string, end: string, offered: Offer): string[] | undefined =>
  startsIn({ start: at(start), end: at(end) }, offered, MANY)?.map(toRfc3339);

describe("starts of possible appointments", () => {
  test("are steps apart from the start of each working period, as long as the appointment ends within it", () => {
    const halves = offer("UTC", 45, 60, hours("09:00", "12:00"), hours("13:10", "15:00"));
    expect(starts("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z", halves)).toEqual([
      "2026-12-01T09:00:00Z",
      "2026-12-01T09:45:00Z",
      "2026-12-01T10:30:00Z",
      "2026-12-01T13:10:00Z",
      "2026-12-01T13:55:00Z",
    ]);
  });

  test("keep their steps and stay within the request where that begins or ends inside a period", () => {
    const day = offer("UTC", 30, 60, hours("09:00", "17:00"));
    expect(starts("2026-12-01T09:00:01Z", "2026-12-01T11:29:59Z", day)).toEqual([
      "2026-12-01T09:30:00Z",
      "2026-12-01T10:00:00Z",
    ]);
  });

  test("fall on the days that are worked, by the zone's calendar and not by UTC's", () => {
    const tokyo = offer("Asia/Tokyo", 60, 60, hours("08:00", "09:00", ["mon", "fri"]));
    expect(starts("2026-12-01T00:00:00Z", "2026-12-08T00:00:00Z", tokyo)).toEqual([
      "2026-12-03T23:00:00Z",
      "2026-12-06T23:00:00Z",
    ]);
  });

  test("no clock shows 02:00 to 03:00 on a day of 23 hours: nothing begins there, and an hour lasts an hour", () => {
    const night = offer("Europe/Berlin", 30, 60, hours("01:00", "04:00"));
    expect(starts("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", night)).toEqual([
      "2026-03-29T00:00:00Z",
      "2026-03-29T00:30:00Z", // ends at 03:30 by the clock
      "2026-03-29T01:00:00Z",
    ]);
  });

  test("a step that does not exist is left out, also at the very minute at which clocks go forward", () => {
    const night = offer("Europe/Berlin", 90, 30, hours("00:30", "05:00"));
    expect(starts("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", night)).toEqual([
      "2026-03-28T23:30:00Z",
      "2026-03-29T01:30:00Z", // 03:30; 02:00 is none
    ]);
  });

  test("a period that begins at a time which does not exist has the steps that do", () => {
    const early = offer("Europe/Berlin", 45, 30, hours("02:30", "05:00"));
    expect(starts("2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z", early)).toEqual([
      "2026-03-29T01:15:00Z", // 03:15 by the clock
      "2026-03-29T02:00:00Z",
    ]);
  });

  test("the clock shows 02:00 to 03:00 twice on a day of 25 hours: both are offered", () => {
    const night = offer("W. Europe Standard Time", 30, 60, hours("01:30", "03:30"));
    expect(starts("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", night)).toEqual([
      "2026-10-24T23:30:00Z",
      "2026-10-25T00:00:00Z",
      "2026-10-25T00:30:00Z", // begins at 02:30 and ends at 02:30 by the clock
      "2026-10-25T01:00:00Z",
      "2026-10-25T01:30:00Z",
    ]);
  });

  test("where clocks go back over the end of a period, it has an end twice and nothing spans the first", () => {
    const night = offer("Europe/Berlin", 30, 60, hours("01:00", "02:30"));
    expect(starts("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", night)).toEqual([
      "2026-10-24T23:00:00Z",
      "2026-10-24T23:30:00Z",
    ]);
  });

  test("more than the most is told before all of them are made", () => {
    const everyMinute = offer("UTC", 1, 1, hours("00:00", "24:00"));
    const day = { start: at("2026-12-01T00:00:00Z"), end: at("2026-12-02T00:00:00Z") };
    expect(startsIn(day, everyMinute, DAY_MINUTES - 1)).toBeUndefined();
    expect(startsIn(day, everyMinute, DAY_MINUTES)).toHaveLength(DAY_MINUTES);
  });
});

describe("beside every minute of days on which clocks change", () => {
  /** Changes at 02:00 or 03:00; of half an hour; at 00:00, from either side of midnight; a whole day left out; none. */
  const DAYS = [
    ["Europe/Berlin", "2026-03-28T00:00:00Z"],
    ["Europe/Berlin", "2026-10-24T00:00:00Z"],
    ["Australia/Lord_Howe", "2026-04-03T12:00:00Z"],
    ["Australia/Lord_Howe", "2026-10-02T12:00:00Z"],
    ["America/Havana", "2026-03-07T00:00:00Z"],
    ["America/Havana", "2026-10-31T00:00:00Z"],
    ["Africa/Cairo", "2026-04-23T00:00:00Z"],
    ["Africa/Cairo", "2026-10-29T00:00:00Z"],
    ["America/St_Johns", "2006-10-28T00:00:00Z"],
    ["Pacific/Apia", "2011-12-29T00:00:00Z"],
    ["Asia/Tokyo", "2026-12-01T00:00:00Z"],
  ] as const;
  const SPAN_MINUTES = 3 * DAY_MINUTES;

  interface Shown {
    readonly date: string;
    readonly day: string;
    readonly minute: number;
  }
  /** What the clock shows in each minute, from the platform's own knowledge of zones. */
  const clockOf = ([zone, from]: (typeof DAYS)[number]): readonly Shown[] => {
    const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", weekday: "short" } as const;
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      dateStyle: undefined,
      ...options,
      day: "numeric",
    });
    return Array.from({ length: SPAN_MINUTES }, (_, index) => {
      const parts = format.formatToParts(at(from) + index * MINUTE_MS);
      const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
      const minute = Number(part("hour")) * 60 + Number(part("minute"));
      return { date: part("day"), day: part("weekday").toLowerCase(), minute };
    });
  };
  const clocks = new Map(DAYS.map((day) => [day, clockOf(day)]));

  const quarter = fc.integer({ min: 0, max: 96 }).map((count) => count * 15);
  const period = fc
    .tuple(quarter, quarter, fc.subarray([...WEEKDAYS], { minLength: 1 }))
    .filter(([start, end]) => start < end)
    .map(([start, end, days]) => ({ days, startMs: start * MINUTE_MS, endMs: end * MINUTE_MS }));
  const cases = fc.record({
    day: fc.constantFrom(...DAYS),
    periods: fc.array(period, { minLength: 1, maxLength: 3 }),
    step: fc.integer({ min: 1, max: 40 }).map((count) => count * 5),
    duration: fc.integer({ min: 1, max: 300 }),
    from: fc.nat(SPAN_MINUTES),
    length: fc.integer({ min: 1, max: SPAN_MINUTES }),
  });

  test("an appointment may begin exactly where the clock shows a step, and all of its minutes are of that period", () => {
    fc.assert(
      fc.property(cases, ({ day, periods, step, duration, from, length }) => {
        const clock = clocks.get(day) ?? [];
        const until = Math.min(from + length, SPAN_MINUTES);
        const origin = at(day[1]);
        const range = { start: instant(origin + from * MINUTE_MS), end: instant(origin + until * MINUTE_MS) };
        const wanted: number[] = [];
        for (let index = from; index + duration <= until; index++) {
          const first = clock[index];
          const isStart = periods.some(({ days, startMs, endMs }) => {
            const [start, end] = [startMs / MINUTE_MS, endMs / MINUTE_MS];
            const isIn = (one: Shown | undefined): boolean =>
              one !== undefined && one.date === first?.date && start <= one.minute && one.minute < end;
            const isStep = first !== undefined && (first.minute - start) % step === 0;
            if (!isStep || !isIn(first) || !days.some((one) => one === first.day)) return false;
            return clock.slice(index, index + duration).every(isIn);
          });
          if (isStart) wanted.push(origin + index * MINUTE_MS);
        }
        expect(startsIn(range, offer(day[0], step, duration, ...periods), MANY)).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });
});
