/** The recurring meetings of one person, with the exceptions that real series collect. */
import type { EventChanges, EventInput } from "../graph/event.js";
import { DAYS } from "../graph/recurrence.js";
import { daysAfter, mondayOf, workdays } from "./days.js";
import { ZONES } from "./people.js";

/** An event, and of a series what became of single dates of it. */
export interface DemoEvent {
  readonly input: EventInput & { readonly id: string };
  readonly exceptions: readonly { readonly date: string; readonly change: EventChanges | "deleted" }[];
}

/** Series began so many weeks ago and go on beyond everything that is read. */
const WEEKS_AGO = 3;
const WORKWEEK = DAYS.slice(1, 6);

export function seriesOf(key: string, index: number, today: string): DemoEvent[] {
  const first = daysAfter(mondayOf(today), -7 * WEEKS_AGO);
  return [standUp(key, index, today, first), oneToOne(key, index, today, first), allHands(key, first)];
}

function standUp(key: string, index: number, today: string, first: string): DemoEvent {
  const [moved = today, deleted = today, cancelled = today] = workdays(today, 2 + (index % 4), 3);
  return {
    input: {
      id: `${key}-stand-up`,
      subject: "Stand-up",
      ...between(first, "09:30", "09:45"),
      recurrence: { pattern: "weekly", daysOfWeek: [...WORKWEEK] },
    },
    exceptions: [
      { date: moved, change: between(moved, "08:30", "08:45") },
      { date: deleted, change: "deleted" },
      { date: cancelled, change: { isCancelled: true } },
    ],
  };
}

/** Every week on the person's own weekday; one of them was put off to the day after. */
function oneToOne(key: string, index: number, today: string, first: string): DemoEvent {
  const start = daysAfter(first, index % 5);
  const next = daysAfter(start, 7 * (WEEKS_AGO + 1));
  return {
    input: {
      id: `${key}-one-to-one`,
      subject: "One-to-one",
      ...between(start, "14:00", "14:30"),
      response: "accepted",
      recurrence: { pattern: "weekly", until: daysAfter(today, 200) },
    },
    exceptions: [
      { date: next, change: between(daysAfter(next, 1), "16:30", "17:00") },
      { date: daysAfter(next, 7), change: { response: "declined" } },
    ],
  };
}

/** Organized in another zone than most who are invited. */
function allHands(key: string, first: string): DemoEvent {
  const start = `${daysAfter(first, -31).slice(0, 8)}15`;
  const recurrence = { pattern: "monthly", dayOfMonth: 15 } as const;
  const times = { ...between(start, "16:00", "17:00"), timeZone: ZONES[0] };
  return {
    input: { id: `${key}-all-hands`, subject: "All hands", ...times, response: "tentativelyAccepted", recurrence },
    exceptions: [],
  };
}

/** Wall times on one date, in the zone of the event. */
export const between = (date: string, from: string, to: string) => ({ start: `${date}T${from}`, end: `${date}T${to}` });
