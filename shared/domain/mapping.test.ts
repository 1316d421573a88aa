import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DIGIT_OF, isMerged, runsOf, timed } from "../../test/timeline.js";
import type { Layers, Span, Status } from "./blocks.js";
import type { CalendarEvent, ZonedTime } from "./event.js";
import { layersOf } from "./mapping.js";
import { DAYS_MAX, LAYER_KINDS, MINUTES_MAX, pack, unpack } from "./packing.js";
import { DAY_MS, MINUTE_MS } from "./time.js";

const ORIGIN = Date.parse("2026-12-01T09:00:00Z") / MINUTE_MS;
/** As Graph writes it: seven decimals, no offset. */
const graphTime = (ms: number, timeZone = "UTC"): ZonedTime => ({
  dateTime: `${new Date(ms).toISOString().slice(0, -1)}0000`,
  timeZone,
});
const event = (
  start: ZonedTime | string,
  end: ZonedTime | string,
  change: Partial<CalendarEvent> = {},
): CalendarEvent => ({
  id: "secret-id",
  etag: "secret-etag",
  start: typeof start === "string" ? { dateTime: start, timeZone: "UTC" } : start,
  end: typeof end === "string" ? { dateTime: end, timeZone: "UTC" } : end,
  isAllDay: false,
  isCancelled: false,
  showAs: "busy",
  ...change,
});
const SHOW_AS: Readonly<Record<string, string>> = {
  0: "free",
  1: "tentative",
  2: "busy",
  3: "oof",
  4: "workingElsewhere",
};
/** An event for every run of a digit in the row. */
const eventsOf = (row: string): CalendarEvent[] =>
  Object.entries(SHOW_AS).flatMap(([digit, showAs]) =>
    runsOf(row, digit, ORIGIN).map(({ start, end }) =>
      event(graphTime(start * MINUTE_MS), graphTime(end * MINUTE_MS), { showAs }),
    ),
  );
const layers = (...events: readonly CalendarEvent[]): Layers => {
  const mapped = layersOf(events);
  if (mapped.kind === "malformed") throw new Error(mapped.detail);
  return mapped.layers;
};
const minute = (text: string): number => Date.parse(`${text}Z`) / MINUTE_MS;
const day = (text: string): number => Date.parse(text) / DAY_MS;
const busy = (start: string, end: string): Layers => [
  { status: "busy", allDay: false, spans: [{ start: minute(start), end: minute(end) }] },
];
const allDay = (start: string, end: string): Layers => [
  { status: "busy", allDay: true, spans: [{ start: day(start), end: day(end) }] },
];

describe.each(["UTC", "America/New_York", "Pacific/Kiritimati"])("with the process in %s", (zone) => {
  const before = process.env.TZ;
  beforeEach(() => {
    process.env.TZ = zone;
    expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone);
  });
  afterEach(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  test("R10: times are what they say, in UTC", () => {
    const some = event("2026-12-01T09:00:00.0000000", "2026-12-01T09:45:00.0000000");
    expect(layers(some)).toEqual(busy("2026-12-01T09:00", "2026-12-01T09:45"));
    expect(layers({ ...some, isAllDay: true })).toEqual(allDay("2026-12-01", "2026-12-02"));
  });
});

