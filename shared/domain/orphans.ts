/** Subscriptions that no row names: made by an ambiguous answer, harmless, and deleted once a day [S1]. */
import { isAmong } from "./addresses.js";
import { readRow } from "./change.js";
import type { Deps } from "./deps.js";
import type { ListedSubscription } from "./ports.js";

/**
 * One page of Graph's list, and a message for the next. The rows are read after the list, so a subscription recorded in
 * between is seen. Only what notifies this app's own address is ever deleted. Throws where Graph gives no list: the queue
 * tries again, and tomorrow is another day.
 */
export async function sweepOrphans(deps: Deps, tenantId: string, page: string | undefined): Promise<void> {
  const listed = await deps.subscriptions.list(tenantId, page);
  if (listed === "denied") return; // nothing can be seen or deleted there; tomorrow is another day
  const { subscriptions, next } = listed;
  const own = subscriptions.filter(({ notificationUrl }) => isAmong(notificationUrl, deps.subscriptions.addresses.own));
  let removed = 0;
  for (const subscription of own) {
    if (!(await isOrphan(deps, subscription))) continue;
    const answer = await deps.subscriptions.remove(tenantId, subscription.id);
    if (answer.kind !== "removed") continue;
    await deps.index.remove(subscription.id);
    removed++;
  }
  const foreign = subscriptions.length - own.length;
  deps.log({ event: "sweep.completed", sweep: "orphans", listed: subscriptions.length, foreign, removed });
  if (next !== undefined) await deps.queues.subscriptions([{ message: { kind: "orphans", tenantId, page: next } }]);
}

/** Whether no row names it. Where its calendar cannot be told, or somebody is creating one there, it is left alone. */
async function isOrphan(deps: Deps, { id, calendar: listed }: ListedSubscription): Promise<boolean> {
  const calendar = (await deps.index.find(id)) ?? listed;
  if (calendar === undefined) return false;
  const row = (await readRow(deps, calendar))?.row;
  if (row === undefined) return true;
  const { intent, id: current, removing } = row.subscription;
  const isBeingCreated = intent !== undefined && intent.until > deps.clock.now();
  return !isBeingCreated && !row.unreadable && current !== id && !removing.includes(id);
}
