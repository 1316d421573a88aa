/** What is in a calendar besides series: meetings of every kind, days off, days elsewhere. Seeded, so it repeats. */
import type { EventInput } from "../graph/event.js";
import { daysAfter, mondayOf, workdays } from "./days.js";
import { between, type DemoEvent } from "./series.js";

type Kind = Pick<EventInput, "subject" | "showAs" | "response" | "isCancelled" | "sensitivity">;

/** A kind is as likely as it is often here. */
const KINDS: readonly Kind[] = [
  ...Array.from({ length: 8 }, () => ({ subject: "Meeting", showAs: "busy" as const })),
  ...Array.from({ length: 2 }, () => ({ subject: "Maybe", showAs: "tentative", response: "notResponded" }) as const),
  { subject: "Dentist", showAs: "oof", sensitivity: "private" },
  { subject: "School", showAs: "busy", sensitivity: "private" },
  { subject: "From home", showAs: "workingElsewhere" },
  { subject: "Reading", showAs: "free" },
  { subject: "Canceled: Workshop", showAs: "busy", isCancelled: true, response: "accepted" },
  { subject: "Sales pitch", showAs: "busy", response: "declined" },
];

/** From last week to beyond the 90 days that the app looks ahead. */
const FROM_DAYS = -7;
const WORKDAYS_COUNT = 72;
/** Half hours from 10:00 at which meetings begin; the last begins at 16:30. */
const HALF_HOURS = 14;
const MEETINGS_PER_DAY_MAX = 3;

/** Meetings on workdays; none on the dates that are to stay clear. */
export function meetingsOf(key: string, today: string, random: () => number, clear: ReadonlySet<string>): DemoEvent[] {
  const days = workdays(today, FROM_DAYS, WORKDAYS_COUNT).filter((date) => !clear.has(date));
  return days.flatMap((date) => {
    const count = Math.floor(random() * (MEETINGS_PER_DAY_MAX + 1));
    return Array.from({ length: count }, (_, index) => meeting(`${key}-${date}-${index}`, date, random));
  });
}

function meeting(id: string, date: string, random: () => number): DemoEvent {
  const from = 20 + Math.floor(random() * HALF_HOURS);
  const to = from + 1 + Math.floor(random() * 3);
  const kind = KINDS[Math.floor(random() * KINDS.length)] ?? {};
  return plain({ id, ...kind, ...between(date, halfHour(from), halfHour(to)) });
}

/** 19 → "09:30". */
const halfHour = (count: number): string =>
  `${String(Math.floor(count / 2)).padStart(2, "0")}:${count % 2 === 0 ? "00" : "30"}`;

/** A working week off, a day at a conference, a birthday that blocks nothing: for some of the people each. */
export function wholeDaysOf(key: string, index: number, today: string): DemoEvent[] {
  const monday = mondayOf(today);
  const vacation = daysAfter(monday, 7 * (1 + (index % 5)));
  const conference = daysAfter(monday, 7 * (2 + (index % 6)) + (index % 5));
  const birthday = daysAfter(today, 3 + index);
  return [
    ...(index % 4 === 1 ? [wholeDays(`${key}-vacation`, "Vacation", vacation, 5, "oof")] : []),
    ...(index % 3 === 0 ? [wholeDays(`${key}-conference`, "Conference", conference, 1, "workingElsewhere")] : []),
    ...(index % 5 === 2 ? [wholeDays(`${key}-birthday`, "Birthday", birthday, 1, "free")] : []),
    ...(index % 6 === 4 ? [wholeDays(`${key}-training`, "Training", daysAfter(conference, 7), 2, "busy")] : []),
  ];
}

const wholeDays = (
  id: string,
  subject: string,
  date: string,
  days: number,
  showAs: "oof" | "busy" | "free" | "workingElsewhere",
) => plain({ id, subject, start: date, end: daysAfter(date, days), isAllDay: true, showAs });

/** An event that happens once. */
export const plain = (input: DemoEvent["input"]): DemoEvent => ({ input, exceptions: [] });
