/** What the interface takes and answers. Made of docs/openapi.json by `npm run openapi`. */

export type CalendarAvailability = FreshCalendar | StaleCalendar | UnknownCalendar;
/**
 * A calendar, as watching it returns it: always the same for the same names.
 */
export type CalendarId = string;
/**
 * How changes come in: told by Graph, found by the timer, not at all.
 */
export type Delivery = "push" | "polling" | "none";
/**
 * Why nothing is known of a calendar. `neverRefreshed`: watched, but not read yet; a new watch normally is after a second. `notWatched`: the caller does not watch it, whether or not it exists. `mailboxNotFound`, `calendarNotFound`: Graph knows no such mailbox or calendar. `accessDenied`: the app may not read it. `tooManyEvents`: more of them within the horizon than are kept. `unreadable`: what Graph answered or what is stored could not be understood. `tooOld`: it was read, but over 24 hours ago.
 */
export type UnknownReason =
  | "neverRefreshed"
  | "notWatched"
  | "mailboxNotFound"
  | "calendarNotFound"
  | "accessDenied"
  | "tooManyEvents"
  | "unreadable"
  | "tooOld";
/**
 * All calendars as one, in the worst of their states and of the oldest age. Its parts cover the request.
 */
export type Combined = FreshCombined | StaleCombined | UnknownCombined;
export type CalendarExplanation = FreshCalendarExplanation | StaleCalendarExplanation | UnknownCalendarExplanation;
export type ListedCalendar = FreshListedCalendar | StaleListedCalendar | UnknownListedCalendar;
/**
 * In the worst of the calendars' states, and of the oldest age.
 */
export type Slots = FreshSlots | StaleSlots | UnknownSlots;
export interface Availability {
  start: string;
  end: string;
  /**
   * In the order of the request.
   */
  calendars: CalendarAvailability[];
  combined?: Combined;
}
export interface FreshCalendar {
  id: CalendarId;
  /**
   * Null where the caller named only an id that it does not watch.
   */
  mailbox: string | null;
  /**
   * `primary` or a Graph calendar id.
   */
  calendar: string | null;
  tenantId: string | null;
  state: "fresh";
  reason: null;
  /**
   * Every change up to then is in the answer; later ones may be.
   */
  asOf: string;
  delivery: Delivery;
  /**
   * Merged, sorted, clipped to the request, widened by the buffers.
   */
  busy: Interval[];
  /**
   * Never free. What is neither here nor in `busy` is free.
   */
  unknown: UnknownInterval[];
  /**
   * With `detail`: what blocks, clipped to the request, not merged, without buffers.
   */
  blocks?: Block[];
  /**
   * With `viewIntervalMinutes`: Graph's digits, one a slot, the last of which may be shorter: `0` free, `1` tentative, `2` busy, `3` oof, `4` workingElsewhere; `?` unknown. Of several the first of 3, 2, 1, 4, `?`. A buffer has the digit of what it belongs to.
   */
  view?: string;
}
/**
 * Half-open: `end` is the first instant that is not in it.
 */
export interface Interval {
  start: string;
  end: string;
}
/**
 * Time of which nothing is known: neither busy nor free. `beyondHorizon`: before yesterday, or later than is kept.
 */
export interface UnknownInterval {
  start: string;
  end: string;
  reason:
    | "neverRefreshed"
    | "notWatched"
    | "mailboxNotFound"
    | "calendarNotFound"
    | "accessDenied"
    | "tooManyEvents"
    | "unreadable"
    | "tooOld"
    | "beyondHorizon";
}
export interface Block {
  start: string;
  end: string;
  status: "busy" | "oof" | "tentative" | "workingElsewhere";
  allDay: boolean;
}
/**
 * Older than `maxAgeSeconds`.
 */
