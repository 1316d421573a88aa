/** What clocks on walls show, asked of the platform quarter of an hour by quarter of an hour. Nothing of the product's zones. */

const QUARTER_MINUTES = 15;
const QUARTERS_MAX = 20_000;
const zones = new Map<string, Map<number, number>>();

/** Minutes of local time since 1970, were it UTC, at each of `count` minutes of UTC from `origin`. */
export function localMinutes(zone: string, origin: number, count: number): Float64Array {
  const local = new Float64Array(count);
  let [quarter, offset] = [Number.NaN, 0];
  for (let index = 0; index < count; index++) {
    const at = Math.floor((origin + index) / QUARTER_MINUTES);
    if (at !== quarter) [quarter, offset] = [at, offsetIn(zone, at)];
    local[index] = origin + index + offset;
  }
  return local;
}

/** No zone has changed its offset within a quarter of an hour since it was an hour's matter. */
function offsetIn(zone: string, quarter: number): number {
  if (zone === "UTC") return 0;
  const offsets = zones.get(zone) ?? new Map<number, number>();
  zones.set(zone, offsets);
  const known = offsets.get(quarter);
  if (known !== undefined) return known;
  if (offsets.size >= QUARTERS_MAX) offsets.clear();
  const offset = askedFor(zone, quarter * QUARTER_MINUTES);
  offsets.set(quarter, offset);
  return offset;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function askedFor(zone: string, minute: number): number {
  const format = formats.get(zone) ?? formatIn(zone);
  formats.set(zone, format);
  const shown = Object.fromEntries(
    format.formatToParts(minute * 60_000).map(({ type, value }) => [type, Number(value)]),
  );
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
