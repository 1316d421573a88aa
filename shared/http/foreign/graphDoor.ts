/** Graph's door: where it stands for a caller, and what is asked at it. */
import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { readJson } from "../body.js";
import { graphBatch } from "./graphBatch.js";
import { GraphProblem, graphResponse, requestIdsOf } from "./graphProblem.js";
import type { GraphRequest } from "./graphQuery.js";
import { answerGraph, otherMethod } from "./graphRoutes.js";
import type { Reading } from "./reading.js";

const DOOR = /^(.*?\/graph\/v1\.0)(?:\/(.*))?$/i;

/** Errors: `GraphProblem`, or a `Problem` that `refuseAsGraph` shows as Graph would. */
export async function graphDoor(
  request: HttpRequest,
  reading: Reading,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const asked = graphRequestOf(request);
  const ids = requestIdsOf(request, context);
  const isBatch = /^(?:\$|%24)batch$/i.test(asked.path);
  if (isBatch && asked.method !== "POST") throw otherMethod("POST");
  return graphResponse(await (isBatch ? graphBatch(asked, reading, ids) : answerGraph(asked, reading)), ids);
}

function graphRequestOf(request: HttpRequest): GraphRequest {
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  const [, root, path = ""] = DOOR.exec(url.pathname) ?? [];
  if (root === undefined) throw new GraphProblem(400, "BadRequest", "This is no address of Graph's door.");
  return {
    method: request.method,
    root: `${originOf(url, headers)}${root}`,
    path: withoutSlashes(path),
    query: url.searchParams,
    headers,
    body: () => readJson(request),
  };
}

/** At its end: `//` after a path means nothing. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === "/") end -= 1;
  return path.slice(0, end);
}

/**
 * Where the caller sees this app, for links to further pages: a gateway that stands in front says so. A caller that lies
 * about it misleads itself alone: no answer is kept for others.
 */
function originOf(url: URL, headers: Headers): string {
  const first = (name: string): string => (headers.get(name) ?? "").split(",")[0]?.trim() ?? "";
  const [proto, host] = [first("x-forwarded-proto").toLowerCase(), first("x-forwarded-host")];
  const scheme = /^https?$/.test(proto) ? `${proto}:` : url.protocol;
  return `${scheme}//${/^[\w.-]{1,253}(?::\d{1,5})?$/.test(host) ? host : url.host}`;
}
