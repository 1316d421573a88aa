/** Requests to functions: the route, the key, the invocation, the answer. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HostedFunction, HttpTrigger } from "./functions.js";
import { answer, answerAndClose, answerHttp } from "./httpAnswer.js";
import { BODY_BYTES_MAX, declaredLength, httpData, splitUrl } from "./httpRequest.js";
import type { StreamDoor } from "./httpStream.js";
import type { Invoker } from "./invoke.js";
import type { Keys } from "./keys.js";
import { matchTemplate, type Params, splitPath } from "./routes.js";

export interface HttpDeps {
  /** In the order in which their routes are tried. */
  readonly functions: readonly HostedFunction<HttpTrigger>[];
  readonly keys: Keys;
  readonly invoker: Invoker;
  readonly authority: string;
  /** Undefined if the app has not turned streaming on. */
  readonly streams: StreamDoor | undefined;
}

interface Match {
  readonly fn: HostedFunction<HttpTrigger>;
  readonly params: Params;
}

/** A wrong method is a 404 too, never a 405: so it is in the real host. */
export async function serveHttp(deps: HttpDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const found = findRoute(deps.functions, request);
  if (found === undefined) return answer(response, 404);
  if (!deps.keys.allows(found.fn.trigger.level, request)) return answer(response, 401);
  if (declaredLength(request) > BODY_BYTES_MAX) return answerAndClose(response, 413);
  if (deps.streams === undefined) return servePlain(deps, found, request, response);
  await deps.streams.serve(request, response, found.fn.name, found.params, (input) =>
    deps.invoker.run(found.fn, input),
  );
}

async function servePlain(
  deps: HttpDeps,
  { fn, params }: Match,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const http = await httpData(request, params, deps.authority);
  const [traceParent, traceState] = [request.headers.traceparent, request.headers.tracestate].map(text);
  const outcome = await deps.invoker.run(fn, { data: { http }, traceParent, traceState });
  if (outcome.kind === "failed") answer(response, 500);
  else if (outcome.returnValue?.http === undefined) answer(response, 204);
  else answerHttp(response, outcome.returnValue.http);
}

function findRoute(functions: HttpDeps["functions"], request: IncomingMessage): Match | undefined {
  const parts = splitPath(splitUrl(request).path);
  for (const fn of functions) {
    if (!fn.trigger.methods.includes(request.method ?? "")) continue;
    const params = matchTemplate(fn.trigger.route, parts);
    if (params !== undefined) return { fn, params };
  }
  return undefined;
}

function text(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}