describe("what blocks", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["each status is kept                        ", ["01234"], ["01234"]],
    ["what touches becomes one inside a status   ", ["22000000", "00220000"], ["22220000"]],
    ["what overlaps becomes one inside a status  ", ["11100000", "01111000"], ["11111000"]],
    ["a free minute between meetings survives    ", ["22000000", "00022000"], ["22022000"]],
    ["statuses never hide each other             ", ["02220000", "00333000"], ["02220000", "00333000"]],
    ["an empty calendar has no layers            ", ["00000000"], []],
  ])("R10, D2: %s", (_name, rows, want) => {
    expect(layers(...rows.flatMap(eventsOf))).toEqual(timed(want, ORIGIN));
  });

  const [start, end] = ["2026-12-01T09:00:00.0000000", "2026-12-01T09:45:00.0000000"];
  test.each<[string, Partial<CalendarEvent>, Status | undefined]>([
    ["free, in any letter case ", { showAs: "Free" }, undefined],
    ["away, in any letter case ", { showAs: "OOF" }, "oof"],
    ["elsewhere, in any case   ", { showAs: "WorkingElsewhere" }, "workingElsewhere"],
    ["unknown is busy          ", { showAs: "unknown" }, "busy"],
    ["a new word is busy       ", { showAs: "focusing" }, "busy"],
    ["an old trick is busy     ", { showAs: "constructor" }, "busy"],
    ["cancelled                ", { isCancelled: true }, undefined],
    ["declined                 ", { response: "Declined" }, undefined],
    ["tentatively accepted     ", { response: "tentativelyAccepted", showAs: "tentative" }, "tentative"],
    ["not answered             ", { response: "notResponded" }, "busy"],
  ])("R10: %s", (_name, change, want) => {
    expect(layers(event(start, end, change)).map(({ status }) => status)).toEqual(want === undefined ? [] : [want]);
  });

  test("R10: nothing said at all is busy", () => {
    const { showAs: _, ...silent } = event(start, end);
    expect(layers(silent)).toEqual(busy("2026-12-01T09:00", "2026-12-01T09:45"));
  });
});

describe("timed events", () => {
  test.each<[string, string, string, Layers]>([
    ["seconds are widened  ", "09:00:59", "09:10:01.0000000", busy("2026-12-01T09:00", "2026-12-01T09:11")],
    ["the least bit as well", "09:00:59.9999999", "09:10:00.0000001", busy("2026-12-01T09:00", "2026-12-01T09:11")],
    ["no length on a minute", "09:00:00.0000000", "09:00:00.0000000", []],
    ["no length within one ", "09:00:30.0000000", "09:00:30.0000000", busy("2026-12-01T09:00", "2026-12-01T09:01")],
  ])("R10: %s", (_name, start, end, want) => {
    expect(layers(event(`2026-12-01T${start}`, `2026-12-01T${end}`))).toEqual(want);
  });

  const [nine, ten] = ["2026-12-01T09:00:00.0000000", "2026-12-01T10:00:00.0000000"];
  test.each<[string, string, string, string, string]>([
    [
      "a Windows zone    ",
      "W. Europe Standard Time",
      "W. Europe Standard Time",
      "2026-12-01T08:00",
      "2026-12-01T09:00",
    ],
    ["an IANA zone      ", "Asia/Kathmandu", "Asia/Kathmandu", "2026-12-01T03:15", "2026-12-01T04:15"],
    ["two zones         ", "Europe/Berlin", "UTC", "2026-12-01T08:00", "2026-12-01T10:00"],
    ["no zone           ", "", "", "2026-11-30T19:00", "2026-12-01T22:00"],
    ["a custom zone     ", "tzone://Microsoft/Custom", "tzone://Microsoft/Utc", "2026-11-30T19:00", "2026-12-01T10:00"],
  ])("R10: in %s", (_name, startZone, endZone, start, end) => {
    const some = event({ dateTime: nine, timeZone: startZone }, { dateTime: ten, timeZone: endZone });
    expect(layers(some)).toEqual(busy(start, end));
  });

  test.each<[string, string, string, string, string]>([
    [
      "a skipped time blocks all it can mean ",
      "2026-03-29T02:30",
      "2026-03-29T03:00",
      "2026-03-29T00:30",
      "2026-03-29T01:00",
    ],
    [
      "a repeated time blocks all it can mean",
      "2026-10-25T02:00",
      "2026-10-25T02:30",
      "2026-10-25T00:00",
      "2026-10-25T01:30",
    ],
    [
      "an end may read earlier than its start",
      "2026-10-25T02:45",
      "2026-10-25T02:15",
      "2026-10-25T00:45",
      "2026-10-25T01:15",
    ],
  ])("R10: in a night when clocks change %s", (_name, from, until, start, end) => {
    const inBerlin = (text: string): ZonedTime => ({ dateTime: `${text}:00.0000000`, timeZone: "Europe/Berlin" });
    expect(layers(event(inBerlin(from), inBerlin(until)))).toEqual(busy(start, end));
  });

  test("R10: what no window reaches is cut off, and can still be packed", () => {
    const endless = layers(
      event("1601-01-01T00:00:00.0000000", { dateTime: "9999-12-31T23:59:59.9999999", timeZone: "" }),
      event("1601-01-01T00:00:00.0000000", "9999-12-31T23:59:59.9999999", { isAllDay: true }),
      event("1601-01-01T00:00:00.0000000", "1601-01-02T00:00:00.0000000", { showAs: "oof" }),
    );
    expect(endless.map(({ spans }) => spans)).toEqual([
      [{ start: 0, end: MINUTES_MAX }],
      [{ start: 0, end: DAYS_MAX }],
    ]);
    expect(unpack(pack(endless))).toEqual(endless);
  });
});

