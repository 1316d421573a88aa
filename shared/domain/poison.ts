/** A message that failed every time: its calendars are marked, so that the sweep takes them over [R9]. */
import type { CalendarId } from "./calendarId.js";
import { amendRow } from "./change.js";
import type { Deps } from "./deps.js";
import { withSubscription, withSync } from "./row.js";

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

/** Makes the calendars' subscriptions due. */
export async function poisonedSubscriptions(deps: Deps, calendars: readonly CalendarId[]): Promise<void> {
  deps.log({ event: "poison.received", queue: "subscriptions", calendars: calendars.length });
  for (const id of calendars)
    await amendRow(deps, id, (row, now) => withSubscription(row, { retryAt: now, poisonedAt: now }));
}
