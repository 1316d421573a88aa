/** What to try, as lines for bash: each works when pasted, in any order that makes sense, as often as you like. */
import { calendarIdOf, PRIMARY } from "../../shared/domain/calendarId.js";
import { instantOf, resolveZone } from "../graph/zones.js";
import type { Wish } from "./appClient.js";
import { daysAfter } from "./days.js";
import { REVIEW, reviewDate } from "./demoMailboxes.js";
import { TENANT_ID } from "./hostSettings.js";
import { DENIED, TEAM, UNLICENSED } from "./people.js";

export interface TourStep {
  /** One line that says what the line does. */
  readonly about: string;
  readonly line: string;
}

export interface TourPlace {
  /** Origins without a slash at the end. */
  readonly appUrl: string;
  readonly controlUrl: string;
  /** The date of the run, "2026-12-01". */
  readonly today: string;
}

/** How many of the team are to be free at once. */
const AT_LEAST = 12;
/** A change is visible after a second or two; nobody should have to look twice. */
const SECONDS_TO_SEE = 5;

export function tour({ appUrl, controlUrl, today }: TourPlace): TourStep[] {
  const { address, displayName } = REVIEW.person;
  const name = displayName.split(" ")[0] ?? "";
  const id = calendarIdOf({ tenantId: TENANT_ID, mailbox: address, calendar: PRIMARY });
  const date = reviewDate(today);
  const event = `${controlUrl}/mailboxes/${encodeURIComponent(address)}/calendars/primary/events/${REVIEW.id}`;
  const read = get(`${appUrl}/api/availability?${query([address], date, 1)}&detail=true`);
  const move = (from: string, to: string): string =>
    send("PATCH", event, { start: `${date}T${from}`, end: `${date}T${to}` });
  const [laterFrom, laterTo] = REVIEW.later;
  const utc = (time: string): string => utcTime(date, time);
  const first = `${utc(REVIEW.from)} to ${utc(REVIEW.to)}`;
  const second = `${utc(laterFrom)} to ${utc(laterTo)}`;
  return [
    { about: "Is the app up?", line: get(`${appUrl}/api/health`) },
    { about: `When is ${name} busy on ${date}? Among it a review, ${first} UTC`, line: read },
    {
      about: `When are at least ${AT_LEAST} of a team of 20 free? See "free" in "combined", at the end`,
      line: send("POST", `${appUrl}/api/availability`, {
        calendars: TEAM.map((person) => ({ mailbox: person.address })),
        ...days(date, 1),
        combine: { atLeast: AT_LEAST },
      }),
    },
    { about: `In simulated Outlook, move ${name}'s review to ${second} UTC`, line: move(laterFrom, laterTo) },
    { about: "Read again: it has moved, because Graph told the app", line: `sleep ${SECONDS_TO_SEE}; ${read}` },
    { about: "Everything that is known about this calendar", line: get(`${appUrl}/api/calendars/${id}`) },
    {
      about: "A mailbox without a licence and one that the app may not read: unknown, each with its reason, never free",
      line: get(`${appUrl}/api/availability?${query([UNLICENSED.address, DENIED.address], date, 1)}`),
    },
    {
      about: "Graph goes down: from now on it answers 503 to everything",
      line: send("POST", `${controlUrl}/faults`, { kind: "error", status: 503, code: "ServiceUnavailable" }),
    },
    { about: 'Read during the outage: answered as before; "asOf" says how old that is', line: read },
    { about: "The outage ends", line: send("DELETE", `${controlUrl}/faults`) },
    {
      about: "From now on every notification is lost",
      line: send("PATCH", `${controlUrl}/notifications`, { dropProbability: 1 }),
    },
    { about: `Move the review back to ${first} UTC: nobody is told`, line: move(REVIEW.from, REVIEW.to) },
    { about: "Ask the app to read that calendar now", line: send("POST", `${appUrl}/api/calendars/${id}/refresh`) },
    { about: "Read again: it has moved back", line: `sleep ${SECONDS_TO_SEE}; ${read}` },
    { about: "Notifications arrive again", line: send("DELETE", `${controlUrl}/notifications`) },
  ];
}

/** What the start does, unless it was told not to. Whoever pastes the next lines with it finds the calendars read. */
export const watchStep = (appUrl: string, wishes: readonly Wish[]): TourStep => ({
  about: "Watch all demo calendars; before that, the app knows none of them",
  line: `${send("POST", `${appUrl}/api/watch`, { calendars: wishes })}; sleep ${SECONDS_TO_SEE}`,
});

/** Numbered comments with their lines. */
export const shownTour = (steps: readonly TourStep[]): string[] =>
  steps.flatMap(({ about, line }, index) => ["", `# ${index + 1}. ${about}`, line]);

/** Each answer ends its line; curl reads the \n. */
const CURL = String.raw`curl -sS -w '\n'`;

const get = (url: string): string => `${CURL} ${quoted(url)}`;

function send(method: string, url: string, body?: object): string {
  const content = body && `-H 'content-type: application/json' -d ${quoted(JSON.stringify(body))} `;
  return `${CURL} -X ${method} ${content ?? ""}${quoted(url)}`;
}

/** In single quotes bash takes everything as it is, but for the quote itself. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const days = (date: string, count: number) => ({
  start: `${date}T00:00:00Z`,
  end: `${daysAfter(date, count)}T00:00:00Z`,
});

function query(mailboxes: readonly string[], date: string, count: number): string {
  const all = new URLSearchParams(days(date, count));
  for (const mailbox of mailboxes) all.append("mailbox", mailbox);
  return all.toString();
}

/** "10:00" for 11:00 where the review is held. */
function utcTime(date: string, time: string): string {
  const zone = resolveZone(REVIEW.person.timeZone) ?? "UTC";
  return new Date(instantOf(`${date}T${time}:00`, zone)).toISOString().slice(11, 16);
}
