/** Explain and list as they are answered. What is not known is `null`, so that every answer has the same fields. */
import type { Explanation } from "../domain/explain.js";
import { time } from "./times.js";

export function explanationBody(known: Explanation): object {
  const { subscription, lastRefresh, window, zones } = known;
  return {
    id: known.id,
    mailbox: known.name.mailbox,
    calendar: known.name.calendar,
    tenantId: known.name.tenantId,
    state: known.state,
    reason: known.reason ?? null,
    asOf: time(known.asOf),
    delivery: known.delivery,
    window: window === undefined ? null : { start: time(window.start), end: time(window.end) },
    counts: known.counts === undefined ? null : { ...known.counts, blocks: known.counts.blocks ?? null },
    changedAt: time(known.changedAt),
    timeZone: { used: zones.zones, from: zones.from, mailbox: known.mailboxZone ?? null },
    watches: known.watches.map(({ consumer, reference, timeZone = null }) => ({ consumer, reference, timeZone })),
    subscription: {
      state: subscription.state,
      id: subscription.id ?? null,
      expiresAt: time(subscription.expiresAt),
      renewAt: time(subscription.renewAt),
      failures: subscription.failures,
      lastError: subscription.lastError ?? null,
      nextTryAt: time(subscription.nextTryAt),
      removing: subscription.removing,
      dueAt: time(known.subscriptionDueAt),
    },
    lastNotificationAt: time(known.lastNotificationAt),
    lastRefresh: lastRefresh === undefined ? null : { ...lastRefresh, at: time(lastRefresh.at) },
    failures: known.failures,
    crashes: known.crashes,
    lastError: known.lastError ?? null,
    notBefore: time(known.notBefore),
    nextRefreshDueAt: time(known.nextRefreshDueAt),
  };
}

export const listedBody = ({ id, name, state, reason, asOf, delivery }: Explanation): object => ({
  id,
  mailbox: name.mailbox,
  calendar: name.calendar,
  tenantId: name.tenantId,
  state,
  reason: reason ?? null,
  asOf: time(asOf),
  delivery,
});
