/** `GET /calendars`, `GET /calendars/{id}`, `POST /calendars/{id}/refresh`. */
import type { HttpRequest } from "@azure/functions";
import * as z from "zod";
import { STATES } from "../domain/answer.js";
import { type CalendarId, isCalendarId } from "../domain/calendarId.js";
import type { ListRequest } from "../domain/inspect.js";
import { checked } from "./body.js";
import { notFound } from "./problem.js";

/** Errors: `notFound` for what is no id, exactly as for an id that is nobody's. */
export function calendarIdIn(request: HttpRequest): CalendarId {
  const id = request.params.id ?? "";
  if (!isCalendarId(id)) throw notFound();
  return id;
}

const Query = z.strictObject({
  state: z.enum(STATES).exactOptional(),
  cursor: z
    .custom<CalendarId>(
      (value) => typeof value === "string" && isCalendarId(value),
      "is no cursor of an earlier answer",
    )
    .exactOptional(),
  code: z.string().exactOptional(),
});

/** Errors: `invalidRequest` naming the parameter. */
export const listRequest = (query: URLSearchParams): ListRequest => checked(Query, Object.fromEntries(query));
