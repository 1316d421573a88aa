/** What a whole round has counted, as the log line of its last part says it: alerts and the workbook read these fields. */
import type { Count, Since, Tally } from "./tally.js";
import { type EpochMs, SECOND_MS } from "./time.js";

const LOGGED = [
  ...(["rows", "fresh", "stale", "unknown", "push", "polling"] as const),
  ...(["failing", "poisoned", "expiring", "expired"] as const),
  ...(["subscriptionOverdue", "subscriptionFailing"] as const),
] as const satisfies readonly Count[];

/** Ages in whole seconds at `now`, 0 where there is nothing of the kind. */
export function roundFields({ counts, since }: Tally, now: EpochMs): Readonly<Record<string, number>> {
  const age = (name: Since): number => Math.max(0, Math.round((now - (since[name] ?? now)) / SECOND_MS));
  const numbers = Object.fromEntries(LOGGED.map((name) => [name, counts[name] ?? 0]));
  return {
    ...numbers,
    oldestAsOfSeconds: age("asOf"),
    oldestOverdueSeconds: age("overdue"),
    oldestSubscriptionOverdueSeconds: age("subscriptionOverdue"),
    oldestSubscriptionFailingSeconds: age("subscriptionFailing"),
  };
}
