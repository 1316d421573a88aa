/** Who lives in a world, and what they write into their calendars. */
import type { GraphSimulator } from "../../local/graph/simulator.js";
import { type CalendarId, type CalendarName, calendarIdOf, PRIMARY } from "../../shared/domain/calendarId.js";
import { nameOf } from "../graphBed.js";
import { Agenda } from "./agenda.js";
import { inputOf, type Meeting, MINUTES_A_DAY, type Repeat, SECONDS_A_DAY, type Times, timesText } from "./meeting.js";
import { isOn } from "./oracle.js";
import type { Dice, Profile } from "./profile.js";

export const ANNA = "anna@contoso.com";
export const BEN = "ben@contoso.com";
/** In subjects and in Graph's error messages; must never be met again. */
export const PRIVATE = "Merger with Zebra";

/** As Outlook names it, and what that means; none: a mailbox without a zone. */
const ZONES = [
  { name: "W. Europe Standard Time", iana: "Europe/Berlin" },
  { name: "UTC", iana: "UTC" },
  { name: "Tokyo Standard Time", iana: "Asia/Tokyo" },
] as const;
const NO_ZONE = { name: "", iana: undefined } as const;

export interface Resident {
  readonly name: CalendarName;
  readonly id: CalendarId;
  readonly agenda: Agenda;
  /** The mailbox's zone. */
  readonly zone: (typeof ZONES)[number] | typeof NO_ZONE;
}

/** Mailboxes and calendars, empty. */
export function settle(sim: GraphSimulator, { sides }: Profile, dice: Dice): readonly Resident[] {
  const calendars = ["", ..."12345".slice(0, sides)].map((side) =>
    side === "" ? PRIMARY : `AAMkADc5/Cal+side${side}=`,
  );
  const homes = [
    { mailbox: ANNA, calendars, zone: ZONES[0] },
    { mailbox: BEN, calendars: [PRIMARY], zone: dice.pick([NO_ZONE, ...ZONES]) },
  ];
  return homes.flatMap(({ mailbox, calendars, zone }) => {
    sim.outlook.addMailbox({ address: mailbox, timeZone: zone.name });
    for (const id of calendars.slice(1)) sim.outlook.addCalendar(mailbox, { name: id, id });
    return calendars.map((calendar) => {
      const name = nameOf(mailbox, calendar);
      return { name, id: calendarIdOf(name), agenda: new Agenda(), zone };
    });
  });
}

/** One thing happens in a calendar; what, for the trace. */
export function change(sim: GraphSimulator, resident: Resident, dice: Dice, now: number): string {
  const { agenda, name } = resident;
  const { mailbox, calendar } = name;
  const old = dice.chance(0.6) ? [...agenda.now.values()][dice.below(Math.max(1, agenda.now.size))] : undefined;
  if (old === undefined) {
    const meeting = newMeeting(`m${agenda.changes}`, dice, now);
    sim.outlook.addEvent(mailbox, calendar, inputOf(meeting, `${PRIVATE} ${meeting.id}`));
    agenda.put(meeting, now);
    return `${meeting.id} is new`;
  }
  if (old.repeat !== undefined && dice.chance(0.6)) return changeOccurrence(sim, resident, old, old.repeat, dice, now);
  if (dice.chance(0.4)) {
    sim.outlook.deleteEvent(mailbox, calendar, old.id);
    agenda.remove(old.id, now);
    return `${old.id} is deleted`;
  }
  if (old.repeat !== undefined) return `${old.id} stays`;
  const moved = {
    ...old,
    ...(old.allDay ? daysAround(dice, now) : timesIn(old.zone, dice, now)),
    showAs: statusOf(dice),
  };
  sim.outlook.updateEvent(mailbox, calendar, old.id, {
    ...timesText(moved, moved.allDay),
    timeZone: moved.zone.name,
    showAs: moved.showAs,
  });
  agenda.put(moved, now);
  return `${old.id} moves`;
}

function changeOccurrence(
  sim: GraphSimulator,
  { agenda, name }: Resident,
  old: Meeting,
  repeat: Repeat,
  dice: Dice,
  now: number,
): string {
  const days = Array.from({ length: 12 }, (_, index) => old.day + index).filter(
    (day) => isOn(old, repeat, day) && !old.exceptions.has(day),
  );
  const day = days[dice.below(Math.max(1, days.length))];
  if (day === undefined) return `${old.id} stays`;
  const id = `${old.id}.${new Date(day * SECONDS_A_DAY * 1_000).toISOString().slice(0, 10)}`;
  const times: Times = {
    day: day + dice.below(2),
    second: 3_600 * (7 + dice.below(8)),
    seconds: 1_800 * (1 + dice.below(3)),
  };
  const isDeleted = dice.chance(0.5) || old.allDay;
  if (isDeleted) sim.outlook.deleteEvent(name.mailbox, name.calendar, id);
  else
    sim.outlook.updateEvent(name.mailbox, name.calendar, id, { ...timesText(times, false), timeZone: old.zone.name });
  agenda.put({ ...old, exceptions: new Map([...old.exceptions, [day, isDeleted ? "deleted" : times]]) }, now);
  return `${id} ${isDeleted ? "is deleted" : "moves"}`;
}

function newMeeting(id: string, dice: Dice, now: number): Meeting {
  const allDay = dice.chance(0.2);
  const repeats = dice.chance(0.3);
  const zone = dice.pick(ZONES);
  const gone = dice.pick([undefined, undefined, undefined, undefined, "cancelled", "declined"] as const);
  return {
    id,
    showAs: statusOf(dice),
    ...(gone !== undefined && { gone }),
    allDay,
    zone,
    ...(allDay ? daysAround(dice, now) : repeats ? workingHours(dice, now) : timesIn(zone, dice, now)),
    ...(repeats && { repeat: repeatOf(dice, now) }),
    exceptions: new Map(),
  };
}

const statusOf = ({ pick }: Dice) =>
  pick(["busy", "busy", "oof", "tentative", "workingElsewhere", "free", "unknown"] as const);

const dayAround = (dice: Dice, now: number): number => Math.floor(now / (SECONDS_A_DAY * 1_000)) - 3 + dice.below(12);

/** Nothing in the hours in which clocks change: what wall clocks mean then is another test's subject. */
const timesIn = (zone: Meeting["zone"], dice: Dice, now: number): Times =>
  zone === ZONES[0] ? workingHours(dice, now) : timesAround(dice, now);

/** Any minute, and some that begin or end within one. */
function timesAround(dice: Dice, now: number): Times {
  const second = dice.below(MINUTES_A_DAY) * 60 + (dice.chance(0.2) ? 20 : 0);
  return { day: dayAround(dice, now), second, seconds: 60 * (1 + dice.below(600)) };
}

const workingHours = (dice: Dice, now: number): Times => ({
  day: dayAround(dice, now),
  second: 3_600 * (6 + dice.below(12)),
  seconds: 900 * (1 + dice.below(8)),
});

const daysAround = (dice: Dice, now: number): Times => ({
  day: dayAround(dice, now),
  second: 0,
  seconds: SECONDS_A_DAY * (1 + dice.below(2)),
});

function repeatOf(dice: Dice, now: number): Repeat {
  const every = 1 + dice.below(3);
  if (dice.chance(0.5)) return { every, ...(dice.chance(0.5) && { count: 1 + dice.below(6) }) };
  const weekdays = [1 + dice.below(3), 4 + dice.below(2)];
  return { every: 1 + (every % 2), weekdays, ...(dice.chance(0.5) && { until: dayAround(dice, now) + 5 }) };
}
