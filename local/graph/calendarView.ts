/** One page of a calendarView. https://learn.microsoft.com/graph/api/calendar-list-calendarview */

import { cached } from "../../shared/domain/cached.js";
import { type Answer, GraphFailure, html, jsonText } from "./answers.js";
import { shower, type Zone } from "./eventShape.js";
import { instancesWithin } from "./expand.js";
import type { FaultsMet } from "./faults.js";
import { type Calendar, eventsAt, type Mailbox } from "./mailbox.js";
import { nextLink, pageOf } from "./paging.js";
import { type Preferences, preferences } from "./prefer.js";
import { hasOffset, resolveZone } from "./zones.js";

export interface ViewRequest {
  readonly headers: Headers;
  readonly url: URL;
  readonly mailbox: Mailbox;
  readonly calendar: Calendar;
  readonly faults: FaultsMet;
  readonly now: number;
  readonly baseUrl: string;
}

/** A day's views of a calendar, in pages. */
const SHOWN_MAX = 16;

/** Nobody but a fault changes what an unchanged calendar answers, and calendars are asked the same again and again. */
export function calendarView(view: ViewRequest): Answer {
  const { headers, url, mailbox, calendar, faults, baseUrl } = view;
  if (!faults.none) return newView(view);
  const asked = [headers.get("Prefer"), mailbox.timeZone, baseUrl, url.pathname, url.search].join("\n");
  return cached(calendar.shown, asked, SHOWN_MAX, () => newView(view));
}

function newView(view: ViewRequest): Answer {
  const { headers, url, mailbox, calendar, faults, now, baseUrl } = view;
  refuseUnknownOptions(url);
  const { start, end } = windowOf(url);
  const prefer = preferences(headers);
  // Seen in https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/2549
  if (/^GMT[+-]/i.test(prefer.timeZone ?? "")) return html(500);
  const zone = askedZone(prefer);
  const old = faults.get("oldView");
  const seenAt = old === undefined ? now : Math.max(old.since, now - old.ms);
  const all = instancesWithin(eventsAt(calendar, seenAt).values(), zoneOfDays(mailbox), start, end);
  const shift = faults.get("pageShift")?.by ?? 0;
  const empty = faults.get("emptyPage") !== undefined;
  const { skip, top } = pageOf(url);
  const page = empty ? [] : all.slice(Math.max(0, skip + shift), Math.max(0, skip + shift) + top);
  const more = empty ? all.length > 0 : skip + shift + top < all.length;
  const show = shower(url, zone, prefer, faults);
  const context = `${baseUrl}/v1.0/$metadata#users('${encodeURIComponent(mailbox.id)}')/calendarView`;
  const next = more ? `,"@odata.nextLink":${JSON.stringify(nextLink(url, baseUrl, empty ? 0 : skip + top, top))}` : "";
  const body = `{"@odata.context":${JSON.stringify(context)},"value":[${page.map(show).join(",")}]${next}}`;
  return jsonText(200, body, prefer.applied === "" ? {} : { "Preference-Applied": prefer.applied });
}

/** All-day events begin at this zone's midnight. A mailbox without a usable zone has UTC's. */
export const zoneOfDays = (mailbox: Mailbox): string => resolveZone(mailbox.timeZone) ?? "UTC";

function windowOf(url: URL): { readonly start: number; readonly end: number } {
  const start = timeOf(url, "startDateTime");
  const end = timeOf(url, "endDateTime");
  if (end < start)
    throw new GraphFailure(400, "ErrorInvalidParameter", "The end of the time window is before its start.");
  return { start, end };
}

function timeOf(url: URL, wanted: string): number {
  const name = [...url.searchParams.keys()].find((key) => key.toLowerCase() === wanted.toLowerCase()) ?? wanted;
  const text = url.searchParams.get(name);
  if (text === null) {
    const message =
      "This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.";
    throw new GraphFailure(400, "ErrorInvalidParameter", message);
  }
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const ms = Date.parse(isDay || hasOffset(text) ? text : `${text}Z`);
  if (!Number.isNaN(ms)) return ms;
  throw new GraphFailure(400, "ErrorInvalidParameter", `The value '${text}' of parameter '${wanted}' is invalid.`);
}

function askedZone({ timeZone = "UTC" }: Preferences): Zone {
  const iana = resolveZone(timeZone);
  if (iana !== undefined) return { name: timeZone, iana };
  const message = `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${timeZone}'.`;
  throw new GraphFailure(400, "TimeZoneNotSupportedException", message);
}

const OPTIONS: ReadonlySet<string> = new Set(["startdatetime", "enddatetime", "$select", "$top", "$skip"]);

/** An option that was silently ignored would give a wrong view. */
function refuseUnknownOptions(url: URL): void {
  const unknown = [...url.searchParams.keys()].find((name) => !OPTIONS.has(name.toLowerCase()));
  if (unknown !== undefined)
    throw new GraphFailure(400, "BadRequest", `The simulator does not know the query option '${unknown}'.`);
}
