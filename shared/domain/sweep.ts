/** The timers' work: find what is overdue and put it on queues. Nothing is done here that a crash could lose [D1]. */
import type { CalendarId } from "./calendarId.js";
import type { Deps } from "./deps.js";
import { refreshDueMaxMs, subscriptionDueMaxMs } from "./due.js";
import { DAY_MS, later } from "./time.js";
import { dueMessage, groupsOf } from "./wakes.js";

/** Calendars one round takes; the rest is overdue still in the next one, a minute later. */
export const SWEEP_CALENDARS_MAX = 10_000;
/** A sweep's message that nobody took is worthless when the next sweeps have sent theirs. */
const SWEEP_LIVES_SECONDS = 300;

/** Queues a look at every overdue calendar; one whose reader died is read alone [R9]. Returns how many. */
export async function sweepRefreshes(deps: Deps): Promise<number> {
  const now = deps.clock.now();
  const implausibleFrom = later(now, refreshDueMaxMs(deps.policy));
  const due = await deps.store.listDue({ what: "refresh", now, implausibleFrom }, SWEEP_CALENDARS_MAX);
  const watched = due.filter((one) => one.watched);
  const alone = watched.filter((one) => one.leased).map(({ id }): CalendarId[] => [id]);
  const together = groupsOf(watched.filter((one) => !one.leased).map(({ id }) => id));
  const messages = [...alone, ...together].map((ids) => dueMessage(ids, now, now, "sweep"));
  await deps.queues.refresh(messages.map((one) => ({ ...one, timeToLiveSeconds: SWEEP_LIVES_SECONDS })));
  deps.log({ event: "sweep.completed", sweep: "refresh", overdue: watched.length, messages: messages.length });
  return watched.length;
}

/** Queues a look at every subscription that is to be renewed, created, deleted or tried again. Returns how many. */
export async function sweepSubscriptions(deps: Deps): Promise<number> {
  const now = deps.clock.now();
  const implausibleFrom = later(now, subscriptionDueMaxMs);
  const due = await deps.store.listDue({ what: "subscription", now, implausibleFrom }, SWEEP_CALENDARS_MAX);
  await deps.queues.subscriptions(
    due.map(({ id }) => ({
      message: { kind: "subscription", calendar: id, request: "look", at: now },
      timeToLiveSeconds: SWEEP_LIVES_SECONDS,
    })),
  );
  deps.log({ event: "sweep.completed", sweep: "subscriptions", overdue: due.length, messages: due.length });
  return due.length;
}

/** Starts the daily look for subscriptions that no row names, once a day over all instances [S1]. */
export async function startDailyWork(deps: Deps): Promise<void> {
  const now = deps.clock.now();
  if (await deps.index.takeDaily("orphans", now, later(now, DAY_MS)))
    await deps.queues.subscriptions([{ message: { kind: "orphans" } }]);
}