describe("all-day events", () => {
  test.each<[string, string, string, string, string]>([
    [
      "a day                     ",
      "2026-12-24T00:00:00.0000000",
      "2026-12-25T00:00:00.0000000",
      "2026-12-24",
      "2026-12-25",
    ],
    [
      "over the turn of the year ",
      "2026-12-30T00:00:00.0000000",
      "2027-01-02T00:00:00.0000000",
      "2026-12-30",
      "2027-01-02",
    ],
    [
      "an end on its start       ",
      "2026-12-24T00:00:00.0000000",
      "2026-12-24T00:00:00.0000000",
      "2026-12-24",
      "2026-12-25",
    ],
    [
      "an end before its start   ",
      "2026-12-24T00:00:00.0000000",
      "2026-12-20T00:00:00.0000000",
      "2026-12-24",
      "2026-12-25",
    ],
    [
      "an hour touches two days  ",
      "2026-12-24T23:30:00.0000000",
      "2026-12-25T00:30:00.0000000",
      "2026-12-24",
      "2026-12-26",
    ],
    [
      "a start is rounded down   ",
      "2026-12-24T23:59:59.9999999",
      "2026-12-25T00:00:00.0000000",
      "2026-12-24",
      "2026-12-25",
    ],
    [
      "the least bit touches too ",
      "2026-12-24T00:00:00.0000000",
      "2026-12-25T00:00:00.0000001",
      "2026-12-24",
      "2026-12-26",
    ],
  ])("R10: %s", (_name, start, end, first, next) => {
    for (const timeZone of ["UTC", "Tokyo Standard Time", "tzone://Microsoft/Custom", ""]) {
      const some = event({ dateTime: start, timeZone }, { dateTime: end, timeZone }, { isAllDay: true });
      expect(layers(some)).toEqual(allDay(first, next));
    }
  });
});

