/** Intervals as JSON text. A long answer consists of little else, and has tens of thousands of them. */
import type { Interval } from "../domain/blocks.js";
import { type EpochMs, MINUTE_MS, toRfc3339 } from "../domain/time.js";

/** Appointments begin at few minutes, so that people's share most of theirs. A full cache starts over. */
const TEXTS_MAX = 20_000;
const starts = new Map<number, string>();
const ends = new Map<number, string>();

/** `[{"start":"…Z","end":"…Z"},…]`, as `JSON.stringify` would write it. */
export function intervalsText(intervals: readonly Interval[]): string {
  const parts: string[] = [];
  for (const { start, end } of intervals) {
    parts.push(cachedText(starts, start, startText));
    parts.push(cachedText(ends, end, endText));
  }
  return `[${parts.join("").slice(0, -1)}]`;
}

const startText = (at: EpochMs): string => `{"start":"${toRfc3339(at)}",`;
const endText = (at: EpochMs): string => `"end":"${toRfc3339(at)}"},`;

/** Kept by the minute: small integers are found far faster than milliseconds, and only a whole minute is worth keeping. */
function cachedText(texts: Map<number, string>, at: EpochMs, write: (at: EpochMs) => string): string {
  const minute = (at / MINUTE_MS) | 0;
  if (minute * MINUTE_MS !== at) return write(at);
  const known = texts.get(minute);
  if (known !== undefined) return known;
  if (texts.size >= TEXTS_MAX) texts.clear();
  const text = write(at);
  texts.set(minute, text);
  return text;
}
