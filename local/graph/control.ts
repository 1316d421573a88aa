/** The control door: JSON over HTTP for a person with curl, or a test in another process. */
import { type Call, routes } from "./controlRoutes.js";
import { SimulatorInputError } from "./inputError.js";
import { BODY_BYTES_MAX } from "./limits.js";
import type { GraphSimulator } from "./simulator.js";

const answer = (status: number, body: unknown): Response => Response.json(body, { status });

/** The handler of the control door. Wrong input: 400 `{field, message}`; no such route: 404; a bug: 500. */
export const control =
  (sim: GraphSimulator) =>
  async (request: Request): Promise<Response> => {
    if (isForeignPage(request)) return answer(403, { message: "Only pages of this machine may use the control door." });
    try {
      return await dispatch(sim, request);
    } catch (error) {
      if (error instanceof SimulatorInputError) return answer(400, { field: error.field, message: error.message });
      return answer(500, { message: error instanceof Error ? error.message : String(error) });
    }
  };

/** A web page elsewhere must not steer the simulator through the browser of whoever opens it. */
function isForeignPage(request: Request): boolean {
  const origin = request.headers.get("Origin");
  return origin !== null && !/^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);
}

async function dispatch(sim: GraphSimulator, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const segments = url.pathname.split("/").filter((segment) => segment !== "");
  const found = routes.find(({ method, pattern }) => method === request.method && matches(pattern, segments));
  if (found === undefined)
    return answer(404, { message: `No route ${request.method} ${url.pathname}.`, routes: routeNames() });
  const at = segments.filter((_, index) => found.pattern[index] === "*").map(decoded);
  const body = request.method === "GET" ? undefined : parsed(await request.text());
  const call: Call = { sim, at, query: url.searchParams, body };
  return answer(200, (await found.handle(call)) ?? {});
}

const matches = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length && pattern.every((part, index) => part === "*" || part === segments[index]);

const routeNames = (): string[] => routes.map(({ method, pattern }) => `${method} /${pattern.join("/")}`);

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new SimulatorInputError("path", `"${segment}" is not well encoded`);
  }
}

function parsed(text: string): unknown {
  if (text.length > BODY_BYTES_MAX) throw new SimulatorInputError("body", `has over ${BODY_BYTES_MAX} characters`);
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw new SimulatorInputError("body", "is not JSON");
  }
}
