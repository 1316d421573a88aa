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

/** One of a collection as OData names it, which is how Graph's own links do: `users('anna@contoso.com')`. */
const KEYED = /(^|\/)(users|calendars)\((?:'|%27)([^/]+)(?:'|%27)\)(?=\/)/gi;
const plain = (path: string): string =>
  path.replace(KEYED, (_, before: string, collection: string, key: string) =>
    [before, collection, "/", key.replace(/(?:'|%27){2}/gi, "'")].join(""),
  );

const ANSWERED =
  "users/{id}/calendarView, users/{id}/calendars/{id}/calendarView, users/{id}/calendar/getSchedule and $batch";

/** Errors: Graph's for addresses that are not answered here. */
export function answerGraph(request: GraphRequest, reading: Reading): Promise<GraphAnswer> {
  const path = plain(request.path);
  const fitting = ROUTES.filter(({ pattern }) => pattern.test(path));
  const route = fitting.find(({ method }) => method === request.method);
  if (route !== undefined) {
    const names = route.pattern.exec(path)?.slice(1) ?? [];
    return route.handle(request, names.map(decoded), reading);
  }
  if (fitting[0] !== undefined) throw otherMethod(fitting[0].method);
  if (/^me(?:\/|$)/i.test(path))
    throw new GraphProblem(400, "BadRequest", "A caller is an app here and has no calendar: name it as users/{id}.");
  throw new GraphProblem(400, "BadRequest", `Nothing is answered at this address; what is: ${ANSWERED}.`);
}

export const otherMethod = (method: string): GraphProblem =>
  new GraphProblem(405, "BadRequest", `This address is answered for the method ${method} only.`);
