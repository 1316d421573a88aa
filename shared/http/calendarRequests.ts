/** `GET /calendars`, `GET /calendars/{id}`, `POST /calendars/{id}/refresh`. */
import type { HttpRequest } from "@azure/functions";
import * as z from "zod";
import { STATES } from "../domain/answer.js";
import { type CalendarId, isCalendarId } from "../domain/calendarId.js";
import type { ClientStateKeys } from "../domain/clientState.js";
import type { ListRequest } from "../domain/inspect.js";
import { checked } from "./body.js";
import type { Caller } from "./caller.js";
import { CURSOR_LENGTH_MAX, placeOf } from "./cursor.js";
import { GIVEN_TWICE } from "./fieldMessages.js";
import { invalid, notFound, pointerOf } from "./problem.js";

/** Errors: `notFound` for what is no id, exactly as for an id that is nobody's. */
export function calendarIdIn(request: HttpRequest): CalendarId {
  const id = request.params.id ?? "";
  if (!isCalendarId(id)) throw notFound();
  return id;
}

export const LIST_PARAMETERS = {
  state: z.enum(STATES).exactOptional().describe("Only calendars in this state."),
  cursor: z
    .string()
    .max(CURSOR_LENGTH_MAX)
    .exactOptional()
    .describe("`cursor` of the answer before: the caller's own, and good for as long as the service keeps its keys."),
};
const code = z.string().exactOptional(); // a Functions key, which the platform has checked
const Query = z.strictObject({ ...LIST_PARAMETERS, code });
const Nothing = z.strictObject({});
const KeyOnly = z.strictObject({ code });

/** Errors: `invalidRequest` naming the parameter. */
export function listRequest(query: URLSearchParams, { consumer }: Caller, keys: ClientStateKeys): ListRequest {
  const { state, cursor } = checked(Query, once(query), "parameter");
  const place = cursor === undefined ? undefined : placeOf(cursor, consumer, keys);
  if (cursor !== undefined && place === undefined)
    throw invalid([
      { pointer: "/cursor", detail: "is no cursor of an earlier answer to this caller; begin again without one" },
    ]);
  return { ...(state !== undefined && { state }), ...(place !== undefined && { cursor: place }) };
}

/** For a route that takes no parameter: what somebody wrote there is not ignored. Errors: `invalidRequest` naming it. */
export const demandNoQuery = (request: HttpRequest): unknown =>
  checked(KeyOnly, once(new URL(request.url).searchParams), "parameter");

/** For a POST that says nothing: no body, or an empty object. Errors: `invalidRequest` naming the fields. */
export const demandNoFields = (body: unknown = {}): unknown => checked(Nothing, body);

/** The parameters by name. Errors: `invalidRequest` naming those that are given twice. */
export function once(query: URLSearchParams): Record<string, string> {
  const repeated = [...new Set(query.keys())].filter((name) => query.getAll(name).length > 1);
  if (repeated.length > 0) throw invalid(repeated.map((name) => ({ pointer: pointerOf([name]), detail: GIVEN_TWICE })));
  return Object.fromEntries(query);
}
