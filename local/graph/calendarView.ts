/** One page of a calendarView. https://learn.microsoft.com/graph/api/calendar-list-calendarview */
import { GraphFailure, html, json } from "./answers.js";
import type { StoredEvent } from "./event.js";
import { type Instance, instancesWithin } from "./expand.js";
import type { FaultsMet } from "./faults.js";
import { type Calendar, eventsAt, type Mailbox } from "./mailbox.js";
import { nextLink, pageOf } from "./paging.js";
import { type Preferences, preferences, shownId } from "./prefer.js";
import { hasOffset, resolveZone, wallOf } from "./zones.js";

export interface ViewRequest {
  readonly request: Request;
  readonly url: URL;
  readonly mailbox: Mailbox;
  readonly calendar: Calendar;
  readonly faults: FaultsMet;
  readonly now: number;
  readonly baseUrl: string;
}

export function calendarView(view: ViewRequest): Response {
  const { request, url, mailbox, calendar, faults, now, baseUrl } = view;
  const { start, end } = windowOf(url);
  const prefer = preferences(request.headers);
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
  const body = {
    "@odata.context": `${baseUrl}/v1.0/$metadata#users('${encodeURIComponent(mailbox.id)}')/calendarView`,
    value: page.map(show),
    ...(more && { "@odata.nextLink": nextLink(url, baseUrl, empty ? 0 : skip + top, top) }),
  };
  return json(200, body, prefer.applied === "" ? {} : { "Preference-Applied": prefer.applied });
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

interface Zone {
  readonly name: string;
  readonly iana: string;
}

function askedZone({ timeZone = "UTC" }: Preferences): Zone {
  const iana = resolveZone(timeZone);
  if (iana !== undefined) return { name: timeZone, iana };
  const message = `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${timeZone}'.`;
  throw new GraphFailure(400, "TimeZoneNotSupportedException", message);
}

/** Properties that come without being selected; reported. */
const ALWAYS = ["@odata.etag", "id"];

function shower(url: URL, zone: Zone, prefer: Preferences, faults: FaultsMet) {
  const selected = url.searchParams
    .get("$select")
    ?.split(",")
    .map((name) => name.trim());
  const foreign = faults.get("foreignTimeZone");
  const iana = foreign && resolveZone(foreign.timeZone);
  const foreignZone = foreign && { name: foreign.timeZone, iana: iana ?? "UTC" };
  const showAs = faults.get("showAs");
  return (instance: Instance, index: number): Record<string, unknown> => {
    const own = foreign !== undefined && foreignZone !== undefined && index < foreign.events ? foreignZone : zone;
    const full: Record<string, unknown> = shown(instance, own, prefer.immutableIds);
    if (showAs !== undefined) full.showAs = showAs.value;
    if (selected === undefined) return full;
    return Object.fromEntries([...ALWAYS, ...selected].map((name) => [name, full[name]]));
  };
}

function shown(instance: Instance, zone: Zone, immutableIds: boolean) {
  const { event, type, seriesMasterId, originalStartMs } = instance;
  return {
    "@odata.etag": etagOf(event.version),
    id: shownId(instance.id, immutableIds),
    type,
    seriesMasterId: seriesMasterId === undefined ? null : shownId(seriesMasterId, immutableIds),
    subject: event.subject,
    start: shownTime(instance, "start", zone),
    end: shownTime(instance, "end", zone),
    originalStartTimeZone: event.zoneName,
    originalEndTimeZone: event.zoneName,
    ...(originalStartMs !== undefined && { originalStart: new Date(originalStartMs).toISOString() }),
    isAllDay: event.isAllDay,
    isCancelled: event.isCancelled,
    isOrganizer: event.response === "organizer",
    showAs: event.showAs,
    sensitivity: event.sensitivity,
    responseStatus: responseStatus(event),
  };
}

/** https://learn.microsoft.com/graph/api/resources/responsestatus: the organizer's has no time. */
const responseStatus = ({ response }: StoredEvent) => ({
  response,
  time: response === "organizer" || response === "none" ? "0001-01-01T00:00:00Z" : "2026-01-01T08:00:00Z",
});

/**
 * Seven decimals, no offset. All-day events are midnight to midnight in whatever zone is asked, by design:
 * https://github.com/microsoftgraph/microsoft-graph-docs/issues/2804
 */
function shownTime(instance: Instance, edge: "start" | "end", zone: Zone) {
  const date = instance.dates?.[edge];
  const dateTime = date === undefined ? `${wallOf(instance[edge], zone.iana)}0000` : `${date}T00:00:00.0000000`;
  return { dateTime, timeZone: zone.name };
}

/** Graph's etags are opaque base64 of a change key. */
export const etagOf = (version: number): string => `W/"${Buffer.from(`v${version}`).toString("base64")}"`;