export interface StaleCalendar {
  id: CalendarId;
  /**
   * Null where the caller named only an id that it does not watch.
   */
  mailbox: string | null;
  /**
   * `primary` or a Graph calendar id.
   */
  calendar: string | null;
  tenantId: string | null;
  state: "stale";
  reason: null;
  /**
   * Every change up to then is in the answer; later ones may be.
   */
  asOf: string;
  delivery: Delivery;
  /**
   * Merged, sorted, clipped to the request, widened by the buffers.
   */
  busy: Interval[];
  /**
   * Never free. What is neither here nor in `busy` is free.
   */
  unknown: UnknownInterval[];
  /**
   * With `detail`: what blocks, clipped to the request, not merged, without buffers.
   */
  blocks?: Block[];
  /**
   * With `viewIntervalMinutes`: Graph's digits, one a slot, the last of which may be shorter: `0` free, `1` tentative, `2` busy, `3` oof, `4` workingElsewhere; `?` unknown. Of several the first of 3, 2, 1, 4, `?`. A buffer has the digit of what it belongs to.
   */
  view?: string;
}
/**
 * The whole time asked for is in `unknown`.
 */
export interface UnknownCalendar {
  id: CalendarId;
  /**
   * Null where the caller named only an id that it does not watch.
   */
  mailbox: string | null;
  /**
   * `primary` or a Graph calendar id.
   */
  calendar: string | null;
  tenantId: string | null;
  state: "unknown";
  reason: UnknownReason;
  asOf: string | null;
  delivery: Delivery;
  /**
   * Merged, sorted, clipped to the request, widened by the buffers.
   */
  busy: Interval[];
  /**
   * Never free. What is neither here nor in `busy` is free.
   */
  unknown: UnknownInterval[];
  /**
   * With `detail`: what blocks, clipped to the request, not merged, without buffers.
   */
  blocks?: Block[];
  /**
   * With `viewIntervalMinutes`: Graph's digits, one a slot, the last of which may be shorter: `0` free, `1` tentative, `2` busy, `3` oof, `4` workingElsewhere; `?` unknown. Of several the first of 3, 2, 1, 4, `?`. A buffer has the digit of what it belongs to.
   */
  view?: string;
}
export interface FreshCombined {
  state: "fresh";
  /**
   * Every change up to then is in the answer; later ones may be.
   */
  asOf: string;
  busy: Interval[];
  /**
   * Neither busy nor free.
   */
  unknown: Interval[];
  free: Interval[];
}
export interface StaleCombined {
  state: "stale";
  /**
   * Every change up to then is in the answer; later ones may be.
   */
  asOf: string;
  busy: Interval[];
  /**
   * Neither busy nor free.
   */
  unknown: Interval[];
  free: Interval[];
}
export interface UnknownCombined {
  state: "unknown";
  asOf: string | null;
  busy: Interval[];
  /**
   * Neither busy nor free.
   */
  unknown: Interval[];
  free: Interval[];
}
export interface AvailabilityRequest {
  /**
   * By id, or by name. One that is named twice is answered twice, and counts once.
   *
   * @minItems 1
   * @maxItems 200
   */
  calendars: (CalendarId | CalendarName)[];
  /**
   * The first instant asked for. Of times, the years 0100 to 9998 are taken, and no leap second.
   */
  start: string;
  /**
   * Not in the time asked for; at most 366 days after start.
   */
  end: string;
  /**
   * What blocks time. Unknown always does.
   *
   * @minItems 1
   * @maxItems 4
   */
  blockOn?: ("busy" | "oof" | "tentative" | "workingElsewhere")[];
  /**
   * Whether all-day events block time.
   */
  allDay?: "respect" | "ignore";
  /**
   * Widens every busy interval; unknown time as well, since a meeting in it could reach out.
   */
  bufferMinutes?: {
    /**
     * By which it begins earlier.
     */
    before?: number;
    /**
     * By which it ends later.
     */
    after?: number;
  };
  /**
   * Older than this is stale. The service's own setting where it is not given.
   */
  maxAgeSeconds?: number;
  /**
   * `refresh` reads Graph first, for at most 2.5 s; what could not be read by then, be it that Graph is down or that others ask for the same calendars, is still `stale`: ask again, and book only in a calendar that is `fresh`. `fail` answers 503 where a calendar is stale.
   */
  ifStale?: "mark" | "refresh" | "fail";
  /**
   * Adds `blocks`.
   */
  detail?: boolean;
  /**
   * Adds `view`, one digit for each of these; at most 50000.
   */
  viewIntervalMinutes?: number;
  /**
   * Adds `combined`: how many of the distinct calendars must be free for the whole to be free. At each instant it is free if that many are, unknown if it could be so if what is unknown were free, else busy.
   */
  combine?:
    | ("all" | "any")
    | {
        /**
         * At most the number of distinct calendars.
         */
        atLeast: number;
      };
}
export interface CalendarName {
  /**
   * An object id or an address, in any letter case. The two are two calendars here: watch and read by the same one.
   */
  mailbox: string;
  /**
   * "primary", which is meant where none is named, or a Graph calendar id.
   */
  calendar?: string;
  /**
   * The service's own default where it is not given.
   */
  tenantId?: string;
}
export interface FreshCalendarExplanation {
  id: CalendarId;
  mailbox: string;
  calendar: string;
  tenantId: string;
  state: "fresh";
  reason: null;
  /**
   * Every change up to then is in the answer; later ones may be.
   */
  asOf: string;
  delivery: Delivery;
  /**
   * The time that the copy covers.
   */
  window: Interval | null;
  /**
   * What the copy holds; `blocks` is null where it cannot be read.
   */
  counts: {
    events: number;
    blocks: number | null;
    bytes: number;
  } | null;
  /**
   * When a read last found something else than the one before.
   */
  changedAt: string | null;
  timeZone: {
    /**
     * IANA names of the zones that all-day events are placed in; none: as wide as can be.
     */
    used: string[];
    from: "watch" | "mailbox" | "none";
    /**
     * The mailbox's zone as Graph names it.
     */
    mailbox: string | null;
  };
  /**
   * The caller's own; everybody's for a caller who may read everything.
   */
  watches: Watch[];
  subscription: Subscription;
  lastNotificationAt: string | null;
  lastRefresh: LastRefresh | null;
  /**
   * Reads that failed, since the last good one.
   */
  failures: number;
  crashes: number;
  lastError: string | null;
  /**
   * Graph asked to be left alone until then.
   */
  notBefore: string | null;
  nextRefreshDueAt: string;
}
export interface Watch {
  consumer: string;
  reference: string;
  timeZone: string | null;
}
/**
 * Graph's subscription on the calendar.
 */
