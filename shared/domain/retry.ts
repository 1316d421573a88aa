/** How long to wait after a failure [R9]. Always by a queue's delay, never by sleeping in the process. */
import { BLOCKED_RETRIES_MS, type Policy, RETRY_FIRST_MS } from "./policy.js";

/** Beyond this many doublings every limit is reached. */
const DOUBLINGS_MAX = 12;

/**
 * 10 s × 2ⁿ for the (n + 1)th failure in a row, a quarter more or less so that what failed together does not return
 * together, and never later than `limitMs`.
 */
export function backOffMs(failures: number, fraction: number, limitMs: number): number {
  const doublings = Math.min(Math.max(failures - 1, 0), DOUBLINGS_MAX);
  const delayMs = RETRY_FIRST_MS * 2 ** doublings * (0.75 + fraction / 2);
  return Math.min(Math.round(delayMs), limitMs);
}

/** After an outage: no later than the sweep would have read the calendar anyway. */
export const retryDelayMs = (failures: number, fraction: number, policy: Policy): number =>
  backOffMs(failures, fraction, policy.reconcileMs);

/** After a no that only an administrator can change: 1, 5, 15 minutes, then hourly. */
export const blockedDelayMs = (failures: number): number =>
  BLOCKED_RETRIES_MS[Math.min(failures, BLOCKED_RETRIES_MS.length) - 1] ?? BLOCKED_RETRIES_MS[0];
