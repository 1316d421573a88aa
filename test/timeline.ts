/** Graph's `availabilityView` digits as a notation for tests: one digit a minute, `0` free, `?` unknown. */
import type { Interval, Layers, Span, Status } from "../shared/domain/blocks.js";
import { LAYER_KINDS } from "../shared/domain/packing.js";
import { instant, MINUTE_MS } from "../shared/domain/time.js";

export const DIGIT_OF = {
  tentative: "1",
  busy: "2",
  oof: "3",
  workingElsewhere: "4",
} as const satisfies Record<Status, string>;

/** The runs of a digit in the row, in minutes from `origin`. */
export const runsOf = (row: string, digit: string, origin = 0): Span[] =>
  [...row.matchAll(new RegExp(`[${digit}]+`, "g"))].map(({ index, 0: run }) => ({
    start: origin + index,
    end: origin + index + run.length,
  }));

/** Timed layers that hold what any of the rows shows; rows of one length. */
export const timed = (rows: readonly string[], origin = 0): Layers =>
  LAYER_KINDS.filter(({ allDay }) => !allDay)
    .map(({ status, allDay }) => {
      const length = Math.max(0, ...rows.map((row) => row.length));
      const digit = DIGIT_OF[status];
      const union = Array.from({ length }, (_, at) => (rows.some((row) => row[at] === digit) ? digit : "0"));
      return { status, allDay, spans: runsOf(union.join(""), digit, origin) };
    })
    .filter(({ spans }) => spans.length > 0);

/** What each of `count` minutes from `origin` is, by the first of the marks (digits first) whose intervals hold all of it. */
export const shown = (
  marks: Readonly<Record<string, readonly Interval[]>>,
  origin: number,
  count: number,
  otherwise = "0",
): string =>
  Array.from({ length: count }, (_, index) => {
    const at = instant((origin + index) * MINUTE_MS);
    const holds = ({ start, end }: Interval): boolean => start <= at && at + MINUTE_MS <= end;
    return Object.keys(marks).find((mark) => marks[mark]?.some(holds)) ?? otherwise;
  }).join("");

/** Sorted, disjoint, not touching, none empty. */
export const isMerged = (intervals: readonly Span[]): boolean =>
  intervals.every(({ start, end }, index) => start < end && start > (intervals[index - 1]?.end ?? -Infinity));
