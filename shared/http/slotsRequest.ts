/** `POST /slots`. */
import * as z from "zod";
import type { AvailabilityQuery } from "../domain/answer.js";
import type { CalendarId } from "../domain/calendarId.js";
import type { Participant } from "../domain/slots.js";
import { type EpochMs, HOUR_MS, MINUTE_MS } from "../domain/time.js";
import { type Offer, startsIn, WEEKDAYS, type WorkingHours } from "../domain/workingHours.js";
import { resolveZone } from "../domain/zones.js";
import { checked } from "./body.js";
import { targetOf } from "./calendarRefs.js";
import { type FieldError, invalid, tooLarge } from "./problem.js";
import { CALENDARS_MAX, CalendarRef, type Defaults, queryFields, queryOf, rangeErrors } from "./queryFields.js";
import { ZoneName } from "./zoneName.js";

export const SLOTS_MAX = 5_000;
/** In one answer, over all slots: about 6 MB of them. */
const MENTIONS_MAX = 200_000;
const MINUTES_MAX = 1_440;
const WORKING_HOURS_MAX = 50;

const Minutes = z.int().min(1).max(MINUTES_MAX);

/** By the clock on the wall; milliseconds after 00:00. 24:00 is the end of the day. */
const WALL_TIME = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;
const WallTime = z
  .string()
  .transform((text, context) => {
    const match = WALL_TIME.exec(text);
    if (match !== null) return Number(match[1] ?? 24) * HOUR_MS + Number(match[2] ?? 0) * MINUTE_MS;
    context.addIssue({ code: "custom", message: "should be a time of day such as 09:00, from 00:00 to 24:00" });
    return z.NEVER;
  })
  .meta({ pattern: WALL_TIME.source });

const TimeZone = ZoneName.transform((name) => resolveZone(name) ?? z.NEVER);

export const SlotsBody = z
  .strictObject({
    participants: z
      .array(
        z
          .strictObject({
            calendars: z.array(CalendarRef).min(1).max(CALENDARS_MAX).describe("By id, or by name; each counts once."),
            required: z
              .union(
                [
                  z.enum(["all", "any"]),
                  z.int().min(1).max(CALENDARS_MAX, "should be at most the number of distinct calendars"),
                ],
                'should be "all", "any" or a number',
              )
              .default("all")
              .describe("How many of these calendars must be free."),
          })
          .meta({ id: "Participant" }),
      )
      .min(1)
      .max(CALENDARS_MAX)
      .describe("All of them take part."),
    ...queryFields,
    durationMinutes: Minutes.describe("Elapsed time, whatever the clock on the wall does."),
    stepMinutes: Minutes.optional().describe(
      "From one start to the next, from the start of each working period. The duration where not given.",
    ),
    timeZone: TimeZone.describe("IANA or Windows name; of the working hours."),
    workingHours: z
      .array(
        z
          .strictObject({
            days: z.array(z.enum(WEEKDAYS)).min(1).max(WEEKDAYS.length).describe("Each of which has this period."),
            start: WallTime.describe("As `09:00`."),
            end: WallTime.describe("Later than start; `24:00` is the end of the day."),
          })
          .meta({ id: "WorkingHours" }),
      )
      .min(1)
      .max(WORKING_HOURS_MAX)
      .optional()
      .describe(
        "By the clock on the wall. Where not given, every day from 00:00 to 24:00: steps count from midnight, and no slot spans it.",
      ),
  })
  .meta({ id: "SlotsRequest" });
type Body = z.infer<typeof SlotsBody>;

export interface SlotsRequest {
  readonly participants: readonly Participant[];
  readonly query: AvailabilityQuery;
  /** When appointments of this length may begin; sorted. */
  readonly starts: readonly EpochMs[];
  readonly durationMs: number;
}

/** Errors: `invalidRequest` naming the field, `payloadTooLarge` for too many calendars. */
export function slotsRequest(given: unknown, defaults: Defaults): SlotsRequest {
  const body = checked(SlotsBody, given);
  const participants = body.participants.map(({ calendars, required }, index): Participant => {
    const pointer = `/participants/${index}/calendars`;
    const ids = calendars.map((ref, at) => targetOf(ref, defaults.defaultTenantId, `${pointer}/${at}`).id);
    return { calendars: [...new Set(ids)], required: typeof required === "number" ? { atLeast: required } : required };
  });
  const errors = [...rangeErrors(body), ...hoursErrors(body), ...neededErrors(participants)];
  if (errors.length > 0) throw invalid(errors);
  const distinct = new Set<CalendarId>(participants.flatMap(({ calendars }) => calendars)).size;
  if (distinct > CALENDARS_MAX)
    throw tooLarge("/participants", `should name at most ${CALENDARS_MAX} distinct calendars, not ${distinct}`);
  const query = { ...queryOf(body, defaults), detail: false };
  const offer = offerOf(body);
  return {
    participants,
    query,
    starts: startsFor(query, offer, distinct, body.stepMinutes === undefined ? "durationMinutes" : "stepMinutes"),
    durationMs: offer.durationMs,
  };
}

/** Counted before anybody's calendar is looked at: whether a request is too large must not depend on who is busy. */
function startsFor(query: AvailabilityQuery, offer: Offer, calendars: number, stepField: string): readonly EpochMs[] {
  const max = Math.min(SLOTS_MAX, Math.floor(MENTIONS_MAX / calendars));
  const starts = startsIn(query, offer, max);
  if (starts !== undefined) return starts;
  const many = `there would be over ${max} slots, the most for ${counted(calendars)}`;
  const detail = `is too short for this range: ${many}; make it longer, or ask for less time`;
  throw invalid([{ pointer: `/${stepField}`, detail }]);
}

const counted = (calendars: number): string => (calendars === 1 ? "1 calendar" : `${calendars} calendars`);

const offerOf = ({ durationMinutes, stepMinutes = durationMinutes, timeZone, workingHours }: Body): Offer => ({
  hours: workingHours?.map(({ days, start, end }) => ({ days, startMs: start, endMs: end })) ?? ALWAYS,
  zone: timeZone,
  stepMs: stepMinutes * MINUTE_MS,
  durationMs: durationMinutes * MINUTE_MS,
});

const ALWAYS: readonly WorkingHours[] = [{ days: WEEKDAYS, startMs: 0, endMs: 24 * HOUR_MS }];

const hoursErrors = ({ workingHours = [] }: Body): FieldError[] =>
  workingHours.flatMap(({ start, end }, index) =>
    start < end
      ? []
      : [
          {
            pointer: `/workingHours/${index}/end`,
            detail: "should be later than start; what goes past midnight is two periods, the first of them until 24:00",
          },
        ],
  );

const neededErrors = (participants: readonly Participant[]): FieldError[] =>
  participants.flatMap(({ calendars, required }, index) =>
    typeof required === "object" && required.atLeast > calendars.length
      ? [
          {
            pointer: `/participants/${index}/required`,
            detail: `should be at most ${calendars.length}, the number of distinct calendars`,
          },
        ]
      : [],
  );
