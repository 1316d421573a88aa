/**
 * Every limit of Microsoft Graph that the simulator keeps, each with the page it comes from. Limits marked "reported" are
 * not documented but were seen by users of the service; limits marked "invented" are the simulator's own.
 */

/** Highest `$top` of a calendarView. https://learn.microsoft.com/graph/api/calendar-list-calendarview */
export const PAGE_SIZE_MAX = 1_000;
/** Page size where `$top` is absent; reported. https://learn.microsoft.com/graph/paging */
export const PAGE_SIZE_DEFAULT = 10;

/** Requests in one `$batch`. https://learn.microsoft.com/graph/json-batching */
export const BATCH_ITEMS_MAX = 20;
/** Outlook items of one batch that run at a time. https://learn.microsoft.com/graph/throttling#throttling-and-batching */
export const BATCH_CONCURRENCY = 4;

/** Requests of one app on one mailbox at a time. https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits */
export const MAILBOX_CONCURRENCY = 4;
/** Requests of one app on one mailbox in MAILBOX_WINDOW_MS. Same page. */
export const MAILBOX_REQUESTS_MAX = 10_000;
export const MAILBOX_WINDOW_MS = 10 * 60_000;
/** `Retry-After` of a concurrency refusal, in seconds; reported. https://github.com/microsoftgraph/microsoft-graph-docs/issues/3877 */
export const CONCURRENCY_RETRY_AFTER_SECONDS = "0.249";

/** Longest life of an event subscription. https://learn.microsoft.com/graph/api/resources/subscription#subscription-lifetime */
export const SUBSCRIPTION_MINUTES_MAX = 10_080;
/** Shorter lives are raised to this. Same page. */
export const SUBSCRIPTION_MINUTES_MIN = 45;
/** https://learn.microsoft.com/graph/api/resources/subscription#properties */
export const CLIENT_STATE_CHARACTERS_MAX = 128;
/** Over all apps. https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits */
export const SUBSCRIPTIONS_PER_MAILBOX_MAX = 1_000;
/** Subscriptions on one page of the list; invented. */
export const SUBSCRIPTION_PAGE_SIZE = 100;

/** Window of the four rates below. https://learn.microsoft.com/graph/throttling-limits#subscription-service-limits */
export const SUBSCRIPTION_RATE_WINDOW_MS = 20_000;
export const SUBSCRIPTION_WRITES_MAX = 500;
export const SUBSCRIPTION_REAUTHORIZE_MAX = 1_000;
export const SUBSCRIPTION_GET_MAX = 500;
export const SUBSCRIPTION_LIST_MAX = 25;

/** https://learn.microsoft.com/graph/change-notifications-delivery-webhooks#notificationurl-validation */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** A receiver slower than this counts as timed out. https://learn.microsoft.com/graph/change-notifications-delivery-webhooks */
export const DELIVERY_TIMEOUT_MS = 10_000;
/** Retries end this long after the first attempt. Same page. */
export const DELIVERY_RETRY_MS = 4 * 3_600_000;
/** First pause between attempts and the longest one; it doubles in between. Invented: Graph documents only "back-off". */
export const DELIVERY_FIRST_PAUSE_MS = 5_000;
export const DELIVERY_LONGEST_PAUSE_MS = 30 * 60_000;
/** Notifications in one body; reported. */
export const DELIVERY_ITEMS_MAX = 100;

/** Host health is judged over windows of this length. https://learn.microsoft.com/graph/change-notifications-delivery-webhooks#throttling */
export const HEALTH_WINDOW_MS = 10 * 60_000;
/** An answer slower than this is slow; above SLOW_SHARE the host's new notifications come 10 minutes late. Same page. */
export const SLOW_ANSWER_MS = 3_000;
export const SLOW_SHARE = 0.1;
/** Above this share of answers over DELIVERY_TIMEOUT_MS, 10 minutes of notifications are lost. Same page. */
export const DROP_SHARE = 0.15;
/** Fewer answers than this are not judged; invented. */
export const HEALTH_SAMPLE_MIN = 10;

/** Largest request body. https://learn.microsoft.com/graph/use-the-api (4 MB) */
export const BODY_BYTES_MAX = 4 * 1024 * 1024;

/** Bounds of the simulator itself. */
/** Longest delay of a fault or a knob; Graph has been up to 4 hours late. Timers end at 24 days. */
export const DELAY_MS_MAX = 24 * 3_600_000;
export const OCCURRENCES_MAX = 10_000;
export const HISTORY_MAX = 10_000;
export const LOG_MAX = 10_000;
export const PENDING_MAX = 100_000;
export const TOKENS_MAX = 10_000;
