/** The settings that the domain's rules depend on, already checked; and the rules' fixed spans. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "./time.js";

/** Where subscriptions send; `eventGrid`: to partner topics and event hubs; `polling`: there are none. */
export type Door = "webhook" | "eventGrid" | "polling";

export interface Policy {
  readonly horizonDays: number;
  readonly reconcileMs: number;
  readonly pollMs: number;
  readonly minRefreshIntervalMs: number;
  /** 0: no confirmation is sent. */
  readonly confirmAfterMs: number;
  readonly door: Door;
}

/** What readers and counts call stale where nothing else is said: older than this. */
export const DEFAULT_MAX_AGE_MS = 20 * MINUTE_MS;
/** Two instances' clocks, both corrected to within a second of storage's, differ by no more [D5, R1]. */
export const CLOCK_MARGIN_MS = 2 * SECOND_MS;
/** How long a read may hold its calendar; a crash is noticed after it. */
export const LEASE_MS = 50 * SECOND_MS;
/** All requests of a read end this long after its lease was taken, so that the result is written while the lease lives. */
export const READ_MS = 40 * SECOND_MS;
/** A read of many pages may extend its lease up to this long in all [R5]. */
export const LONG_READ_MS = 4 * MINUTE_MS;
/** How long a lost wake-up message goes unnoticed [D1]. */
export const WAKE_GRACE_MS = 20 * SECOND_MS;
/** Crashes in a row after which a calendar is left alone for a while. */
export const CRASHES_MAX = 3;
/** Retry-After beyond this is not believed. */
export const NOT_BEFORE_MAX_MS = HOUR_MS;
export const RETRY_FIRST_MS = 10 * SECOND_MS;
/** What is gone or forbidden is tried again after these; the last one for ever. */
export const BLOCKED_RETRIES_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS] as const;
/** Creating a subscription is one instance's business for this long; all its requests end before it does [S7]. */
export const INTENT_MS = 2 * MINUTE_MS;
/**
 * Behind Event Grid what ends within 3 hours is asked to be authorized again at once; here with time for a sweep and a retry.
 * Source: https://learn.microsoft.com/graph/change-notifications-delivery-event-grid
 */
export const EVENT_GRID_AHEAD_MS = 3 * HOUR_MS + 10 * MINUTE_MS;
/** Graph refused for good: asked again this often [S5]. */
export const REFUSED_RETRY_MS = DAY_MS;
/** How often the mailbox's zone is asked for, and how soon again where Graph did not tell. */
export const ZONE_EVERY_MS = DAY_MS;
export const ZONE_RETRY_MS = HOUR_MS;
/** A stored time this far beyond what its rule allows is not believed [D5]. */
export const IMPLAUSIBLE_MS = 5 * MINUTE_MS;
/** Graph's longest subscription, with a day to spare: nothing about a subscription is due later than this. */
export const SUBSCRIPTION_DUE_MAX_MS = 8 * DAY_MS;
/** The days past today that a window claims beyond the horizon, and the days it is asked for on each side beyond that [R11]. */
export const WINDOW_EXTRA_DAYS = 2;
export const WINDOW_PADDING_DAYS = 2;
