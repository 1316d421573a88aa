/** `GET /calendars/{id}/freebusy.ics`. */
import * as z from "zod";
import type { AvailabilityQuery } from "../../domain/answer.js";
import { DAY_MS, type EpochMs, later, parseRfc3339, startOfUtcDay } from "../../domain/time.js";
import { checked } from "../body.js";
import { invalid } from "../problem.js";

const RANGE_DAYS_MAX = 366;

const Time = z
  .string()
  .transform((text, context): EpochMs => {
    const at = parseRfc3339(text.replace(/ (?=\d{2}:\d{2}$)/, "+")); // an unencoded plus sign
    if (at !== undefined) return at;
    context.addIssue({ code: "custom", message: "should be an RFC 3339 time such as 2026-12-01T09:00:00Z" });
    return z.NEVER;
  })
  .exactOptional();
const Query = z.strictObject({ start: Time, end: Time, code: z.string().exactOptional() });

interface Standard {
  readonly now: EpochMs;
  readonly horizonDays: number;
  readonly maxAgeMs: number;
}

/** By default from the start of today, UTC, for as many days as are kept. Errors: `invalidRequest` naming the parameter. */
export function freeBusyQuery(query: URLSearchParams, { now, horizonDays, maxAgeMs }: Standard): AvailabilityQuery {
  const twice = [...new Set(query.keys())].filter((name) => query.getAll(name).length > 1);
  if (twice.length > 0)
    throw invalid(twice.map((name) => ({ pointer: `/${name}`, detail: "is given more than once" })));
  const { start = startOfUtcDay(now), end = later(start, horizonDays * DAY_MS) } = checked(
    Query,
    Object.fromEntries(query),
  );
  if (end <= start) throw invalid([{ pointer: "/end", detail: "should be later than start" }]);
  if (end - start > RANGE_DAYS_MAX * DAY_MS)
    throw invalid([{ pointer: "/end", detail: `should be at most ${RANGE_DAYS_MAX} days after start` }]);
  return {
    start,
    end,
    blockOn: ["busy", "oof", "tentative"],
    allDay: "respect",
    bufferMs: { before: 0, after: 0 },
    maxAgeMs,
    detail: true,
  };
}