export interface Subscription {
  /**
   * `refused`: for good, so that the calendar is polled. `failing`: tried again. `none`: none is wanted, or not yet.
   */
  state: "active" | "expired" | "creating" | "refused" | "failing" | "none";
  id: string | null;
  expiresAt: string | null;
  renewAt: string | null;
  failures: number;
  lastError: string | null;
  nextTryAt: string | null;
  /**
   * Superseded ones that are still to be deleted at Graph.
   */
  removing: number;
  dueAt: string | null;
}
export interface LastRefresh {
  at: string;
  /**
   * What led to it: notification, lifecycle, watched, subscribed, requested, sweep, wake, retry.
   */
  why: string;
  /**
   * `read`; or why not: `blocked` (`reason` says by what), `throttled`, `transient` (an outage), `unfinished` (a request that asked for it waited no longer).
   */
  outcome: string;
  durationMs: number;
  pages: number;
  /**
   * Of those that take time and of those that do not.
   */
  events: number;
}
export interface StaleCalendarExplanation {
  id: CalendarId;
  mailbox: string;
  calendar: string;
  tenantId: string;
  state: "stale";
  reason: null;
  /**
   * Every change up to then is in the answer; later ones may be.
   */
  asOf: string;
  delivery: Delivery;
  /**
   * The time that the copy covers.
   */
  window: Interval | null;
  /**
   * What the copy holds; `blocks` is null where it cannot be read.
   */
  counts: {
    events: number;
    blocks: number | null;
    bytes: number;
  } | null;
  /**
   * When a read last found something else than the one before.
   */
  changedAt: string | null;
  timeZone: {
    /**
     * IANA names of the zones that all-day events are placed in; none: as wide as can be.
     */
    used: string[];
    from: "watch" | "mailbox" | "none";
    /**
     * The mailbox's zone as Graph names it.
     */
    mailbox: string | null;
  };
  /**
   * The caller's own; everybody's for a caller who may read everything.
   */
  watches: Watch[];
  subscription: Subscription;
  lastNotificationAt: string | null;
  lastRefresh: LastRefresh | null;
  /**
   * Reads that failed, since the last good one.
   */
  failures: number;
  crashes: number;
  lastError: string | null;
  /**
   * Graph asked to be left alone until then.
   */
  notBefore: string | null;
  nextRefreshDueAt: string;
}
export interface UnknownCalendarExplanation {
  id: CalendarId;
  mailbox: string;
  calendar: string;
  tenantId: string;
  state: "unknown";
  reason: UnknownReason;
  asOf: string | null;
  delivery: Delivery;
  /**
   * The time that the copy covers.
   */
  window: Interval | null;
  /**
   * What the copy holds; `blocks` is null where it cannot be read.
   */
  counts: {
    events: number;
    blocks: number | null;
    bytes: number;
  } | null;
  /**
   * When a read last found something else than the one before.
   */
  changedAt: string | null;
  timeZone: {
    /**
     * IANA names of the zones that all-day events are placed in; none: as wide as can be.
     */
    used: string[];
    from: "watch" | "mailbox" | "none";
    /**
     * The mailbox's zone as Graph names it.
     */
    mailbox: string | null;
  };
  /**
   * The caller's own; everybody's for a caller who may read everything.
   */
  watches: Watch[];
  subscription: Subscription;
  lastNotificationAt: string | null;
  lastRefresh: LastRefresh | null;
  /**
   * Reads that failed, since the last good one.
   */
  failures: number;
  crashes: number;
  lastError: string | null;
  /**
   * Graph asked to be left alone until then.
   */
  notBefore: string | null;
  nextRefreshDueAt: string;
}
export interface CalendarList {
  calendars: ListedCalendar[];
  /**
   * Asks for the next ones; null at the end. A page may be short, even empty.
   */
  cursor: string | null;
}
export interface FreshListedCalendar {
  id: CalendarId;
  mailbox: string;
  calendar: string;
  tenantId: string;
  state: "fresh";
  reason: null;
  /**
   * Every change up to then is in the answer; later ones may be.
   */
  asOf: string;
  delivery: Delivery;
}
export interface StaleListedCalendar {
  id: CalendarId;
  mailbox: string;
  calendar: string;
  tenantId: string;
  state: "stale";
  reason: null;
  /**
   * Every change up to then is in the answer; later ones may be.
   */
  asOf: string;
  delivery: Delivery;
}
export interface UnknownListedCalendar {
  id: CalendarId;
  mailbox: string;
  calendar: string;
  tenantId: string;
  state: "unknown";
  reason: UnknownReason;
  asOf: string | null;
  delivery: Delivery;
}
export interface CountSince {
  count: number;
  /**
   * Since when the longest of them is so.
   */
  since: string | null;
}
export interface FieldError {
  /**
   * RFC 6901 into the body, or `/name` of a parameter; empty: the whole body.
   */
  pointer: string;
  /**
   * What is wrong with it and what to do, as a sentence that begins with its name.
   */
  detail: string;
}
export interface ForbiddenProblem {
  type: "about:blank";
  title: "Not allowed";
  status: 403;
  code: "forbidden";
  detail: string;
}
export interface FreshSlots {
  state: "fresh";
  /**
   * Every change up to then is in the answer; later ones may be.
   */
  asOf: string;
  /**
   * Sorted. None of them lies in time that is not known.
   */
  slots: Slot[];
  /**
   * Where there might be slots, if more were known.
   */
  unknown: Interval[];
}
export interface Slot {
  start: string;
  end: string;
  /**
   * Which are free, of those asked for.
   */
  calendars: CalendarId[];
}
export interface Health {
  status: "ok";
}
export interface InternalProblem {
  type: "about:blank";
  title: "Internal error";
  status: 500;
  code: "internal";
  detail: string;
}
export interface InvalidRequestProblem {
  type: "about:blank";
  title: "The request is not valid";
  status: 400;
  code: "invalidRequest";
  detail: string;
  /**
   * @minItems 1
   */
  errors: FieldError[];
}
export interface KeysUnavailableProblem {
  type: "about:blank";
  title: "Credentials cannot be checked";
  status: 503;
  code: "keysUnavailable";
  detail: string;
}
export interface NotFoundProblem {
  type: "about:blank";
  title: "Not found";
  status: 404;
  code: "notFound";
  detail: string;
  /**
   * @minItems 1
   */
  errors: FieldError[];
}
export interface NotificationCollection {
  /**
   * Graph's notifications, each judged by itself.
   */
  value: unknown[];
}
export interface Participant {
  /**
   * By id, or by name; each counts once.
   *
   * @minItems 1
   * @maxItems 200
   */
  calendars: (CalendarId | CalendarName)[];
  /**
   * How many of these calendars must be free.
   */
  required?: ("all" | "any") | number;
}
export interface PayloadTooLargeProblem {
  type: "about:blank";
  title: "Too much in one request";
  status: 413;
  code: "payloadTooLarge";
  detail: string;
  /**
   * @minItems 1
   */
  errors: FieldError[];
}
export interface QueueStatus {
  queue: string;
  /**
   * Approximate. With those that are hidden.
   */
  messages: number | null;
  /**
   * Approximate. Of what failed every time.
   */
  poison: number | null;
  /**
   * Since when the first of those waits that could be taken.
   */
  waitingSince: string | null;
  /**
   * To about a minute.
   */
  lastTakenAt: string | null;
  /**
   * Messages are there, and none was taken for 10 minutes.
   */
  silent: boolean;
}
export interface RefreshQueued {
  id: CalendarId;
}
export interface StaleSlots {
  state: "stale";
  /**
   * Every change up to then is in the answer; later ones may be.
   */
  asOf: string;
  /**
   * Sorted. None of them lies in time that is not known.
   */
  slots: Slot[];
  /**
   * Where there might be slots, if more were known.
   */
  unknown: Interval[];
}
export interface UnknownSlots {
  state: "unknown";
  asOf: string | null;
  /**
   * Sorted. None of them lies in time that is not known.
   */
  slots: Slot[];
  /**
   * Where there might be slots, if more were known.
   */
  unknown: Interval[];
}
export interface SlotsRequest {
  /**
   * All of them take part.
   *
   * @minItems 1
   * @maxItems 200
   */
  participants: Participant[];
  /**
   * The first instant asked for. Of times, the years 0100 to 9998 are taken, and no leap second.
   */
  start: string;
  /**
   * Not in the time asked for; at most 366 days after start.
   */
  end: string;
  /**
   * What blocks time. Unknown always does.
   *
   * @minItems 1
   * @maxItems 4
   */
  blockOn?: ("busy" | "oof" | "tentative" | "workingElsewhere")[];
  /**
   * Whether all-day events block time.
   */
  allDay?: "respect" | "ignore";
  /**
   * Widens every busy interval; unknown time as well, since a meeting in it could reach out.
   */
  bufferMinutes?: {
    /**
     * By which it begins earlier.
     */
    before?: number;
    /**
     * By which it ends later.
     */
    after?: number;
  };
  /**
   * Older than this is stale. The service's own setting where it is not given.
   */
  maxAgeSeconds?: number;
  /**
   * Elapsed time, whatever the clock on the wall does.
   */
  durationMinutes: number;
  /**
   * From one start to the next, from the start of each working period. The duration where not given.
   */
  stepMinutes?: number;
  /**
   * IANA or Windows name; of the working hours.
   */
  timeZone: string;
  /**
   * By the clock on the wall. Where not given, every day from 00:00 to 24:00: steps count from midnight, and no slot spans it.
   *
   * @minItems 1
   * @maxItems 50
   */
  workingHours?: WorkingHours[];
}
export interface WorkingHours {
  /**
   * Each of which has this period.
   *
   * @minItems 1
   * @maxItems 7
   */
  days: ("sun" | "mon" | "tue" | "wed" | "thu" | "fri" | "sat")[];
  /**
   * As `09:00`.
   */
  start: string;
  /**
   * Later than start; `24:00` is the end of the day.
   */
  end: string;
}
export interface StaleDataProblem {
  type: "about:blank";
  title: "Not fresh enough";
  status: 503;
  code: "staleData";
  detail: string;
  start: string;
  end: string;
  /**
   * In the order of the request.
   */
  calendars: CalendarAvailability[];
  combined?: Combined;
}
export interface Status {
  time: string;
  /**
   * When the sweep had gone through all calendars; null before the first time.
   */
  countedAt: string | null;
  /**
   * When it began.
   */
  countedFrom: string | null;
  /**
   * Since `countedAt`.
   */
  ageSeconds: number | null;
  calendars: {
    total: number;
    fresh: number;
    stale: number;
    unknown: number;
    reasons: {
      neverRefreshed: number;
      mailboxNotFound: number;
      calendarNotFound: number;
      accessDenied: number;
      tooManyEvents: number;
      unreadable: number;
      tooOld: number;
    };
    /**
     * Watched by nobody any more; not in `total`.
     */
    removing: number;
    oldestAsOf: string | null;
    overdue: CountSince1;
    failing: CountSince2;
    poisoned: CountSince3;
  };
  subscriptions: {
    push: number;
    /**
     * Calendars without one.
     */
    polling: number;
    /**
     * End within 24 hours.
     */
    expiring: number;
    expired: number;
    overdue: CountSince;
    failing: CountSince;
  };
  queues: QueueStatus[];
  /**
   * One of the queues is.
   */
  queueSilent: boolean;
}
/**
 * Due to be looked at for over 2 minutes.
 */
