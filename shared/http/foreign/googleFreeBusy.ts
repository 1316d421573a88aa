/** `POST /calendar/v3/freeBusy`. https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query */
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import * as z from "zod";
import type { Interval, Status } from "../../domain/blocks.js";
import { type CalendarId, isCalendarId, PRIMARY } from "../../domain/calendarId.js";
import { clipped, merged } from "../../domain/intervals.js";
import { toOffsetTime } from "../../domain/wallClock.js";
import { type RefusedReason, readWhole, type WholeView } from "../../domain/wholeView.js";
import { resolveZone, type ZoneId } from "../../domain/zones.js";
import { checked, readJson } from "../body.js";
import { calendarIdNamed } from "../calendarRefs.js";
import { unknownName } from "../fieldMessages.js";
import { type FieldError, invalid, pointerOf } from "../problem.js";
import { demandRange, Time } from "../queryFields.js";
import { readServed } from "../staleness.js";
import { ageHeadersOf, type Reading } from "./reading.js";

/** Google's own. */
const CALENDARS_MAX = 50;
const GROUP_MAX = 100;
const NAME_LENGTH_MAX = 512;
const ZONE_LENGTH_MAX = 100;

/** Google knows no other kinds of busy; who works elsewhere can be met. */
const BUSY: ReadonlySet<Status> = new Set(["busy", "oof", "tentative"]);

const Zone = z
  .string()
  .max(ZONE_LENGTH_MAX)
  .transform((name, context) => {
    const zone = resolveZone(name);
    if (zone !== undefined) return zone;
    context.addIssue({ code: "custom", message: "should be the name of a time zone, as Europe/Berlin" });
    return z.NEVER;
  });
const Body = z.strictObject({
  timeMin: Time,
  timeMax: Time,
  timeZone: Zone.optional(),
  /** Nobody is a group here. */
  groupExpansionMax: z.int().min(1).max(GROUP_MAX).optional(),
  calendarExpansionMax: z.int().min(1).max(CALENDARS_MAX).optional(),
  items: z
    .array(z.strictObject({ id: z.string().min(1).max(NAME_LENGTH_MAX) }))
    .min(1)
    .max(CALENDARS_MAX),
});
type Body = z.infer<typeof Body>;

/** Of the answer's form, or of the caller's identity, and nothing to do with the answer. */
const IGNORED = new Set(["alt", "code", "key", "prettyPrint", "quotaUser"]);

/** Each calendar either with its busy times or with its errors, never with both: no times is not no busy time. */
export async function googleFreeBusy(
  request: HttpRequest,
  { deps, reader, tenantId, maxAgeMs }: Reading,
): Promise<HttpResponseInit> {
  demandKnownParameters(new URL(request.url).searchParams);
  const wanted = requestOf(await readJson(request));
  const range = { start: wanted.timeMin, end: wanted.timeMax };
  const names = [...new Set(wanted.items.map(({ id }) => id))];
  const asked = names.slice(0, wanted.calendarExpansionMax).map((name) => [name, idOf(name, tenantId)] as const);
  const ids = asked.flatMap(([, id]) => id ?? []);
  const found = await readWhole(deps, reader, ids, range, maxAgeMs);
  deps.log(readServed(found, false));
  const zone = wanted.timeZone ?? ("UTC" as ZoneId);
  const answered = asked.map(([name, id]) => [name, calendarOf(id && found.get(id)?.view, range, zone)]);
  const rest = names.slice(asked.length).map((name) => [name, { errors: [errorOf("tooManyCalendarsRequested")] }]);
  return {
    headers: ageHeadersOf(found.values()),
    jsonBody: {
      kind: "calendar#freeBusy",
      timeMin: toOffsetTime(range.start, zone),
      timeMax: toOffsetTime(range.end, zone),
      calendars: Object.fromEntries([...answered, ...rest]),
    },
  };
}

function demandKnownParameters(query: URLSearchParams): void {
  const unknown = [...query.keys()].filter((name) => !IGNORED.has(name));
  const errors = unknown.map((name): FieldError => ({ pointer: pointerOf([name]), detail: unknownName("parameter") }));
  if (errors.length > 0) throw invalid(errors);
}

/** Errors: `invalidRequest` naming the field. */
function requestOf(given: unknown): Body {
  const body = checked(Body, given);
  demandRange({ start: body.timeMin, end: body.timeMax }, { start: "timeMin", end: "timeMax" });
  return body;
}

/** An address, an object id, or a calendar's id of this app's. Undefined for what can name no calendar. */
const idOf = (name: string, tenantId: string | undefined): CalendarId | undefined =>
  isCalendarId(name) ? name : calendarIdNamed(name, PRIMARY, tenantId);

function calendarOf(view: WholeView | undefined, range: Interval, zone: ZoneId): object {
  if (view === undefined || view.kind === "refused")
    return { errors: [errorOf(REASONS[view?.reason ?? "notWatched"])] };
  const busy = view.instances.filter(({ status }) => BUSY.has(status));
  return {
    busy: clipped(merged(busy), range).map(({ start, end }) => ({
      start: toOffsetTime(start, zone),
      end: toOffsetTime(end, zone),
    })),
  };
}

const REASONS: Readonly<Record<RefusedReason, "notFound" | "internalError">> = {
  notWatched: "notFound",
  mailboxNotFound: "notFound",
  calendarNotFound: "notFound",
  accessDenied: "notFound",
  tooManyEvents: "internalError",
  neverRefreshed: "internalError",
  unreadable: "internalError",
  tooOld: "internalError",
  stale: "internalError",
  beyondHorizon: "internalError",
};

const errorOf = (reason: string): object => ({ domain: "global", reason });
