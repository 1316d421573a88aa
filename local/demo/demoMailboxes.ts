/** The demo's mailboxes: 24 in 5 time zones, everything in them relative to today, the same for the same day. */
import type { GraphSimulator } from "../graph/simulator.js";
import { seededRandom } from "../graph/surroundings.js";
import { nextWorkday } from "./days.js";
import { DENIED, EVERYBODY, NORA, type Person, ROOM, TEAM, UNLICENSED, ZONES } from "./people.js";
import { between, type DemoEvent, seriesOf } from "./series.js";
import { meetingsOf, plain, wholeDaysOf } from "./singleEvents.js";

export interface DemoCalendar {
  /** "primary" or a name. */
  readonly name: string;
  readonly events: readonly DemoEvent[];
}

export interface DemoMailbox {
  readonly person: Person;
  readonly access: "open" | "unlicensed" | "denied";
  /** The default one first. */
  readonly calendars: readonly DemoCalendar[];
}

/** A meeting of the first of the team, on a day on which nothing else is near it: the one to move about. */
export const REVIEW = {
  id: "review",
  person: TEAM[0] ?? NORA,
  from: "11:00",
  to: "12:00",
  later: ["12:30", "13:30"],
} as const;
export const reviewDate = nextWorkday;

const SEED = 2026;

/** `today`: the date, "2026-12-01". */
export const demoMailboxes = (today: string): DemoMailbox[] =>
  EVERYBODY.map((person, index) => ({
    person,
    access: person === UNLICENSED ? "unlicensed" : person === DENIED ? "denied" : "open",
    calendars: calendarsOf(person, index, today),
  }));

function calendarsOf(person: Person, index: number, today: string): DemoCalendar[] {
  const random = seededRandom(SEED + index);
  const key = person.address.split("@")[0] ?? "";
  const isReviewed = person === REVIEW.person;
  const clear = new Set(isReviewed ? [reviewDate(today)] : []);
  const events = [
    ...(isReviewed ? [review(today)] : []),
    ...(person === ROOM ? [] : [...seriesOf(key, index, today), ...wholeDaysOf(key, index, today)]),
    ...meetingsOf(key, today, random, clear),
  ];
  const others = person === NORA ? ["Projects", "Private"] : [];
  return [
    { name: "primary", events },
    ...others.map((name) => ({ name, events: meetingsOf(`${key}-${name.toLowerCase()}`, today, random, new Set()) })),
  ];
}

const review = (today: string): DemoEvent =>
  plain({ id: REVIEW.id, subject: "Review", ...between(reviewDate(today), REVIEW.from, REVIEW.to) });

/** Puts the mailboxes into an empty simulator. */
export function fillOutlook({ outlook }: GraphSimulator, mailboxes: readonly DemoMailbox[]): void {
  for (const { person, access, calendars } of mailboxes) {
    outlook.addMailbox(person);
    for (const { name, events } of calendars) {
      if (name !== "primary") outlook.addCalendar(person.address, { name });
      for (const event of events) addEvent(outlook, person, name, event);
    }
    outlook.setLicensed(person.address, access !== "unlicensed");
    outlook.denyAccess(person.address, access === "denied");
  }
}

function addEvent(outlook: GraphSimulator["outlook"], person: Person, calendar: string, event: DemoEvent): void {
  // A room without a zone still has its meetings in the time of the place it is in.
  const zone = person.timeZone === "" ? { timeZone: ZONES[0] } : {};
  outlook.addEvent(person.address, calendar, { ...zone, ...event.input });
  for (const { date, change } of event.exceptions) {
    const id = `${event.input.id}.${date}`;
    if (change === "deleted") outlook.deleteEvent(person.address, calendar, id);
    else outlook.updateEvent(person.address, calendar, id, change);
  }
}
