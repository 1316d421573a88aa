import fc from "fast-check";
import { expect, test } from "vitest";
import type { CalendarAnswer } from "../../domain/answer.js";
import { type CalendarId, calendarIdOf } from "../../domain/calendarId.js";
import { type EpochMs, instant, later, MINUTE_MS, parseRfc3339 } from "../../domain/time.js";
import { vFreeBusy, withoutStamp } from "./vFreeBusy.js";

const at = (text: string): EpochMs => parseRfc3339(text) ?? instant(Number.NaN);
const NOW = at("2026-12-01T08:00:00Z");
const range = { start: at("2026-12-01T09:00:00Z"), end: at("2026-12-01T10:00:00Z") };
const minutes = (from: number, until: number) => ({
  start: later(range.start, from * MINUTE_MS),
  end: later(range.start, until * MINUTE_MS),
});
const id: CalendarId = calendarIdOf({ tenantId: "t", mailbox: "anna@contoso.com", calendar: "primary" });
const answer = (change: Partial<CalendarAnswer>): CalendarAnswer => ({
  ...{ state: "fresh", reason: undefined, asOf: NOW, delivery: "push", busy: [], unknown: [], blocks: [] },
  ...change,
});
const shown = (change: Partial<CalendarAnswer>, mailbox = "anna@contoso.com", now = NOW): string =>
  vFreeBusy({ id, mailbox, range, answer: answer(change), now });
const busyLines = (text: string): string[] => text.split("\r\n").filter((line) => line.startsWith("FREEBUSY"));

test("A12: each kind of block has its type, and blocks of one type are merged", () => {
  const blocks = [
    { ...minutes(0, 10), status: "busy" as const, allDay: false },
    { ...minutes(5, 15), status: "busy" as const, allDay: true },
    { ...minutes(20, 25), status: "tentative" as const, allDay: false },
    { ...minutes(30, 35), status: "oof" as const, allDay: false },
  ];
  expect(busyLines(shown({ blocks }))).toEqual([
    "FREEBUSY;FBTYPE=BUSY:20261201T090000Z/20261201T091500Z",
    "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261201T092000Z/20261201T092500Z",
    "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261201T093000Z/20261201T093500Z",
  ]);
});

test.each<[string, Partial<CalendarAnswer>]>([
  ["stale", { state: "stale", blocks: [{ ...minutes(0, 10), status: "busy", allDay: false }] }],
  ["unknown", { state: "unknown", reason: "accessDenied", unknown: [{ ...range, reason: "accessDenied" }] }],
])("A2, A12: a calendar that is %s is unavailable from end to end", (_, change) => {
  expect(busyLines(shown(change))).toEqual(["FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261201T090000Z/20261201T100000Z"]);
});

test("A2, A12: time beyond what is kept is unavailable", () => {
  const unknown = [{ ...minutes(40, 60), reason: "beyondHorizon" as const }];
  expect(busyLines(shown({ unknown }))).toEqual(["FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261201T094000Z/20261201T100000Z"]);
});

test("A7: the time of writing is no part of what is compared", () => {
  const [now, then] = [shown({}), shown({}, "anna@contoso.com", later(NOW, MINUTE_MS))];
  expect(now).not.toBe(then);
  expect(withoutStamp(now)).toBe(withoutStamp(then));
});

test("whatever a mailbox is called, no line is longer than 75 octets and none is broken open", () => {
  const name = fc.stringMatching(/^[^@\s\p{C}]{1,200}$/u);
  fc.assert(
    fc.property(name, name, (user, host) => {
      const lines = shown({}, `${user}@${host}`).split("\r\n");
      for (const line of lines) {
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(line).toMatch(/^[\x20-\x7e]*$/);
      }
      const unfolded = lines.join("\r\n").replaceAll("\r\n ", "");
      expect(/^ORGANIZER:mailto:(.*)$/m.exec(unfolded)?.[1]?.replace("\r", "")).toBe(
        encodeURIComponent(`${user}@${host}`).replaceAll("%40", "@"),
      );
    }),
  );
});
