/** The partition keys of table `calendars` in order, and parts of them. Ids are hashes, so equal parts hold equally many rows. */

/** Partition keys from `from` up to, not including, `to`; without bound where absent. */
export interface KeyRange {
  readonly from?: string;
  readonly to?: string;
}

/** The letters of base 32 in the order in which Table Storage sorts them. */
const LETTERS = "234567abcdefghijklmnopqrstuvwxyz";
const PREFIX_LENGTH = 4;
/** How finely the keys can be divided. */
const PREFIXES = LETTERS.length ** PREFIX_LENGTH;

/** How much of the keys lies before this one: 0 for the first of all, just under 1 for the last. */
export const shareBefore = (key: string): number => indexOf(key) / PREFIXES;

/**
 * The part of the keys that holds `from`, where all keys are divided into `parts`, from `from` on; divided again into
 * `ranges` of equal size. Together the parts of a round hold every key once.
 */
export function rangesOfPart(from: string | undefined, parts: number, ranges: number): KeyRange[] {
  const size = Math.ceil(PREFIXES / parts); // whole, so that a part ends exactly where the next one begins
  const start = from === undefined ? 0 : indexOf(from);
  const end = Math.min(PREFIXES, (Math.floor(start / size) + 1) * size);
  const width = (end - start) / ranges;
  return Array.from({ length: ranges }, (_, index): KeyRange => {
    const lower = index === 0 ? from : keyAt(Math.round(start + index * width));
    const upper = keyAt(index === ranges - 1 ? end : Math.round(start + (index + 1) * width));
    return { ...(lower !== undefined && { from: lower }), ...(upper !== undefined && { to: upper }) };
  });
}

/** Letters that no key has count as the first one. */
function indexOf(key: string): number {
  let index = 0;
  for (let place = 0; place < PREFIX_LENGTH; place++)
    index = index * LETTERS.length + Math.max(0, LETTERS.indexOf(key.charAt(place) || "2"));
  return index;
}

/** The first letters of the keys from here on; `undefined` at both ends of all keys. */
function keyAt(index: number): string | undefined {
  if (index <= 0 || index >= PREFIXES) return undefined;
  const places = Array.from({ length: PREFIX_LENGTH }, (_, place) => LETTERS.length ** (PREFIX_LENGTH - 1 - place));
  return places.map((value) => LETTERS.charAt(Math.floor(index / value) % LETTERS.length)).join("");
}
