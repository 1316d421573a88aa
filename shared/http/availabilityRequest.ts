/** `GET` and `POST /availability`: the same request, in a query or in a body. */
import * as z from "zod";
import type { AvailabilityQuery } from "../domain/answer.js";
import type { Rule } from "../domain/combine.js";
import { MINUTE_MS } from "../domain/time.js";
import { checked } from "./body.js";
import { type Target, targetOf } from "./calendarRefs.js";
import { type FieldError, invalid } from "./problem.js";
import { CALENDARS_MAX, CalendarRef, type Defaults, queryFields, queryOf, rangeErrors } from "./queryFields.js";

/** Digits of one calendar's view; a year in quarters of an hour has 35,136. */
const VIEW_DIGITS_MAX = 50_000;

export const AvailabilityBody = z
  .strictObject({
    calendars: z
      .array(CalendarRef)
      .min(1)
      .max(CALENDARS_MAX)
      .describe("By id, or by name. One that is named twice is answered twice, and counts once."),
    ...queryFields,
    ifStale: z
      .enum(["mark", "refresh", "fail"])
      .default("mark")
      .describe(
        [
          "`refresh` reads Graph first, for at most 2.5 s; what could not be read by then, be it that Graph is down or that others",
          "ask for the same calendars, is still `stale`: ask again, and book only in a calendar that is `fresh`.",
          "`fail` answers 503 where a calendar is stale.",
        ].join(" "),
      ),
    detail: z.boolean().default(false).describe("Adds `blocks`."),
    viewIntervalMinutes: z
      .int()
      .min(1)
      .max(1_440)
      .optional()
      .describe(`Adds \`view\`, one digit for each of these; at most ${VIEW_DIGITS_MAX}.`),
    combine: z
      .union(
        [
          z.enum(["all", "any"]),
          z.strictObject({
            atLeast: z
              .int()
              .min(1)
              .max(CALENDARS_MAX, "should be at most the number of distinct calendars")
              .describe("At most the number of distinct calendars."),
          }),
        ],
        'should be "all", "any" or {"atLeast": n}',
      )
      .optional()
      .describe(
        [
          "Adds `combined`: how many of the distinct calendars must be free for the whole to be free. At each instant it is free if that",
          "many are, unknown if it could be so if what is unknown were free, else busy.",
        ].join(" "),
      ),
  })
  .meta({ id: "AvailabilityRequest" });

export interface AvailabilityRequest {
  readonly targets: readonly Target[];
  readonly query: AvailabilityQuery;
  readonly ifStale: "mark" | "refresh" | "fail";
  readonly combine?: Rule;
}

/** Errors: `invalidRequest` naming the field, `payloadTooLarge` for too many calendars. */
export function availabilityRequest(given: unknown, defaults: Defaults): AvailabilityRequest {
  const body = checked(AvailabilityBody, given);
  const errors = contradictions(body);
  if (errors.length > 0) throw invalid(errors);
  const targets = body.calendars.map((ref, index) => targetOf(ref, defaults.defaultTenantId, `/calendars/${index}`));
  const distinct = new Set(targets.map(({ id }) => id)).size;
  if (typeof body.combine === "object" && body.combine.atLeast > distinct)
    throw invalid([
      { pointer: "/combine/atLeast", detail: `should be at most ${distinct}, the number of distinct calendars` },
    ]);
  return {
    targets,
    query: {
      ...queryOf(body, defaults),
      detail: body.detail,
      ...(body.viewIntervalMinutes !== undefined && { viewIntervalMs: body.viewIntervalMinutes * MINUTE_MS }),
    },
    ifStale: body.ifStale,
    ...(body.combine !== undefined && { combine: body.combine }),
  };
}

/** What no field shows by itself. */
function contradictions({ start, end, viewIntervalMinutes }: z.infer<typeof AvailabilityBody>): FieldError[] {
  const errors = rangeErrors({ start, end });
  if (errors.length > 0) return errors;
  return (end - start) / ((viewIntervalMinutes ?? Number.POSITIVE_INFINITY) * MINUTE_MS) > VIEW_DIGITS_MAX
    ? [
        {
          pointer: "/viewIntervalMinutes",
          detail: `is too short for this range: the view would have over ${VIEW_DIGITS_MAX} digits; make it longer, or ask for less time`,
        },
      ]
    : [];
}