describe("malformed", () => {
  const good = event("2026-12-01T09:00:00.0000000", "2026-12-01T10:00:00.0000000");
  const broken = [
    "",
    "2026-12-01",
    "2026-12-01T09:00",
    "2026-13-01T09:00:00",
    "2026-02-30T09:00:00",
    "2026-12-01T24:00:00",
    "2026-12-01T09:00:00Z",
    "2026-12-01T09:00:00+01:00",
    "0001-01-01T00:00:00.0000000",
    " 2026-12-01T09:00:00",
    "tomorrow at secret",
  ];

  test.each(broken)("R10, R5: one event at %j makes the whole view malformed, and nothing of it is told", (text) => {
    const time = { dateTime: text, timeZone: "UTC" };
    for (const isAllDay of [false, true]) {
      const [noStart, noEnd] = [
        layersOf([good, { ...good, start: time, isAllDay }]),
        layersOf([{ ...good, end: time, isAllDay }]),
      ];
      expect(noStart).toEqual({ kind: "malformed", detail: "an event has no readable start" });
      expect(noEnd).toEqual({ kind: "malformed", detail: "an event has no readable end" });
    }
  });

  test("R10: an end before its start makes the view malformed", () => {
    expect(layersOf([{ ...good, end: { ...good.start, dateTime: "2026-12-01T08:59:59.0000000" } }])).toEqual({
      kind: "malformed",
      detail: "an event ends before it starts",
    });
  });

  test("R10: an event that blocks nothing is not asked for its times", () => {
    const time = { dateTime: "", timeZone: "" };
    const silent = [{ showAs: "free" }, { isCancelled: true }, { response: "declined" }];
    expect(layersOf(silent.map((change) => ({ ...good, start: time, end: time, ...change })))).toEqual({
      kind: "layers",
      layers: [],
      events: 3,
    });
  });
});

describe("against a calendar looked at minute by minute", () => {
  const MINUTES = 30;
  const STATUSES = Object.keys(DIGIT_OF) as Status[];
  const instantMs = fc.integer({ min: 0, max: MINUTES * 6 }).map((tick) => ORIGIN * MINUTE_MS + tick * 10_000);
  const some = fc.record({
    from: instantMs,
    until: instantMs,
    status: fc.constantFrom(...STATUSES, "free" as const),
    isAllDay: fc.constant(false),
    isCancelled: fc.boolean(),
    response: fc.constantFrom("organizer", "accepted", "declined"),
  });

  test("R10: a minute is blocked by a status exactly when an event that counts touches it", () => {
    fc.assert(
      fc.property(
        fc.array(
          some.filter(({ from, until }) => from <= until),
          { maxLength: 12 },
        ),
        (parts) => {
          const found = layers(
            ...parts.map(({ from, until, status, ...rest }) =>
              event(graphTime(from), graphTime(until), { showAs: status, ...rest }),
            ),
          );
          const counted = parts.filter(({ isCancelled, response }) => !isCancelled && response !== "declined");
          const rows = STATUSES.map((status) =>
            Array.from({ length: MINUTES + 1 }, (_, index) => {
              const [from, until] = [(ORIGIN + index) * MINUTE_MS, (ORIGIN + index + 1) * MINUTE_MS];
              const touches = counted.some((one) => one.status === status && one.from < until && one.until > from);
              return touches ? DIGIT_OF[status] : "0";
            }).join(""),
          );
          expect(found).toEqual(timed(rows, ORIGIN));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("R10, D2: layers come in canonical order, merged, whatever the order of the events", () => {
    const dayAt = (offset: number): number => (day("2026-12-01") + offset) * DAY_MS;
    const mixed = fc
      .record({ offset: fc.nat(9), length: fc.nat(3), status: fc.constantFrom(...STATUSES), isAllDay: fc.boolean() })
      .map(({ offset, length, status, isAllDay }) =>
        event(graphTime(dayAt(offset)), graphTime(dayAt(offset + length)), { showAs: status, isAllDay }),
      );
    const shuffled = fc
      .array(mixed, { maxLength: 12 })
      .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })));
    fc.assert(
      fc.property(shuffled, ([events, again]) => {
        const found = layers(...events);
        expect(layers(...again)).toEqual(found);
        expect(unpack(pack(found))).toEqual(found);
        expect(found.every(({ spans }: { spans: readonly Span[] }) => isMerged(spans))).toBe(true);
        const kinds = found.map((layer) =>
          LAYER_KINDS.findIndex((kind) => kind.status === layer.status && kind.allDay === layer.allDay),
        );
        expect(kinds).toEqual(kinds.toSorted((a, b) => a - b));
      }),
    );
  });
});
