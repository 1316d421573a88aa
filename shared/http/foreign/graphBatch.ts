/** `POST /$batch`. https://learn.microsoft.com/graph/json-batching */
import * as z from "zod";
import { bounded } from "../../domain/bounded.js";
import { checked } from "../body.js";
import { invalid, Problem } from "../problem.js";
import { type GraphAnswer, GraphProblem, graphErrorAnswer, type RequestIds } from "./graphProblem.js";
import { type GraphRequest, optionsOf } from "./graphQuery.js";
import { answerGraph } from "./graphRoutes.js";
import type { Reading } from "./reading.js";

/** Graph's own. */
const ITEMS_MAX = 20;
const AT_ONCE = 4;
const TEXT_LENGTH_MAX = 8_192;
const ID_LENGTH_MAX = 255;

const Id = z.string().min(1).max(ID_LENGTH_MAX);
const Item = z.strictObject({
  id: Id,
  method: z.string().transform((method) => method.toUpperCase()),
  url: z
    .string()
    .min(1)
    .max(TEXT_LENGTH_MAX)
    .refine((url) => !/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(url), "should be relative, as /users/{id}/calendarView"),
  headers: z.record(z.string(), z.string().max(TEXT_LENGTH_MAX)).optional(),
  body: z.unknown().optional(),
  /** The order is of no consequence where everything is read. */
  dependsOn: z.array(Id).max(ITEMS_MAX).optional(),
});
const Body = z.strictObject({ requests: z.array(Item).min(1).max(ITEMS_MAX) });
type Item = z.infer<typeof Item>;

/** Each item by itself: an outer 200 says nothing about any. Errors: for what is no batch; storage out of reach. */
export async function graphBatch(request: GraphRequest, reading: Reading, ids: RequestIds): Promise<GraphAnswer> {
  optionsOf(request.query, new Set());
  const { requests } = checked(Body, await request.body());
  const names = new Set(requests.map(({ id }) => id.toLowerCase()));
  if (names.size < requests.length)
    throw invalid([{ pointer: "/requests", detail: "should have ids that differ in more than letter case" }]);
  const responses = await bounded(requests, AT_ONCE, async (item) => {
    const { status, headers, body } = await answerItem(item, request.root, reading, ids);
    return { id: item.id, status, headers: { ...headers, "Content-Type": "application/json" }, body };
  });
  return { status: 200, headers: { "cache-control": "no-store" }, body: { responses } };
}

async function answerItem(item: Item, root: string, reading: Reading, ids: RequestIds): Promise<GraphAnswer> {
  try {
    return await answerGraph(requestOf(item, root), reading);
  } catch (error) {
    if (error instanceof Problem) return inBatch(graphErrorAnswer(error, ids));
    throw error;
  }
}

/** As the header is written in Graph's batches, where clients look for it by that name. */
function inBatch({ headers: { "retry-after": wait, ...headers }, ...answer }: GraphAnswer): GraphAnswer {
  return { ...answer, headers: { ...headers, ...(wait !== undefined && { "Retry-After": wait }) } };
}

function requestOf({ method, url, headers = {}, body }: Item, root: string): GraphRequest {
  const [path = "", ...query] = url.split("?");
  return {
    method,
    root,
    path: path.replace(/^\//, ""),
    query: new URLSearchParams(query.join("?")),
    headers: headersOf(headers),
    body: () => Promise.resolve(body),
  };
}

/** `Prefer` counts per item; who calls is who sent the batch. */
function headersOf(given: Readonly<Record<string, string>>): Headers {
  const prefer = Object.entries(given).find(([name]) => name.toLowerCase() === "prefer")?.[1];
  if (prefer === undefined) return new Headers();
  if (/^[\x20-\x7e]*$/.test(prefer)) return new Headers({ prefer });
  throw new GraphProblem(400, "BadRequest", "The header Prefer should hold plain characters.");
}
