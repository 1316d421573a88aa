/** `GET /users/{id}/calendarView`. https://learn.microsoft.com/graph/api/calendar-list-calendarview */
import { createHash } from "node:crypto";
import { type CalendarId, PRIMARY } from "../../domain/calendarId.js";
import { DAY_MS, type EpochMs, instant } from "../../domain/time.js";
import { type Instance, readWhole, type WholeView } from "../../domain/wholeView.js";
import { calendarIdNamed } from "../calendarRefs.js";
import { invalid } from "../problem.js";
import { demandRange } from "../queryFields.js";
import { readServed } from "../staleness.js";
import { type GraphAnswer, GraphProblem, graphProblemOf } from "./graphProblem.js";
import { type GraphRequest, optionsOf, type Preferred, preferredOf } from "./graphQuery.js";
import { type AskedZone, queryInstant, shown, shownEnd, shownStart } from "./graphTimes.js";
import { ageHeadersOf, type Reading } from "./reading.js";

/** Graph's own. */
const PAGE_SIZE_MAX = 1_000;
const PAGE_SIZE_DEFAULT = 10;
/** As many digits as are read. */
const NUMBER_MAX = 999_999_999;

/** What is kept of an event; the others are the same for all. */
const PROPERTIES = ["start", "end", "showAs", "isAllDay", "isCancelled", "type"] as const;
type Property = (typeof PROPERTIES)[number];
const ALWAYS = new Set(["id"]);

const OPTIONS = new Set(["startdatetime", "enddatetime", "$select", "$top", "$skip", "$skiptoken", "$orderby"]);

const RANGE_FORM = { start: "startDateTime", end: "endDateTime", daysMax: Number.POSITIVE_INFINITY };

interface ViewRequest {
  readonly start: EpochMs;
  readonly end: EpochMs;
  readonly select: readonly Property[];
  readonly top: number;
  readonly skip: number;
  /** The state of the calendar that the pages before this one showed. */
  readonly token?: string;
  readonly preferred: Preferred;
}

/** Errors: Graph's for what cannot be answered wholly; never an empty list for it. */
export async function calendarView(
  request: GraphRequest,
  [mailbox = "", calendar = PRIMARY]: readonly string[],
  { deps, reader, tenantId, maxAgeMs }: Reading,
): Promise<GraphAnswer> {
  const wanted = viewRequest(request);
  const id = calendarIdNamed(mailbox, calendar, tenantId);
  if (id === undefined) throw graphProblemOf({ kind: "refused", reason: "notWatched" });
  const found = await readWhole(deps, reader, [id], wanted, maxAgeMs);
  deps.log(readServed(found, false));
  const view: WholeView = found.get(id)?.view ?? { kind: "refused", reason: "notWatched" };
  if (view.kind === "refused") throw graphProblemOf(view);
  return {
    status: 200,
    headers: { ...ageHeadersOf(found.values()), ...wanted.preferred.headers },
    body: pageOf(request, wanted, id, view.instances),
  };
}

function viewRequest({ query, headers }: GraphRequest): ViewRequest {
  const options = optionsOf(query, OPTIONS);
  const range = { start: timeOf(options, "startDateTime"), end: timeOf(options, "endDateTime") };
  demandRange(range, RANGE_FORM);
  if (!/^(?:start\/dateTime(?: asc)?)?$/i.test(options.get("$orderby")?.trim() ?? ""))
    throw invalid([{ pointer: "/$orderby", detail: "should be start/dateTime" }]);
  const token = options.get("$skiptoken");
  return {
    ...range,
    select: selectedOf(options.get("$select")),
    top: numberOf(options, "$top", PAGE_SIZE_DEFAULT, 1, PAGE_SIZE_MAX),
    skip: numberOf(options, "$skip", 0, 0, NUMBER_MAX),
    ...(token !== undefined && { token }),
    preferred: preferredOf(headers),
  };
}

