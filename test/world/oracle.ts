/**
 * The true calendar, minute by minute: of every minute it is asked of every meeting, and of every date it may repeat on,
 * whether the two meet. Slow on purpose and without a line of the product's or the simulator's code.
 */
import { type Meeting, MINUTES_A_DAY, type Repeat, SECONDS_A_DAY, type Times } from "./meeting.js";
import { localMinutes } from "./wallClock.js";

/** A zone in which all-day meetings are placed; none: as wide as any zone could place them. */
export type DayZone = string | undefined;

/** From the first day that begins anywhere to the last that ends. */
const EARLIEST_ZONE_MINUTES = 14 * 60;
const LATEST_ZONE_MINUTES = -12 * 60;

const DIGITS = { oof: "3", busy: "2", unknown: "2", tentative: "1", workingElsewhere: "4", free: "0" } as const;
const WEAKEST_FIRST = ["4", "1", "2", "3"] as const;

/** One digit a minute, `count` from the minute `origin` of UTC: of what meets in a minute the strongest, `0` free. */
export function digitsAt(meetings: Iterable<Meeting>, origin: number, count: number, dayZone: DayZone): string {
  const digits = new Array<string>(count).fill("0");
  const all = [...meetings].filter(({ gone }) => gone === undefined);
  for (const digit of WEAKEST_FIRST)
    for (const meeting of all.filter(({ showAs }) => DIGITS[showAs] === digit))
      for (let index = 0, spans = spansOf(meeting, origin, count, dayZone); index < count; index++)
        if (isMet(meeting, spans.from(index), spans.until(index))) digits[index] = digit;
  return digits.join("");
}

/** What of local time, in seconds since 1970, a minute of UTC can mean to a meeting. */
interface Spans {
  readonly from: (index: number) => number;
  readonly until: (index: number) => number;
}

function spansOf({ allDay, zone }: Meeting, origin: number, count: number, dayZone: DayZone): Spans {
  const iana = allDay ? dayZone : zone.iana;
  if (iana === undefined)
    return {
      from: (index) => (origin + index + LATEST_ZONE_MINUTES) * 60,
      until: (index) => (origin + index + 1 + EARLIEST_ZONE_MINUTES) * 60,
    };
  const local = localMinutes(iana, origin, count);
  return { from: (index) => (local[index] ?? 0) * 60, until: (index) => (local[index] ?? 0) * 60 + 60 };
}

/** Whether any occurrence meets a stretch of local time, in seconds since 1970. */
function isMet(meeting: Meeting, from: number, until: number): boolean {
  const meets = ({ day, second, seconds }: Times): boolean => {
    const start = day * SECONDS_A_DAY + second;
    return start < until && start + seconds > from;
  };
  const { repeat } = meeting;
  if (repeat === undefined) return meets(meeting);
  const lastDay = Math.floor((until - 1) / SECONDS_A_DAY);
  const firstDay = Math.floor(from / SECONDS_A_DAY) - Math.ceil((meeting.second + meeting.seconds) / SECONDS_A_DAY);
  for (let day = Math.max(firstDay, meeting.day); day <= lastDay; day++)
    if (isOn(meeting, repeat, day) && !meeting.exceptions.has(day) && meets({ ...meeting, day })) return true;
  for (const moved of meeting.exceptions.values()) if (moved !== "deleted" && meets(moved)) return true;
  return false;
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
