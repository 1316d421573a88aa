/** What travels through the queues. A message only wakes: the row is the truth. */
import type { CalendarId } from "./calendarId.js";
import type { EpochMs } from "./time.js";

/** Most calendars one message names, which is also most parts of a Graph `$batch`. */
export const CALENDARS_PER_MESSAGE_MAX = 20;
/** Graph's own have 36 characters. */
export const SUBSCRIPTION_ID_LENGTH_MAX = 256;

/** What woke a refresh, for logs and `explain`. */
export const REFRESH_CAUSES = [
  "notification",
  "lifecycle",
  "watched",
  "subscribed",
  "requested",
  "sweep",
  "wake",
  "retry",
] as const;
export type RefreshCause = (typeof REFRESH_CAUSES)[number];

/**
 * Why calendars are to be looked at:
 * - `notified`: a read must begin after `notifiedAt`;
 * - `confirm`: the second look at the same notification, at `at`, unless a read began after that or a later one was heard [R8];
 * - `due`: see whether the row says that something is due at `at`.
 */
export type Wake =
  | { readonly kind: "notified"; readonly notifiedAt: EpochMs }
  | { readonly kind: "confirm"; readonly notifiedAt: EpochMs; readonly at: EpochMs }
  | { readonly kind: "due"; readonly at: EpochMs };

export interface RefreshMessage {
  readonly calendars: readonly CalendarId[];
  readonly wake: Wake;
  readonly cause: RefreshCause;
}

/** What a lifecycle notification asks of a subscription, where the row still names it [I7]. */
export type SubscriptionRequest = "look" | "renew" | "recreate";

export type SubscriptionMessage =
  | {
      readonly kind: "subscription";
      readonly calendar: CalendarId;
      readonly request: SubscriptionRequest;
      /** The subscription a `renew` or `recreate` is about. */
      readonly subscriptionId?: string;
      /** Its own due time: counts as reached whatever the worker's clock says. */
      readonly at: EpochMs;
    }
  /** A sweep's: see what each of these subscriptions needs. At most 20, those of a mailbox together. */
  | { readonly kind: "look"; readonly calendars: readonly CalendarId[]; readonly at: EpochMs }
  /** One page of a tenant's list of subscriptions. */
  | { readonly kind: "orphans"; readonly tenantId: string; readonly page?: string };
