/** `GET /calendars/{id}/freebusy.ics`. */
import * as z from "zod";
import type { AvailabilityQuery } from "../../domain/answer.js";
import { DAY_MS, type EpochMs, later, startOfUtcDay } from "../../domain/time.js";
import { checked } from "../body.js";
import { once } from "../calendarRequests.js";
import { demandRange, repairedOffset, Time } from "../queryFields.js";

const QueryTime = z.string().transform(repairedOffset).pipe(Time).exactOptional();
const Query = z.strictObject({ start: QueryTime, end: QueryTime, code: z.string().exactOptional() });

interface Standard {
  readonly now: EpochMs;
  readonly horizonDays: number;
  readonly maxAgeMs: number;
}

/** By default from the start of today, UTC, for as many days as are kept. Errors: `invalidRequest` naming the parameter. */
export function freeBusyQuery(query: URLSearchParams, { now, horizonDays, maxAgeMs }: Standard): AvailabilityQuery {
  const { start = startOfUtcDay(now), end = later(start, horizonDays * DAY_MS) } = checked(
    Query,
    once(query),
    "parameter",
  );
  return {
    ...demandRange({ start, end }),
    blockOn: ["busy", "oof", "tentative"],
    allDay: "respect",
    bufferMs: { before: 0, after: 0 },
    maxAgeMs,
    detail: true,
  };
}
