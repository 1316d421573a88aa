/** Mailboxes with a plausible number of meetings, watched and read once. */
import { AppClient } from "../local/demo/appClient.js";
import { untilAnswers } from "../local/demo/watchDemo.js";
import type { Stand } from "./stand.js";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** More than two a day for the 90 days that are read ahead. */
const MEETINGS = 200;
const MEETING_EVERY_MS = 11 * HOUR_MS;
const ANSWERED_DAYS = 7;
const SETTLE_MS_MAX = 120_000;

const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;

export const iso = (ms: number): string => new Date(ms).toISOString();

/** The week that reads ask for, with some 15 meetings in it. */
export const WEEK = { start: iso(midnight), end: iso(midnight + ANSWERED_DAYS * DAY_MS) } as const;

/** Five minutes in which there is no meeting: meetings begin on the hour and take 45 minutes. */
export const freeSlot = (index: number) => {
  const start = midnight + DAY_MS + index * HOUR_MS + 50 * MINUTE_MS;
  return { start: iso(start), end: iso(start + 5 * MINUTE_MS) };
};

export interface WatchedMailbox {
  readonly id: string;
  readonly address: string;
}

/** New mailboxes, watched; ready when all of them are fresh and Graph tells of their changes. */
export async function watchedMailboxes(
  { sim, appUrl }: Stand,
  count: number,
  domain = "contoso.com",
): Promise<readonly WatchedMailbox[]> {
  const addresses = Array.from({ length: count }, (_, index) => `person${index}@${domain}`);
  for (const address of addresses) {
    sim.outlook.addMailbox({ address });
    for (let index = 0; index < MEETINGS; index++) sim.outlook.addEvent(address, "primary", meeting(index));
  }
  const app = new AppClient(appUrl);
  const watched = await app.watch(addresses.map((mailbox) => ({ mailbox })));
  const ids = watched.map(({ id }) => id);
  const isReady = ({ state, delivery }: { state: string; delivery: string }) =>
    state === "fresh" && delivery === "push";
  const { isAsWanted } = await untilAnswers(app, ids, (all) => all.every(isReady), SETTLE_MS_MAX);
  if (!isAsWanted) throw new Error(`not all calendars were fresh after ${SETTLE_MS_MAX / 1_000} s`);
  return watched.map(({ id, mailbox }) => ({ id, address: mailbox }));
}

function meeting(index: number) {
  const start = midnight + index * MEETING_EVERY_MS;
  return { start: iso(start), end: iso(start + 45 * MINUTE_MS) };
}
