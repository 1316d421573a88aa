/** Watches the demo's calendars through the app, and waits for the first answers. */
import { setTimeout as delay } from "node:timers/promises";
import { isCalendarId } from "../../shared/domain/calendarId.js";
import { signClientState } from "../../shared/domain/clientState.js";
import type { GraphSimulator } from "../graph/simulator.js";
import type { AppClient, CalendarAnswer, WatchedCalendar, Wish } from "./appClient.js";
import { DENIED, EVERYBODY, ROOM, UNLICENSED, ZONES } from "./people.js";

/** Every calendar of every demo mailbox; the room's zone comes with the wish, because its mailbox has none. */
export const demoWishes = ({ outlook }: GraphSimulator): Wish[] =>
  EVERYBODY.flatMap((person) =>
    outlook.mailbox(person.address).calendars.map(({ id, isDefault }) => ({
      mailbox: person.address,
      ...(!isDefault && { calendar: id }),
      ...(person === ROOM && { timeZone: ZONES[0] }),
    })),
  );

/** Graph answers for these with an error, whatever is asked. */
export const isClosed = (mailbox: string): boolean => [UNLICENSED.address, DENIED.address].includes(mailbox);

/**
 * The simulator of an earlier run took its subscriptions with it. Graph would say so for each; here we say it for it, with
 * the key that signs now, and the app makes new ones.
 */
export async function tellRemoved(app: AppClient, calendars: readonly WatchedCalendar[], keys: string): Promise<void> {
  const [id = "", secret = ""] = keys.split(":");
  const key = { id, secret: Buffer.from(secret, "base64") };
  const items = await Promise.all(
    calendars.map(async (calendar) => {
      const subscriptionId = await app.subscriptionOf(calendar.id);
      if (subscriptionId === undefined || !isCalendarId(calendar.id)) return [];
      const clientState = signClientState(calendar.id, key);
      return [{ lifecycleEvent: "subscriptionRemoved", subscriptionId, clientState }];
    }),
  );
  if (items.flat().length > 0) await app.notify(items.flat());
}

const LOOK_EVERY_MS = 50;

/** Looks again and again, until the answers are as wanted or the time is over. Returns the last ones. */
export async function untilAnswers(
  app: AppClient,
  ids: readonly string[],
  wanted: (answers: readonly CalendarAnswer[]) => boolean,
  msMax: number,
): Promise<{ readonly isAsWanted: boolean; readonly answers: readonly CalendarAnswer[] }> {
  const deadline = Date.now() + msMax;
  for (;;) {
    const start = new Date().toISOString();
    const answers = await app.blocks(ids, start, new Date(Date.now() + 3_600_000).toISOString());
    const isAsWanted = wanted(answers);
    if (isAsWanted || Date.now() > deadline) return { isAsWanted, answers };
    await delay(LOOK_EVERY_MS);
  }
}

/** Read in this run; what an earlier run left does not count. */
export const isFreshSince = ({ state, asOf }: CalendarAnswer, since: number): boolean =>
  state === "fresh" && asOf !== null && Date.parse(asOf) >= since;

/** Nothing more is to come: read and subscribed to, or known to be closed. */
export const isSettled = (answer: CalendarAnswer, since: number): boolean =>
  isClosed(answer.mailbox)
    ? answer.reason !== "neverRefreshed"
    : isFreshSince(answer, since) && answer.delivery === "push";
