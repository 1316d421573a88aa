import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DIGIT_OF, isMerged, shown, timed } from "../../test/timeline.js";
import { type AvailabilityQuery, answerCalendar, type CalendarAnswer, type Knowledge, TOO_OLD_MS } from "./answer.js";
import type { Interval, Layer, Span, Status } from "./blocks.js";
import { DAY_MS, type EpochMs, HOUR_MS, instant, later, MINUTE_MS, parseRfc3339, SECOND_MS } from "./time.js";
import { resolveZone, type ZoneId } from "./zones.js";

const at = (text: string): EpochMs => parseRfc3339(text) ?? instant(Number.NaN);
const zone = (name: string): ZoneId => resolveZone(name) ?? ("" as ZoneId);
const NOW = at("2026-12-01T08:00:00Z");
const ORIGIN = at("2026-12-01T12:00:00Z") / MINUTE_MS;
const minute = (index: number): EpochMs => instant((ORIGIN + index) * MINUTE_MS);
const minutes = (start: number, end: number): Interval => ({ start: minute(start), end: minute(end) });

type Known = Extract<Knowledge, { kind: "known" }>;
const knowing = (rows: readonly string[], change: Partial<Known> = {}): Known => ({
  kind: "known",
  asOf: NOW,
  window: minutes(-100_000, 100_000),
  layers: timed(rows, ORIGIN),
  zones: [],
  delivery: "push",
  ...change,
});
const asking = (start: number, end: number, change: Partial<AvailabilityQuery> = {}): AvailabilityQuery => ({
  ...minutes(start, end),
  blockOn: ["busy", "oof", "tentative"],
  allDay: "respect",
  bufferMs: { before: 0, after: 0 },
  maxAgeMs: 20 * MINUTE_MS,
  detail: false,
  ...change,
});
const buffers = (before: number, after: number) => ({
  bufferMs: { before: before * MINUTE_MS, after: after * MINUTE_MS },
});
const digits = ({ busy, unknown }: CalendarAnswer, start: number, end: number): string =>
  shown({ 2: busy, "?": unknown }, ORIGIN + start, end - start);

describe("A1", () => {
  test.each<[string, number, number, CalendarAnswer["state"], CalendarAnswer["reason"]]>([
    ["as old as may be: fresh       ", 1200 * SECOND_MS, 1200 * SECOND_MS, "fresh", undefined],
    ["a millisecond older: stale    ", 1200 * SECOND_MS + 1, 1200 * SECOND_MS, "stale", undefined],
    ["no age allowed, read just now ", 0, 0, "fresh", undefined],
    ["read since the request came in", -1, 0, "fresh", undefined],
    ["a day old, a day allowed      ", TOO_OLD_MS, DAY_MS, "fresh", undefined],
    ["a day old                     ", TOO_OLD_MS, 0, "stale", undefined],
    ["older than a day              ", TOO_OLD_MS + 1, 2 * DAY_MS, "unknown", "tooOld"],
  ])("A1: %s", (_name, ageMs, maxAgeMs, state, reason) => {
    const knowledge = knowing(["0220"], { asOf: later(NOW, -ageMs) });
    const answer = answerCalendar(knowledge, asking(0, 4, { maxAgeMs }), NOW);
    expect(answer).toMatchObject({ state, asOf: later(NOW, -ageMs), delivery: "push" });
    expect(answer.reason).toBe(reason);
    expect(digits(answer, 0, 4)).toBe(state === "unknown" ? "????" : "0220");
  });

  test("A1: what is not known is unknown from end to end, for its reason", () => {
    const knowledge = { kind: "unknown", reason: "accessDenied", delivery: "polling", asOf: NOW } as const;
    const query = asking(0, 4, { detail: true, viewIntervalMs: MINUTE_MS });
    expect(answerCalendar(knowledge, query, NOW)).toEqual({
      state: "unknown",
      reason: "accessDenied",
      asOf: NOW,
      delivery: "polling",
      busy: [],
      unknown: [{ ...minutes(0, 4), reason: "accessDenied" }],
      blocks: [],
      view: "????",
    });
    const never = answerCalendar({ kind: "unknown", reason: "notWatched", delivery: "none" }, asking(0, 4), NOW);
    expect(never.asOf).toBeUndefined();
    expect(Object.keys(never)).not.toContain("blocks");
    expect(Object.keys(never)).not.toContain("view");
  });
});

