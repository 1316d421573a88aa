/**
 * Six-field NCRONTAB: `second minute hour day month weekday`, in the local time zone. Unlike in other crons, the day of
 * the month AND the weekday must match. Rules: https://github.com/atifaziz/NCrontab
 */
export interface Schedule {
  readonly text: string;
  readonly seconds: Field;
  readonly minutes: Field;
  readonly hours: Field;
  readonly days: Field;
  readonly months: Field;
  readonly weekdays: Field;
}

/** The values of one field, ascending. */
type Field = readonly number[];

const MONTHS = "january february march april may june july august september october november december".split(" ");
const WEEKDAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");

// A 29 February on a given weekday comes at most 40 years after the last one (around a year like 2100).
const DAYS_AHEAD_MAX = 41 * 366;

/** Undefined if the text is not an expression; five fields mean second 0. */
export function parseSchedule(text: string): Schedule | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length === 5) fields.unshift("0");
  if (fields.length !== 6) return undefined;
  const [seconds, minutes] = [parseField(fields[0], 0, 59), parseField(fields[1], 0, 59)];
  const [hours, days] = [parseField(fields[2], 0, 23), parseField(fields[3], 1, 31)];
  const [months, weekdays] = [parseField(fields[4], 1, 12, MONTHS), parseField(fields[5], 0, 6, WEEKDAYS)];
  if (seconds === undefined || minutes === undefined || hours === undefined) return undefined;
  if (days === undefined || months === undefined || weekdays === undefined) return undefined;
  return { text, seconds, minutes, hours, days, months, weekdays };
}

/** The first occurrence after `after`; undefined for a day that never comes, such as 30 February. */
export function nextOccurrence(schedule: Schedule, after: Date): Date | undefined {
  const [year, month, day] = [after.getFullYear(), after.getMonth(), after.getDate()];
  for (let ahead = 0; ahead <= DAYS_AHEAD_MAX; ahead += 1) {
    const noon = new Date(year, month, day + ahead, 12); // noon exists on every day, midnight does not
    if (!dayMatches(schedule, noon)) continue;
    const found = firstOfDay(schedule, noon, after, ahead === 0);
    if (found !== undefined) return found;
  }
  return undefined;
}

function dayMatches(schedule: Schedule, day: Date): boolean {
  return (
    schedule.months.includes(day.getMonth() + 1) &&
    schedule.days.includes(day.getDate()) &&
    schedule.weekdays.includes(day.getDay())
  );
}

function firstOfDay(schedule: Schedule, day: Date, after: Date, sameDay: boolean): Date | undefined {
  for (const hour of schedule.hours) {
    if (sameDay && hour < after.getHours()) continue;
    for (const minute of schedule.minutes) {
      if (sameDay && hour === after.getHours() && minute < after.getMinutes()) continue;
      for (const second of schedule.seconds) {
        const at = new Date(day.getFullYear(), day.getMonth(), day.getDate(), hour, minute, second);
        if (at.getTime() > after.getTime()) return at;
      }
    }
  }
  return undefined;
}

function parseField(text: string | undefined, min: number, max: number, names: readonly string[] = []) {
  const values = new Set<number>();
  for (const item of (text ?? "").split(",")) {
    const range = parseItem(item, min, max, names);
    if (range === undefined) return undefined;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** `*`, `a`, `a-b`, each with an optional `/step`; `a/step` runs to the end of the field. */
function parseItem(item: string, min: number, max: number, names: readonly string[]): Range | undefined {
  const [, range = "", stepText] = /^([^/]+)(?:\/(\d+))?$/.exec(item) ?? [];
  const step = Number(stepText ?? 1);
  if (range === "" || step < 1) return undefined;
  if (range === "*") return { from: min, to: max, step };
  const [first, last, more] = range.split("-").map((text) => parseValue(text, min, max, names));
  if (first === undefined || more !== undefined) return undefined;
  if (!range.includes("-")) return { from: first, to: step === 1 ? first : max, step };
  if (last === undefined) return undefined;
  return { from: Math.min(first, last), to: Math.max(first, last), step };
}

/** Names count by their beginning, the first that fits: `mon`, `Monday`, `ju` (June). */
function parseValue(text: string, min: number, max: number, names: readonly string[]): number | undefined {
  if (/^\d{1,2}$/.test(text)) {
    const value = Number(text);
    return value >= min && value <= max ? value : undefined;
  }
  const index = text === "" ? -1 : names.findIndex((name) => name.startsWith(text.toLowerCase()));
  return index === -1 ? undefined : index + min;
}
