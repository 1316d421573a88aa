/** `GET` and `POST /availability`: the same request, in a query or in a body. */
import * as z from "zod";
import type { AvailabilityQuery } from "../domain/answer.js";
import { STATUSES } from "../domain/blocks.js";
import type { Rule } from "../domain/combine.js";
import { DAY_MS, MINUTE_MS, parseRfc3339, SECOND_MS } from "../domain/time.js";
import { checked } from "./body.js";
import { Id, NameRef, type Target, targetOf } from "./calendarRefs.js";
import { type FieldError, invalid } from "./problem.js";

export const CALENDARS_MAX = 200;
const RANGE_DAYS_MAX = 366;
const BUFFER_MINUTES_MAX = 1_440;
const MAX_AGE_SECONDS_MAX = 86_400;
/** Digits of one calendar's view; a year in quarters of an hour has 35,136. */
const VIEW_DIGITS_MAX = 50_000;

const Time = z.string().transform((text, context) => {
  const at = parseRfc3339(text);
  if (at !== undefined) return at;
  context.addIssue({ code: "custom", message: "should be an RFC 3339 time such as 2026-12-01T09:00:00Z" });
  return z.NEVER;
});
const BufferMinutes = z.int().min(0).max(BUFFER_MINUTES_MAX);

const Body = z.strictObject({
  calendars: z
    .array(z.union([Id, NameRef], 'should be a calendar id, as watching returns it, or {"mailbox": "…"}'))
    .min(1)
    .max(CALENDARS_MAX),
  start: Time,
  end: Time,
  blockOn: z.array(z.enum(STATUSES)).min(1).max(STATUSES.length).default(["busy", "oof", "tentative"]),
  allDay: z.enum(["respect", "ignore"]).default("respect"),
  bufferMinutes: z
    .strictObject({ before: BufferMinutes.default(0), after: BufferMinutes.default(0) })
    .default({ before: 0, after: 0 }),
  maxAgeSeconds: z.int().min(0).max(MAX_AGE_SECONDS_MAX).optional(),
  ifStale: z.enum(["mark", "refresh", "fail"]).default("mark"),
  detail: z.boolean().default(false),
  viewIntervalMinutes: z.int().min(1).max(1_440).optional(),
  combine: z
    .union(
      [z.enum(["all", "any"]), z.strictObject({ atLeast: z.int().min(1) })],
      'should be "all", "any" or {"atLeast": n}',
    )
    .optional(),
});

export interface AvailabilityRequest {
  readonly targets: readonly Target[];
  readonly query: AvailabilityQuery;
  readonly ifStale: "mark" | "refresh" | "fail";
  readonly combine?: Rule;
}

export interface Defaults {
  readonly tenantId?: string;
  readonly maxAgeSeconds: number;
}

/** Errors: `invalidRequest` naming the field, `payloadTooLarge` for too many calendars. */
export function availabilityRequest(given: unknown, defaults: Defaults): AvailabilityRequest {
  const body = checked(Body, given);
  const errors = contradictions(body);
  if (errors.length > 0) throw invalid(errors);
  const targets = body.calendars.map((ref, index) => targetOf(ref, defaults.tenantId, `/calendars/${index}`));
  const distinct = new Set(targets.map(({ id }) => id)).size;
  if (typeof body.combine === "object" && body.combine.atLeast > distinct)
    throw invalid([
      { pointer: "/combine/atLeast", detail: `should be at most ${distinct}, the number of distinct calendars` },
    ]);
  return {
    targets,
    query: {
      start: body.start,
      end: body.end,
      blockOn: body.blockOn,
      allDay: body.allDay,
      bufferMs: { before: body.bufferMinutes.before * MINUTE_MS, after: body.bufferMinutes.after * MINUTE_MS },
      maxAgeMs: (body.maxAgeSeconds ?? defaults.maxAgeSeconds) * SECOND_MS,
      detail: body.detail,
      ...(body.viewIntervalMinutes !== undefined && { viewIntervalMs: body.viewIntervalMinutes * MINUTE_MS }),
    },
    ifStale: body.ifStale,
    ...(body.combine !== undefined && { combine: body.combine }),
  };
}

/** What no field shows by itself. */
function contradictions({ start, end, viewIntervalMinutes }: z.infer<typeof Body>): FieldError[] {
  const rangeMs = end - start;
  if (rangeMs <= 0) return [{ pointer: "/end", detail: "should be later than start" }];
  if (rangeMs > RANGE_DAYS_MAX * DAY_MS)
    return [{ pointer: "/end", detail: `should be at most ${RANGE_DAYS_MAX} days after start` }];
  return rangeMs / ((viewIntervalMinutes ?? Number.POSITIVE_INFINITY) * MINUTE_MS) > VIEW_DIGITS_MAX
    ? [
        {
          pointer: "/viewIntervalMinutes",
          detail: `is too short for this range: the view would have over ${VIEW_DIGITS_MAX} digits`,
        },
      ]
    : [];
}
