/** Event Grid's events that failed every time: what they ask for is written on the rows, past the queues [R9]. */
import { amendRow } from "./change.js";
import type { Deps } from "./deps.js";
import { type Doorway, type Judgement, judged, type Notification } from "./intake.js";
import { poisonedRefresh } from "./poison.js";
import { type CalendarRow, withSubscription } from "./row.js";
import { retired } from "./subscription.js";
import { type EpochMs, instant } from "./time.js";

/** Marks the calendars dirty and due, and the subscriptions that are to be renewed or made again. The sweeps do the rest. */
export async function poisonedEvents(
  deps: Deps,
  items: readonly (Notification | undefined)[],
  doorway: Doorway,
): Promise<void> {
  const { calendars, lifecycle } = await judged(deps, items, doorway);
  await poisonedRefresh(deps, [...calendars], "graphEvents");
  for (const item of lifecycle)
    await amendRow(deps, item.calendar, (row, now) =>
      row.subscription.id === item.subscriptionId ? asked(row, item, now) : undefined,
    );
}

function asked(row: CalendarRow, { request }: Judgement["lifecycle"][number], now: EpochMs): CalendarRow {
  if (request === "recreate") return withSubscription(retired(row), { retryAt: undefined });
  // As if half of its lifetime were over at this moment: due, and known to end when it does.
  const { expiresAt = now } = row.subscription;
  return withSubscription(row, { grantedAt: instant(Math.max(0, 2 * now - expiresAt)), retryAt: undefined });
}
