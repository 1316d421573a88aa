/** Messages that failed every time: what they asked for is written on the rows, past the queues, for the sweeps to do [R9]. */
import type { CalendarId } from "./calendarId.js";
import { amendRow } from "./change.js";
import type { Deps } from "./deps.js";
import { type Doorway, judged, type Notification } from "./intake.js";
import type { SubscriptionMessage } from "./messages.js";
import { withSubscription, withSync } from "./row.js";
import { type Ask, asked } from "./subscription.js";

type CalendarAsk = Ask & { readonly calendar: CalendarId };

/** Marks the calendars of a poisoned refresh dirty and due. */
export async function poisonedRefresh(
  deps: Deps,
  calendars: readonly CalendarId[],
  queue: "refresh" | "graphEvents" = "refresh",
): Promise<void> {
  deps.log({ event: "poison.received", queue, calendars: calendars.length });
  for (const id of calendars)
    await amendRow(deps, id, (row, now) =>
      withSync(row, { dirty: true, wakeAt: undefined, retryAt: undefined, poisonedAt: now }),
    );
}

/** Makes the calendars' subscriptions due for what the message asked; what names no calendar is counted. */
export async function poisonedSubscriptions(deps: Deps, message: SubscriptionMessage | undefined): Promise<void> {
  const asks = asksOf(message);
  deps.log({ event: "poison.received", queue: "subscriptions", calendars: asks.length });
  await takeOver(deps, asks);
}

/** Event Grid's events: their calendars are due, and so are the subscriptions that are to be renewed or made again. */
export async function poisonedEvents(
  deps: Deps,
  items: readonly (Notification | undefined)[],
  doorway: Doorway,
): Promise<void> {
  const { calendars, lifecycle } = await judged(deps, items, doorway);
  await poisonedRefresh(deps, [...calendars], "graphEvents");
  await takeOver(deps, lifecycle);
}

/** The daily look for orphans comes again tomorrow by itself. */
function asksOf(message: SubscriptionMessage | undefined): readonly CalendarAsk[] {
  if (message?.kind === "subscription") return [message];
  return message?.kind === "look" ? message.calendars.map((calendar) => ({ calendar, request: "look" })) : [];
}

async function takeOver(deps: Deps, asks: readonly CalendarAsk[]): Promise<void> {
  for (const ask of asks)
    await amendRow(deps, ask.calendar, (row, now) => {
      const due = ask.request === "look" ? row : asked(row, ask, now);
      return due && withSubscription(due, { retryAt: now, poisonedAt: now });
    });
}
