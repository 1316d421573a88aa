/** What clocks on walls show, asked of the platform quarter of an hour by quarter of an hour. Nothing of the product's zones. */

const QUARTER_MINUTES = 15;
const OFFSETS_MAX = 50_000;
const offsets = new Map<string, number>();

/** Minutes of local time since 1970, were it UTC, at each of `count` minutes of UTC from `origin`. */
export function localMinutes(zone: string, origin: number, count: number): Float64Array {
  const local = new Float64Array(count);
  for (let index = 0; index < count; index++) local[index] = origin + index + offsetAt(zone, origin + index);
  return local;
}

/** No zone has changed its offset within a quarter of an hour since it was an hour's matter. */
function offsetAt(zone: string, minute: number): number {
  if (zone === "UTC") return 0;
  const quarter = Math.floor(minute / QUARTER_MINUTES);
  const key = `${zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= OFFSETS_MAX) offsets.clear();
  const offset = askedFor(zone, quarter * QUARTER_MINUTES);
  offsets.set(key, offset);
  return offset;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function askedFor(zone: string, minute: number): number {
  const format = formats.get(zone) ?? formatIn(zone);
  formats.set(zone, format);
  const shown = Object.fromEntries(format.formatToParts(minute * 60_000).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute: minutes = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minutes) / 60_000 - minute;
}

const formatIn = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
