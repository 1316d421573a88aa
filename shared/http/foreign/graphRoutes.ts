/** What is answered under `/api/graph/v1.0`, to requests of their own and to those in a batch. */

import { calendarView } from "./calendarView.js";
import { getSchedule } from "./getSchedule.js";
import { type GraphAnswer, GraphProblem } from "./graphProblem.js";
import { decoded, type GraphRequest } from "./graphQuery.js";
import type { Reading } from "./reading.js";

type Handle = (request: GraphRequest, names: readonly string[], reading: Reading) => Promise<GraphAnswer>;

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handle: Handle;
}

const ROUTES: readonly Route[] = [
  { method: "GET", pattern: /^users\/([^/]+)\/(?:calendar\/)?calendarView$/i, handle: calendarView },
  { method: "GET", pattern: /^users\/([^/]+)\/calendars\/([^/]+)\/calendarView$/i, handle: calendarView },
  {
    method: "POST",
    // Who asks does not matter to the answer, so that `me` may.
    pattern: /^(?:users\/[^/]+|me)\/calendar\/(?:microsoft\.graph\.)?getSchedule$/i,
    handle: (request, _, reading) => getSchedule(request, reading),
  },
];

const ANSWERED =
  "users/{id}/calendarView, users/{id}/calendars/{id}/calendarView, users/{id}/calendar/getSchedule and $batch";

/** Errors: Graph's for addresses that are not answered here. */
export function answerGraph(request: GraphRequest, reading: Reading): Promise<GraphAnswer> {
  const fitting = ROUTES.filter(({ pattern }) => pattern.test(request.path));
  const route = fitting.find(({ method }) => method === request.method);
  if (route !== undefined) {
    const names = route.pattern.exec(request.path)?.slice(1) ?? [];
    return route.handle(request, names.map(decoded), reading);
  }
  if (fitting.length > 0) throw new GraphProblem(405, "BadRequest", "This address is not answered for this method.");
  if (/^me(?:\/|$)/i.test(request.path))
    throw new GraphProblem(400, "BadRequest", "A caller is an app here and has no calendar: name it as users/{id}.");
  throw new GraphProblem(400, "BadRequest", `Nothing is answered at this address; what is: ${ANSWERED}.`);
}
