/** Arithmetic with half-open intervals. */
import type { Interval } from "./blocks.js";
import { earliest, latest } from "./time.js";

/** In any unit. */
export interface Range<Unit extends number> {
  readonly start: Unit;
  readonly end: Unit;
}

/**
 * The same time in the fewest intervals: sorted, disjoint, not touching. Empty ones are left out. Linear where they come
 * sorted, else n log n.
 */
export function merged<Unit extends number>(ranges: readonly Range<Unit>[]): Range<Unit>[] {
  const result: Range<Unit>[] = [];
  let last: Range<Unit> | undefined;
  for (const one of isSorted(ranges) ? ranges : ranges.toSorted((a, b) => a.start - b.start)) {
    if (one.start >= one.end) continue;
    if (last === undefined || one.start > last.end) result.push(one);
    else if (one.end > last.end) result[result.length - 1] = { start: last.start, end: one.end };
    last = result[result.length - 1];
  }
  return result;
}

function isSorted(ranges: readonly Range<number>[]): boolean {
  let previous = Number.NEGATIVE_INFINITY;
  for (const { start } of ranges) {
    if (start < previous) return false;
    previous = start;
  }
  return true;
}

/** What of the intervals lies within the bounds, in their order; what is left empty goes. */
export function clipped<Kind extends Interval>(intervals: readonly Kind[], bounds: Interval): Kind[] {
  const result: Kind[] = [];
  for (const one of intervals) {
    const whole = one.start >= bounds.start && one.end <= bounds.end;
    const part = whole ? one : clip(one, bounds);
    if (part.start < part.end) result.push(part);
  }
  return result;
}

const clip = <Kind extends Interval>(one: Kind, { start, end }: Interval): Kind => ({
  ...one,
  start: latest(one.start, start),
  end: earliest(one.end, end),
});

/** The time in `ranges` that is not in `taken`. Both as `merged` makes them, and so is the result. Linear. */
export function without(ranges: readonly Interval[], taken: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  let next = 0;
  for (const { start, end } of ranges) {
    let from = start;
    for (; next < taken.length; next++) {
      const hole = taken[next];
      if (hole === undefined || hole.start >= end) break;
      if (hole.start > from) result.push({ start: from, end: hole.start });
      if (hole.end > from) from = hole.end;
      if (hole.end > end) break; // it may reach into the next range too
    }
    if (from < end) result.push({ start: from, end });
  }
  return result;
}