function timeOf(options: ReadonlyMap<string, string>, name: string): EpochMs {
  const text = options.get(name.toLowerCase());
  const at = text === undefined ? undefined : queryInstant(text);
  if (at !== undefined) return at;
  const should = "should be a time such as 2026-12-01T09:00:00Z";
  throw invalid([{ pointer: `/${name}`, detail: text === undefined ? `is missing; it ${should}` : should }]);
}

function numberOf(
  options: ReadonlyMap<string, string>,
  name: string,
  standard: number,
  min: number,
  max: number,
): number {
  const text = options.get(name);
  if (text === undefined) return standard;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw invalid([{ pointer: `/${name}`, detail: `should be a whole number from ${min} to ${max}` }]);
}

function selectedOf(text: string | undefined): readonly Property[] {
  if (text === undefined || text.trim() === "") return PROPERTIES;
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  const missing = names.some((name) => !ALWAYS.has(name) && !PROPERTIES.some((one) => one.toLowerCase() === name));
  if (!missing) return PROPERTIES.filter((one) => names.includes(one.toLowerCase()));
  const detail = `names what is not kept here; it may have id, ${PROPERTIES.join(", ")}`;
  throw invalid([{ pointer: "/$select", detail }]);
}

/**
 * A page of the view. Pages are cut by number, so one of another state could hide what moved between them: a link to the
 * next page names the state that it goes on with.
 */
function pageOf(
  request: GraphRequest,
  { top, skip, token, select, preferred }: ViewRequest,
  id: CalendarId,
  instances: readonly Instance[],
): object {
  const state = stateOf(id, instances);
  if (token !== undefined && token !== state)
    throw new GraphProblem(
      410,
      "SyncStateNotFound",
      "The calendar has changed since the page before this one was read. Begin again with the first page.",
    );
  const value = instances.slice(skip, skip + top).map((one) => eventOf(one, id, select, preferred.zone));
  const context = `${request.root}/$metadata#Collection(microsoft.graph.event)`;
  if (skip + top >= instances.length) return { "@odata.context": context, value };
  return { "@odata.context": context, value, "@odata.nextLink": nextLink(request, top, skip + top, state) };
}

/** A key stays where the caller puts it: a header goes with the next request as well. */
const REPLACED = new Set(["$top", "$skip", "$skiptoken", "code"]);

function nextLink({ root, path, query }: GraphRequest, top: number, skip: number, state: string): string {
  const kept = [...query].filter(([name]) => !REPLACED.has(name.toLowerCase()));
  const all = [...kept, ["$top", String(top)], ["$skip", String(skip)], ["$skiptoken", state]] as const;
  const pairs = all.map(([name = "", value = ""]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `${root}/${path}?${pairs.join("&")}`;
}

/** A block, named by what it is: the same block has the same id in every answer. */
const keyOf = ({ status, start, end, days }: Instance): string =>
  days === undefined ? `${status} ${start} ${end}` : `${status} day ${days.start} ${days.end}`;

const stateOf = (id: CalendarId, instances: readonly Instance[]): string => hashOf([id, ...instances.map(keyOf)]);

const hashOf = (parts: readonly string[]): string =>
  createHash("sha256").update(parts.join("\n")).digest("base64url").slice(0, 27);

function eventOf(one: Instance, calendar: CalendarId, select: readonly Property[], zone: AskedZone): object {
  const id = hashOf([calendar, keyOf(one)]);
  const all: Record<Property, unknown> = {
    ...timesOf(one, zone),
    showAs: one.status,
    isAllDay: one.days !== undefined,
    isCancelled: false, // what is cancelled blocks nothing, and is not here
    type: "singleInstance",
  };
  return { "@odata.etag": `W/"${id}"`, id, ...Object.fromEntries(select.map((name) => [name, all[name]])) };
}

const timesOf = ({ start, end, days }: Instance, zone: AskedZone): { readonly start: object; readonly end: object } =>
  days === undefined
    ? { start: shownStart(start, zone), end: shownEnd(end, zone) }
    : { start: shown(instant(days.start * DAY_MS), zone), end: shown(instant(days.end * DAY_MS), zone) };
