/** The fields that requests for availability and for slots have in common. */
import * as z from "zod";
import { type Interval, STATUSES } from "../domain/blocks.js";
import { DAY_MS, FIRST_YEAR, instant, MINUTE_MS, parseRfc3339, SECOND_MS } from "../domain/time.js";
import { Id, NameRef } from "./calendarRefs.js";
import { expecting } from "./fieldMessages.js";
import { type FieldError, invalid } from "./problem.js";

export const CALENDARS_MAX = 200;
const RANGE_DAYS_MAX = 366;
const BUFFER_MINUTES_MAX = 1_440;
const MAX_AGE_SECONDS_MAX = 86_400;
/** RFC 3339 has four digits for a year; what is shown in another zone, or a horizon later, must still have them. */
const YEAR_END = 9999;
const TIME_END = instant(Date.UTC(YEAR_END, 0));

/** What a request takes for granted where it does not say, as the configuration has it. */
export interface Defaults {
  readonly defaultTenantId?: string;
  readonly defaultMaxAgeMs: number;
}

export const CalendarRef = z.union(
  [Id, NameRef],
  'should be a calendar id, as watching returns it, or {"mailbox": "…"}',
);

const LOOKS_LIKE_TIME = /^(\d{4}-\d{2}-\d{2})[Tt]\d{2}:\d{2}:(\d{2})/;

/** What is not to be seen from its form: a year that is too early, a day that no month has, a leap second. */
function whyNoTime(text: string): string {
  const [, day, second] = LOOKS_LIKE_TIME.exec(text) ?? [];
  if (Number(day?.slice(0, 4)) < FIRST_YEAR) return `; the first year taken here is 0${FIRST_YEAR}`;
  if (day !== undefined && parseRfc3339(`${day}T00:00:00Z`) === undefined) return `; there is no day ${day}`;
  return Number(second) > 59 ? `; a second ${second} does not exist here, the last is 59` : "";
}

export const SHOULD_BE_TIME = "should be an RFC 3339 time such as 2026-12-01T09:00:00Z";

export const Time = z
  .string({ error: expecting(SHOULD_BE_TIME) })
  .transform((text, context) => {
    const at = parseRfc3339(text);
    if (at !== undefined) return at;
    context.addIssue({
      code: "custom",
      message: `${SHOULD_BE_TIME}${whyNoTime(text)}`,
    });
    return z.NEVER;
  })
  .meta({ format: "date-time" });

const BufferMinutes = z.int().min(0).max(BUFFER_MINUTES_MAX);

/** When, and what counts as busy and as fresh. */
export const queryFields = {
  start: Time.describe("The first instant asked for. Of times, the years 0100 to 9998 are taken, and no leap second."),
  end: Time.describe(`Not in the time asked for; at most ${RANGE_DAYS_MAX} days after start.`),
  blockOn: z
    .array(z.enum(STATUSES))
    .min(1)
    .max(STATUSES.length)
    .default(["busy", "oof", "tentative"])
    .describe("What blocks time. Unknown always does."),
  allDay: z.enum(["respect", "ignore"]).default("respect").describe("Whether all-day events block time."),
  bufferMinutes: z
    .strictObject({
      before: BufferMinutes.default(0).describe("By which it begins earlier."),
      after: BufferMinutes.default(0).describe("By which it ends later."),
    })
    .default({ before: 0, after: 0 })
    .describe("Widens every busy interval; unknown time as well, since a meeting in it could reach out."),
  maxAgeSeconds: z
    .int()
    .min(0)
    .max(MAX_AGE_SECONDS_MAX)
    .optional()
    .describe("Older than this is stale. The service's own setting where it is not given."),
};
const Fields = z.object(queryFields);

/** The domain's query, without what only one of the requests has. */
export const queryOf = (fields: z.infer<typeof Fields>, { defaultMaxAgeMs }: Defaults) => ({
  start: fields.start,
  end: fields.end,
  blockOn: fields.blockOn,
  allDay: fields.allDay,
  bufferMs: { before: fields.bufferMinutes.before * MINUTE_MS, after: fields.bufferMinutes.after * MINUTE_MS },
  maxAgeMs: fields.maxAgeSeconds === undefined ? defaultMaxAgeMs : fields.maxAgeSeconds * SECOND_MS,
});

/** An unencoded `+` of an offset arrives as a space; nothing else is repaired. */
export const repairedOffset = (text: string): string => text.replace(/ (?=\d{2}:\d{2}$)/, "+");

/** The fields of a range by the names that a request has for them. */
interface RangeForm {
  readonly start: string;
  readonly end: string;
  readonly daysMax?: number;
}
const OWN_FORM: RangeForm = { start: "start", end: "end" };

/** What start and end do not show each by itself. */
export function rangeErrors({ start, end }: Interval, form = OWN_FORM): FieldError[] {
  const { daysMax = RANGE_DAYS_MAX } = form;
  const pointer = `/${form.end}`;
  if (end <= start) return [{ pointer, detail: `should be later than ${form.start}` }];
  if (end > TIME_END) return [{ pointer, detail: `should be before the year ${YEAR_END}` }];
  return end - start > daysMax * DAY_MS
    ? [{ pointer, detail: `should be at most ${daysMax} days after ${form.start}` }]
    : [];
}

/** The range itself. Errors: `invalidRequest` naming its end. */
export function demandRange(range: Interval, form?: RangeForm): Interval {
  const errors = rangeErrors(range, form);
  if (errors.length > 0) throw invalid(errors);
  return range;
}
