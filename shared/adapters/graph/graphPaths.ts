/** Where things are in Graph. */
import { type CalendarId, type CalendarName, calendarIdOf, PRIMARY } from "../../domain/calendarId.js";
import type { EpochMs } from "../../domain/time.js";

/** Most events a page may have. Source: https://learn.microsoft.com/graph/api/calendar-list-calendarview */
const PAGE_EVENTS_MAX = 1_000;
const FIELDS = "start,end,showAs,isAllDay,isCancelled,responseStatus";

/** Ids and addresses hold `/ + =` at times. */
const part = encodeURIComponent;

/** `calendarView`: occurrences, exceptions and single events, expanded. */
export function viewPath({ mailbox, calendar }: CalendarName, start: EpochMs, end: EpochMs): string {
  const owner =
    calendar === PRIMARY ? `/users/${part(mailbox)}` : `/users/${part(mailbox)}/calendars/${part(calendar)}`;
  const [from, to] = [start, end].map((at) => part(new Date(at).toISOString()));
  return `${owner}/calendarView?startDateTime=${from}&endDateTime=${to}&$top=${PAGE_EVENTS_MAX}&$select=${FIELDS}`;
}

export const zonePath = (mailbox: string): string => `/users/${part(mailbox)}/mailboxSettings/timeZone`;

/** What a subscription watches [S2]: Graph's documented form reaches the default calendar only. */
export const resourceOf = ({ mailbox, calendar }: CalendarName): string =>
  calendar === PRIMARY ? `users/${part(mailbox)}/events` : `users/${part(mailbox)}/calendars/${part(calendar)}/events`;

const RESOURCE = /^\/?users\/([^/]+)\/(?:calendars\/([^/]+)\/)?events$/i;

/** The calendar that a listed resource is of; `undefined` where that cannot be told. */
export function calendarOf(tenantId: string, resource: string): CalendarId | undefined {
  const [, mailbox, calendar = PRIMARY] = RESOURCE.exec(resource) ?? [];
  if (mailbox === undefined) return undefined;
  try {
    const name = { mailbox: decodeURIComponent(mailbox).toLowerCase(), calendar: decodeURIComponent(calendar) };
    return calendarIdOf({ tenantId, ...name });
  } catch {
    return undefined; // a "%" of its own
  }
}

/**
 * A page link's path after `/v1.0`; `undefined` where the link leads anywhere else than to Graph itself: a token must not
 * follow it.
 */
export function pathOfLink(link: string, baseUrl: string): string | undefined {
  const prefix = `${baseUrl}/v1.0/`;
  const [wanted, given] = [new URL(prefix), URL.canParse(link) ? new URL(link) : undefined];
  if (given?.origin !== wanted.origin || !given.pathname.startsWith(wanted.pathname)) return undefined;
  return `/${given.pathname.slice(wanted.pathname.length)}${given.search}`;
}
