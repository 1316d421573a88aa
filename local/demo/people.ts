/** Who works at the demo's Contoso. The same people every time; what is in their calendars is in `demoMailboxes.ts`. */

export interface Person {
  /** Object id of the mailbox. */
  readonly id: string;
  readonly address: string;
  readonly displayName: string;
  /** Windows name, as Graph reports it; "" for a mailbox that has none. */
  readonly timeZone: string;
}

/** Zones of the offices. The first is where meetings of everybody are organized. */
export const ZONES = [
  "W. Europe Standard Time",
  "GMT Standard Time",
  "Eastern Standard Time",
  "Pacific Standard Time",
  "India Standard Time",
] as const;

const TEAM_NAMES = [
  ...["Anna Bakker", "Ben Clarke", "Carla Diaz", "David Evans", "Esha Gupta", "Femke Visser", "George Hughes"],
  ...["Hannah Moore", "Ivan Reyes", "Jaya Nair", "Karin Vogel", "Liam Murphy", "Maria Torres", "Noah Parker"],
  ...["Priya Rao", "Quinten de Boer", "Rachel Shaw", "Samuel Ortiz", "Tara Young", "Vikram Iyer"],
];

/** 20 people, four in each zone. */
export const TEAM: readonly Person[] = TEAM_NAMES.map((name, index) => person(name, index));

/** Has three calendars. */
export const NORA = person("Nora Lindqvist", TEAM.length);
/** A room: many have no zone of their own, so whoever watches it says where it is. */
export const ROOM: Person = { ...person("Room Vermeer", TEAM.length + 1), timeZone: "" };
/** Graph answers 404 MailboxNotEnabledForRESTAPI. */
export const UNLICENSED = person("Otto Unlicensed", TEAM.length + 2);
/** Outside of what the app may read: Graph answers 403. */
export const DENIED = person("Dora Denied", TEAM.length + 3);

export const EVERYBODY: readonly Person[] = [...TEAM, NORA, ROOM, UNLICENSED, DENIED];

function person(displayName: string, index: number): Person {
  const id = `c0c0c0c0-0000-4000-8000-${String(index + 1).padStart(12, "0")}`;
  const address = `${displayName.toLowerCase().replaceAll(" ", ".")}@contoso.com`;
  return { id, address, displayName, timeZone: ZONES[index % ZONES.length] ?? ZONES[0] };
}
