/**
 * The true calendar, minute by minute: of every minute it is asked of every meeting, and of every date it may repeat on,
 * whether the two meet. Slow on purpose and without a line of the product's or the simulator's code.
 */
import type { Meetings } from "./agenda.js";
import { type Meeting, MINUTES_A_DAY, type Repeat, SECONDS_A_DAY } from "./meeting.js";
import { localMinutes } from "./wallClock.js";

/** A zone in which all-day meetings are placed; none: as wide as any zone could place them. */
export type DayZone = string | undefined;

/** From the first day that begins anywhere to the last that ends. */
const EARLIEST_ZONE_MINUTES = 14 * 60;
const LATEST_ZONE_MINUTES = -12 * 60;

const DIGITS = { oof: "3", busy: "2", unknown: "2", tentative: "1", workingElsewhere: "4", free: "0" } as const;
const WEAKEST_FIRST = ["4", "1", "2", "3"] as const;

/** Meetings never change once they are noted: what was computed of them is remembered as long as they are. */
const computed = new WeakMap<Meetings, Map<string, string>>();

/** One digit a minute, `count` from the minute `origin` of UTC: of what meets in a minute the strongest, `0` free. */
export function digitsAt(meetings: Meetings, origin: number, count: number, dayZone: DayZone): string {
  const asked = `${origin} ${count} ${dayZone}`;
  const answers = computed.get(meetings) ?? new Map<string, string>();
  computed.set(meetings, answers);
  const digits = answers.get(asked) ?? minuteByMinute(meetings, origin, count, dayZone);
  if (answers.size >= KNOWN_MAX) answers.clear();
  answers.set(asked, digits);
  return digits;
}

function minuteByMinute(meetings: Meetings, origin: number, count: number, dayZone: DayZone): string {
  const digits = new Array<string>(count).fill("0");
  const all = [...meetings.values()].filter(({ gone }) => gone === undefined);
  for (const digit of WEAKEST_FIRST)
    for (const meeting of all.filter(({ showAs }) => DIGITS[showAs] === digit)) {
      const { from, until } = spansOf(meeting, origin, count, dayZone);
      for (let index = 0; index < count; index++)
        if (isMet(meeting, from[index] ?? 0, until[index] ?? 0)) digits[index] = digit;
    }
  return digits.join("");
}

/** What of local time, in seconds since 1970, each minute of UTC can mean to a meeting. */
interface Spans {
  readonly from: Float64Array;
  readonly until: Float64Array;
}

const known = new Map<string, Spans>();
const KNOWN_MAX = 64;

function spansOf({ allDay, zone }: Meeting, origin: number, count: number, dayZone: DayZone): Spans {
  const iana = allDay ? dayZone : zone.iana;
  const key = `${iana} ${origin} ${count}`;
  const spans = known.get(key) ?? spansIn(iana, origin, count);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(key, spans);
  return spans;
}

function spansIn(iana: string | undefined, origin: number, count: number): Spans {
  const local = localMinutes(iana ?? "UTC", origin, count);
  const [earliest, latest] = iana === undefined ? [LATEST_ZONE_MINUTES, EARLIEST_ZONE_MINUTES] : [0, 0];
  return {
    from: local.map((minute) => (minute + earliest) * 60),
    until: local.map((minute) => (minute + 1 + latest) * 60),
  };
}

/** Whether any occurrence meets a stretch of local time, in seconds since 1970. */
function isMet(meeting: Meeting, from: number, until: number): boolean {
  const { repeat, exceptions, second, seconds } = meeting;
  if (repeat === undefined) return meets(meeting.day, second, seconds, from, until);
  const lastDay = Math.floor((until - 1) / SECONDS_A_DAY);
  const firstDay = Math.floor(from / SECONDS_A_DAY) - Math.ceil((second + seconds) / SECONDS_A_DAY);
  for (let day = Math.max(firstDay, meeting.day); day <= lastDay; day++)
    if (meets(day, second, seconds, from, until) && isOn(meeting, repeat, day) && !exceptions.has(day)) return true;
  for (const moved of exceptions.values())
    if (moved !== "deleted" && meets(moved.day, moved.second, moved.seconds, from, until)) return true;
  return false;
}

function meets(day: number, second: number, seconds: number, from: number, until: number): boolean {
  const start = day * SECONDS_A_DAY + second;
  return start < until && start + seconds > from;
}

/** Whether the pattern has this date, whatever became of it. */
export function isOn(meeting: Meeting, { every, weekdays, until, count }: Repeat, day: number): boolean {
  if (day < meeting.day || day > (until ?? day)) return false;
  const age = day - meeting.day;
  if (weekdays === undefined) return age % every === 0 && age / every < (count ?? Number.POSITIVE_INFINITY);
  const weeks = weekOf(day) - weekOf(meeting.day);
  return weekdays.includes(weekdayOf(day)) && weeks % every === 0;
}

/** 1 January 1970 was a Thursday; weeks begin on Sunday. */
const weekdayOf = (day: number): number => (day + 4) % 7;
const weekOf = (day: number): number => Math.floor((day + 4) / 7);

export const minuteOf = (ms: number): number => Math.floor(ms / 60_000);
export const firstMinuteOfDay = (ms: number): number => Math.floor(minuteOf(ms) / MINUTES_A_DAY) * MINUTES_A_DAY;