export interface CountSince1 {
  count: number;
  /**
   * Since when the longest of them is so.
   */
  since: string | null;
}
/**
 * Could not be read the last time.
 */
export interface CountSince2 {
  count: number;
  /**
   * Since when the longest of them is so.
   */
  since: string | null;
}
/**
 * Had a message that failed every time, and were not read since.
 */
export interface CountSince3 {
  count: number;
  /**
   * Since when the longest of them is so.
   */
  since: string | null;
}
export interface StorageUnavailableProblem {
  type: "about:blank";
  title: "Storage is not available now";
  status: 503;
  code: "storageUnavailable";
  detail: string;
}
export interface UnauthenticatedProblem {
  type: "about:blank";
  title: "No valid credentials";
  status: 401;
  code: "unauthenticated";
  detail: string;
}
export interface UnwatchAnswer {
  calendars: (Unwatched | UnwatchRefused)[];
}
export interface Unwatched {
  id: CalendarId;
  mailbox?: string;
  calendar?: string;
  tenantId?: string;
  /**
   * How many of the caller's watches were taken back.
   */
  removed: number;
  /**
   * How many of the caller's own are left on the calendar.
   */
  remaining: number;
}
export interface UnwatchRefused {
  id: CalendarId;
  mailbox?: string;
  calendar?: string;
  tenantId?: string;
  error: {
    code: "notWatched";
    detail: string;
  };
}
export interface UnwatchRequest {
  /**
   * Answered in this order.
   *
   * @minItems 1
   * @maxItems 100
   */
  calendars: (
    | {
        id: CalendarId;
        /**
         * The caller's own word for this wish. One consumer may have several on a calendar, each with its own.
         */
        reference?: string;
      }
    | {
        /**
         * An object id or an address, in any letter case. The two are two calendars here: watch and read by the same one.
         */
        mailbox: string;
        /**
         * "primary", which is meant where none is named, or a Graph calendar id.
         */
        calendar?: string;
        /**
         * The service's own default where it is not given.
         */
        tenantId?: string;
        /**
         * The caller's own word for this wish. One consumer may have several on a calendar, each with its own.
         */
        reference?: string;
      }
  )[];
}
export interface WatchAnswer {
  calendars: (Watched | WatchRefused)[];
}
export interface Watched {
  id: CalendarId;
  mailbox: string;
  calendar: string;
  tenantId: string;
  /**
   * This consumer-and-reference watch is new.
   */
  created: boolean;
}
export interface WatchRefused {
  id: CalendarId;
  mailbox: string;
  calendar: string;
  tenantId: string;
  error: {
    code: "tooManyWatches";
    detail: string;
  };
}
export interface WatchItem {
  /**
   * An object id or an address, in any letter case. The two are two calendars here: watch and read by the same one.
   */
  mailbox: string;
  /**
   * "primary", which is meant where none is named, or a Graph calendar id.
   */
  calendar?: string;
  /**
   * The service's own default where it is not given.
   */
  tenantId?: string;
  /**
   * IANA or Windows name. Places all-day events for this caller; the mailbox's own zone where not given. Watching again sets it anew.
   */
  timeZone?: string;
  /**
   * The caller's own word for this wish. One consumer may have several on a calendar, each with its own.
   */
  reference?: string;
}
export interface WatchRequest {
  /**
   * Answered in this order.
   *
   * @minItems 1
   * @maxItems 100
   */
  calendars: WatchItem[];
}