describe("A2", () => {
  test.each<[string, string, Partial<AvailabilityQuery>, string]>([
    ["what blocks is busy, touching blocks are one", "012300", {}, "022200"],
    ["elsewhere blocks only where asked           ", "044000", { blockOn: ["workingElsewhere"] }, "022000"],
    ["elsewhere does not block by itself          ", "044020", {}, "000020"],
    ["only what is asked for blocks               ", "012300", { blockOn: ["oof"] }, "000200"],
    ["a buffer before                             ", "000200", buffers(2, 0), "022200"],
    ["a buffer after                              ", "020000", buffers(0, 2), "022200"],
    ["buffers that meet leave nothing free        ", "020020", buffers(1, 1), "222222"],
  ])("A2: %s", (_name, row, change, want) => {
    expect(digits(answerCalendar(knowing([row]), asking(0, 6, change), NOW), 0, 6)).toBe(want);
  });

  test.each<[string, string, readonly [number, number], Partial<AvailabilityQuery>, string]>([
    ["before and after the window nothing is known   ", "00000000", [2, 6], {}, "??0000??"],
    ["a block beyond it is busy all the same         ", "20000002", [2, 6], {}, "2?0000?2"],
    ["a block unseen before it may reach in          ", "00000000", [2, 6], buffers(0, 1), "???000??"],
    ["a block unseen after it may reach back         ", "00000000", [2, 6], buffers(1, 0), "??000???"],
    ["where busy and unknown overlap, busy wins      ", "00200000", [2, 6], buffers(1, 1), "?2220???"],
    ["a window shorter than its buffers tells nothing", "00000000", [2, 6], buffers(2, 2), "????????"],
    ["a window beside the request tells nothing      ", "00000000", [-9, -2], {}, "????????"],
  ])("A2: %s", (_name, row, [start, end], change, want) => {
    const answer = answerCalendar(knowing([row], { window: minutes(start, end) }), asking(0, 8, change), NOW);
    expect(digits(answer, 0, 8)).toBe(want);
    expect(answer.state).toBe("fresh");
    expect(answer.unknown.every(({ reason }) => reason === "beyondHorizon")).toBe(true);
  });

  test("A2: blocks beside the request reach into it with their buffers, and no further", () => {
    const answer = answerCalendar(knowing(["200000000002"]), asking(2, 10, buffers(3, 2)), NOW);
    expect(answer.busy).toEqual([minutes(2, 3), minutes(8, 10)]);
  });
});

describe("blocks and view", () => {
  const query = asking(0, 6, { ...buffers(1, 1), detail: true, viewIntervalMs: MINUTE_MS });

  test("A2: blocks are without buffers, clipped, sorted, and only what is asked for", () => {
    const answer = answerCalendar(knowing(["003340", "211100"]), query, NOW);
    const block = (status: Status, start: number, end: number) => ({ ...minutes(start, end), status, allDay: false });
    expect(answer.blocks).toEqual([block("busy", 0, 1), block("tentative", 1, 4), block("oof", 2, 4)]);
    const narrow = answerCalendar(knowing(["003340", "211100"]), { ...query, ...minutes(3, 5) }, NOW);
    expect(narrow.blocks).toEqual([block("oof", 3, 4), block("tentative", 3, 4)]);
  });

  test.each<[string, readonly string[], number, Partial<AvailabilityQuery>, string]>([
    ["a digit a minute                       ", ["012300"], 1, {}, "012300"],
    ["buffers are busy as what they belong to", ["012300"], 1, buffers(1, 1), "123330"],
    [
      "the strongest of those asked for shows ",
      ["444444", "011110", "002220", "000330"],
      1,
      { blockOn: ["workingElsewhere", "tentative", "busy", "oof"] },
      "412334",
    ],
    ["only what is asked for shows           ", ["012340"], 1, { blockOn: ["tentative"] }, "010000"],
    ["a slot shows what is in any part of it ", ["010020"], 3, {}, "12"],
    ["the last slot may be cut short         ", ["000002"], 4, {}, "02"],
  ])("A2: in the view %s", (_name, rows, slot, change, want) => {
    const asked = { ...query, ...buffers(0, 0), ...change, viewIntervalMs: slot * MINUTE_MS };
    expect(answerCalendar(knowing(rows), asked, NOW).view).toBe(want);
  });

  test("A2: a slot that is unknown in part is never 0, and busy where something is known", () => {
    const knowledge = knowing(["200000"], { window: minutes(2, 5) });
    const viewed = (slot: number, change: Partial<AvailabilityQuery>) =>
      answerCalendar(knowledge, { ...query, ...change, viewIntervalMs: slot * MINUTE_MS }, NOW).view;
    expect(viewed(1, buffers(0, 0))).toBe("2?000?");
    expect(viewed(1, buffers(1, 1))).toBe("22?0??");
    expect(Object.keys(answerCalendar(knowledge, { ...query, detail: false }, NOW))).not.toContain("blocks");
    expect(viewed(2, buffers(0, 0))).toBe("20?");
  });
});

