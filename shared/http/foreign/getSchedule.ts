/** `POST /users/{id}/calendar/getSchedule`. https://learn.microsoft.com/graph/api/calendar-getschedule */
import * as z from "zod";
import type { Interval } from "../../domain/blocks.js";
import { type CalendarId, PRIMARY } from "../../domain/calendarId.js";
import { clipped } from "../../domain/intervals.js";
import { MINUTE_MS } from "../../domain/time.js";
import { viewOf } from "../../domain/view.js";
import { type Instance, type ReadWhole, readWhole, type WholeView } from "../../domain/wholeView.js";
import { checked } from "../body.js";
import { calendarIdNamed } from "../calendarRefs.js";
import { demandRange } from "../queryFields.js";
import { readServed } from "../staleness.js";
import { freeBusyErrorOf, type GraphAnswer } from "./graphProblem.js";
import { type GraphRequest, optionsOf, preferredOf } from "./graphQuery.js";
import { type AskedZone, askedZone, type GivenTime, givenTime, instantIn, shownEnd, shownStart } from "./graphTimes.js";
import { ageHeadersOf, type Reading } from "./reading.js";

/** Graph's own. */
const SCHEDULES_MAX = 20;
const RANGE_DAYS_MAX = 62;
const INTERVAL_MINUTES = { min: 5, max: 1_440, standard: 30 };
const NAME_LENGTH_MAX = 512;
const ZONE_LENGTH_MAX = 100;

const Given = z.string().transform((text, context): GivenTime => {
  const given = givenTime(text.trim());
  if (given !== undefined) return given;
  context.addIssue({ code: "custom", message: "should be a time such as 2026-12-01T09:00:00" });
  return z.NEVER;
});
const Time = z.preprocess(
  withPlainNames(["dateTime", "timeZone"]),
  z.strictObject({ dateTime: Given, timeZone: z.string().max(ZONE_LENGTH_MAX).default("UTC") }),
);
const Body = z.preprocess(
  withPlainNames(["schedules", "startTime", "endTime", "availabilityViewInterval"]),
  z.strictObject({
    schedules: z.array(z.string().max(NAME_LENGTH_MAX)).min(1).max(SCHEDULES_MAX),
    startTime: Time,
    endTime: Time,
    availabilityViewInterval: z
      .preprocess(
        (value) => (typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value),
        z.int().min(INTERVAL_MINUTES.min).max(INTERVAL_MINUTES.max),
      )
      .default(INTERVAL_MINUTES.standard),
  }),
);

/** Graph's own examples write `Schedules` and `schedules`; OData annotations say nothing. */
function withPlainNames(names: readonly string[]): (value: unknown) => unknown {
  const plain = new Map(names.map((name) => [name.toLowerCase(), name]));
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const own = Object.entries(value).filter(([name]) => !name.includes("@odata."));
    return Object.fromEntries(own.map(([name, one]) => [plain.get(name.toLowerCase()) ?? name, one]));
  };
}

interface ScheduleRequest {
  readonly schedules: readonly string[];
  readonly range: Interval;
  readonly slotMs: number;
}

/** Each schedule whole, or with its own `error` and nothing else: what is not known is never an empty list. */
export async function getSchedule(
  request: GraphRequest,
  { deps, reader, tenantId, maxAgeMs }: Reading,
): Promise<GraphAnswer> {
  optionsOf(request.query, new Set());
  const preferred = preferredOf(request.headers);
  const wanted = scheduleRequest(await request.body());
  const ids = wanted.schedules.map((name) => calendarIdNamed(name, PRIMARY, tenantId));
  const known = ids.filter((id): id is CalendarId => id !== undefined);
  const found = await readWhole(deps, reader, known, wanted.range, maxAgeMs);
  deps.log(readServed(found, false));
  const value = wanted.schedules.map((name, index) =>
    scheduleOf(name, viewIn(found, ids[index]), wanted, preferred.zone),
  );
  return {
    status: 200,
    headers: { ...ageHeadersOf(found.values()), ...preferred.headers },
    body: { "@odata.context": `${request.root}/$metadata#Collection(microsoft.graph.scheduleInformation)`, value },
  };
}

/** Errors: `invalidRequest` naming the field, Graph's own for a zone that is none. */
function scheduleRequest(given: unknown): ScheduleRequest {
  const { schedules, startTime, endTime, availabilityViewInterval } = checked(Body, given);
  const start = instantIn(startTime.dateTime, askedZone(startTime.timeZone).id, "start");
  const end = instantIn(endTime.dateTime, askedZone(endTime.timeZone).id, "end");
  const range = demandRange({ start, end }, { start: "startTime", end: "endTime", daysMax: RANGE_DAYS_MAX });
  return { schedules, range, slotMs: availabilityViewInterval * MINUTE_MS };
}

const viewIn = (found: ReadonlyMap<CalendarId, ReadWhole>, id: CalendarId | undefined): WholeView =>
  (id === undefined ? undefined : found.get(id)?.view) ?? { kind: "refused", reason: "notWatched" };

function scheduleOf(scheduleId: string, view: WholeView, { range, slotMs }: ScheduleRequest, zone: AskedZone): object {
  if (view.kind === "refused") return { scheduleId, error: freeBusyErrorOf(view) };
  // Graph shows who works elsewhere as free here, and as what it is among the items.
  const inView = view.instances.filter(({ status }) => status !== "workingElsewhere");
  return {
    scheduleId,
    availabilityView: viewOf(clipped(inView, range), [], range, slotMs),
    scheduleItems: view.instances.map((one) => itemOf(one, zone)),
  };
}

const itemOf = ({ status, start, end }: Instance, zone: AskedZone): object => ({
  status,
  start: shownStart(start, zone),
  end: shownEnd(end, zone),
});
