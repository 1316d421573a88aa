/** `GET /status` as it is answered: numbers and instants, no calendar's name or id. */
import { UNKNOWN_REASONS } from "../domain/answer.js";
import type { ServiceStatus } from "../domain/status.js";
import type { Count, Since } from "../domain/tally.js";
import { time } from "./times.js";

/** What is 0 is said; what is not known is `null`. */
export function statusBody({ now, counted, tally, queues }: ServiceStatus): object {
  const count = (name: Count): number => tally.counts[name] ?? 0;
  const counts = (name: Count & Since) => ({ count: count(name), since: time(tally.since[name]) });
  return {
    time: time(now),
    countedAt: time(counted?.until),
    countedFrom: time(counted?.from),
    ageSeconds: counted === undefined ? null : Math.max(0, Math.round((now - counted.until) / 1_000)),
    calendars: {
      total: count("rows") - count("removing"),
      fresh: count("fresh"),
      stale: count("stale"),
      unknown: count("unknown"),
      reasons: Object.fromEntries(REASONS.map((reason) => [reason, count(reason)])),
      removing: count("removing"),
      oldestAsOf: time(tally.since.asOf),
      overdue: counts("overdue"),
      failing: counts("failing"),
      poisoned: counts("poisoned"),
    },
    subscriptions: {
      push: count("push"),
      polling: count("polling"),
      expiring: count("expiring"),
      expired: count("expired"),
      overdue: counts("subscriptionOverdue"),
      failing: counts("subscriptionFailing"),
    },
    queues: queues.map(({ queue, messages, poison, waitingSince, lastTakenAt, silent }) => ({
      queue,
      messages,
      poison,
      waitingSince: time(waitingSince),
      lastTakenAt: time(lastTakenAt),
      silent,
    })),
    queueSilent: queues.some(({ silent }) => silent),
  };
}

/** Every calendar counted is watched by somebody. */
const REASONS = UNKNOWN_REASONS.filter((reason) => reason !== "notWatched");