describe("all-day events", () => {
  const day = (text: string): number => at(`${text}T00:00:00Z`) / DAY_MS;
  const onDays = (start: string, end: string, zones: readonly string[]): Known =>
    knowing([], {
      layers: [{ status: "busy", allDay: true, spans: [{ start: day(start), end: day(end) }] }],
      zones: zones.map(zone),
      window: { start: at("2026-01-01T00:00:00Z"), end: at("2027-01-01T00:00:00Z") },
    });
  const days = (start: string, end: string, change: Partial<AvailabilityQuery> = {}) => ({
    ...asking(0, 1, change),
    start: at(start),
    end: at(end),
  });

  test.each<[string, string, readonly string[], string, string]>([
    ["a day in winter    ", "2026-12-24", ["Europe/Berlin"], "2026-12-23T23:00:00Z", "2026-12-24T23:00:00Z"],
    ["a day of 23 hours  ", "2026-03-29", ["Europe/Berlin"], "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"],
    ["a day of 25 hours  ", "2026-10-25", ["Europe/Berlin"], "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"],
    ["the furthest ahead ", "2026-06-10", ["Pacific/Kiritimati"], "2026-06-09T10:00:00Z", "2026-06-10T10:00:00Z"],
    ["the furthest behind", "2026-06-10", ["Etc/GMT+12"], "2026-06-10T12:00:00Z", "2026-06-11T12:00:00Z"],
    ["in no known zone   ", "2026-06-10", [], "2026-06-09T10:00:00Z", "2026-06-11T12:00:00Z"],
    [
      "in two zones       ",
      "2026-06-10",
      ["Asia/Tokyo", "America/New_York"],
      "2026-06-09T15:00:00Z",
      "2026-06-11T04:00:00Z",
    ],
  ])("R10: %s blocks from midnight to midnight", (_name, date, zones, start, end) => {
    const next = new Date(at(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
    const answer = answerCalendar(onDays(date, next, zones), days("2026-02-01T00:00:00Z", "2026-12-31T00:00:00Z"), NOW);
    expect(answer.busy).toEqual([{ start: at(start), end: at(end) }]);
  });

  test("R10: a day that the zone left out of its calendar blocks nothing, not even its buffers", () => {
    const knowledge = onDays("2011-12-30", "2011-12-31", ["Pacific/Apia"]);
    const query = days("2011-12-28T00:00:00Z", "2012-01-02T00:00:00Z", buffers(30, 30));
    expect(answerCalendar(knowledge, query, NOW).busy).toEqual([]);
  });

  test("R10: an all-day event can be ignored, and reaches in with its buffer where it is not", () => {
    const knowledge = onDays("2026-12-24", "2026-12-25", ["Europe/Berlin"]);
    const query = days("2026-12-24T23:00:00Z", "2026-12-25T05:00:00Z", { detail: true, ...buffers(0, 30) });
    expect(answerCalendar(knowledge, query, NOW).busy).toEqual([
      { start: query.start, end: later(query.start, HOUR_MS / 2) },
    ]);
    expect(answerCalendar(knowledge, { ...query, allDay: "ignore" }, NOW).busy).toEqual([]);
    const inside = { ...query, start: later(query.start, -HOUR_MS), allDay: "ignore" } as const;
    expect(answerCalendar(knowledge, inside, NOW).blocks).toEqual([]);
  });
});

describe("against a calendar looked at minute by minute", () => {
  const LENGTH = 60;
  const PAST = 20; // minutes of the rows before and after the request
  const STATUSES = Object.keys(DIGIT_OF) as Status[];
  const row = fc.string({ unit: fc.constantFrom(..."00000001234"), minLength: LENGTH, maxLength: LENGTH });
  const minutesArb = fc.tuple(fc.integer({ min: -5, max: LENGTH + 5 }), fc.integer({ min: -5, max: LENGTH + 5 }));
  const buffer = fc.integer({ min: 0, max: PAST });
  const cases = fc.record({
    rows: fc.array(row, { maxLength: 3 }),
    window: minutesArb.filter(([start, end]) => start < end),
    before: buffer,
    after: buffer,
    blockOn: fc.subarray(STATUSES),
    slot: fc.integer({ min: 1, max: 7 }),
  });

  test("A2, A4: busy, unknown, blocks and view are what each minute is by the rules", () => {
    fc.assert(
      fc.property(cases, ({ rows, window: [opens, closes], before, after, blockOn, slot }) => {
        const knowledge = knowing(rows, { window: minutes(opens, closes) });
        const change = { ...buffers(before, after), blockOn, detail: true, viewIntervalMs: slot * MINUTE_MS };
        const [start, end] = [PAST, LENGTH - PAST];
        const answer = answerCalendar(knowledge, asking(start, end, change), NOW);

        const all = Array.from({ length: LENGTH + 200 }, (_, index) => index - 100);
        const digitsAt = (index: number) =>
          blockOn.map((status) => DIGIT_OF[status]).filter((digit) => rows.some((one) => one[index] === digit));
        const reaches = (from: number, to: number) => from - before <= to && to <= from + after;
        const blocked = all.filter((index) => digitsAt(index).length > 0);
        const unseen = all.filter((index) => index < opens || index >= closes);
        const want = Array.from({ length: end - start }, (_, index) => {
          if (blocked.some((one) => reaches(one, start + index))) return "2";
          return unseen.some((one) => reaches(one, start + index)) ? "?" : "0";
        });
        expect(digits(answer, start, end)).toBe(want.join(""));
        expect(shown({ "?": answer.unknown }, ORIGIN + start, end - start)).toBe(want.join("").replaceAll("2", "0"));
        expect(isMerged(answer.busy) && isMerged(answer.unknown)).toBe(true);

        for (const status of STATUSES) {
          const own = (answer.blocks ?? []).filter((block) => block.status === status);
          const marks = all
            .slice(100 + start, 100 + end)
            .map((index) => (digitsAt(index).includes(DIGIT_OF[status]) ? "x" : "0"));
          expect(shown({ x: own }, ORIGIN + start, end - start)).toBe(marks.join(""));
        }

        const slots = Array.from({ length: Math.ceil((end - start) / slot) }, (_, index) => {
          const inSlot = all.filter(
            (one) => one >= start + index * slot && one < Math.min(start + (index + 1) * slot, end),
          );
          const strongest = [..."3214"].find((digit) =>
            inSlot.some((to) => all.some((one) => reaches(one, to) && digitsAt(one).some((found) => found === digit))),
          );
          return strongest ?? (inSlot.some((to) => unseen.some((one) => reaches(one, to))) ? "?" : "0");
        });
        expect(answer.view).toBe(slots.join(""));
      }),
      { numRuns: 500 },
    );
  });

  const PLACES = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Etc/GMT+12",
  ];
  const dates = new Map(
    PLACES.map((name) => [name, new Intl.DateTimeFormat("sv", { timeZone: name, dateStyle: "short" })]),
  );
  const localDay = (name: string, when: number): number => Date.parse(dates.get(name)?.format(when) ?? "") / DAY_MS;
  const DATES = ["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01", "2026-12-01"];

  test("R10: an all-day event blocks a quarter of an hour exactly where it is that day in the reader's zone", () => {
    const place = fc.constantFrom(...PLACES);
    const shape = fc.record({
      name: place,
      date: fc.constantFrom(...DATES),
      shift: fc.integer({ min: -2, max: 1 }),
      length: fc.integer({ min: 1, max: 2 }),
      quarter: fc.nat(6 * 96),
    });
    fc.assert(
      fc.property(shape, ({ name, date, shift, length, quarter }) => {
        const start = Date.parse(date) / DAY_MS + shift;
        const span: Span = { start, end: start + length };
        const layers: readonly Layer[] = [{ status: "oof", allDay: true, spans: [span] }];
        const window = { start: instant((start - 9) * DAY_MS), end: instant((start + 9) * DAY_MS) };
        const from = instant((start - 2) * DAY_MS + quarter * 15 * MINUTE_MS);
        const query = { ...asking(0, 1), start: from, end: later(from, 3 * HOUR_MS) };
        const { busy } = answerCalendar(knowing([], { layers, zones: [zone(name)], window }), query, NOW);
        for (let when = query.start; when < query.end; when = later(when, 15 * MINUTE_MS)) {
          const day = localDay(name, when);
          const isBusy = busy.some((one) => one.start <= when && when < one.end);
          expect(isBusy).toBe(span.start <= day && day < span.end);
        }
      }),
      { numRuns: 500 },
    );
  });
});
