/** Graph's `$batch`: several GETs in one request, each answered by itself. */
import * as z from "zod";
import type { GraphClient, NoAnswer } from "./graphClient.js";
import type { Answered } from "./graphErrors.js";

/** What to ask for, under whatever the caller knows it by. All for one tenant, since one token is sent. */
export type GraphBatch<Key> = ReadonlyMap<
  Key,
  { readonly path: string; readonly headers: Readonly<Record<string, string>> }
>;

const BatchBody = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.int(),
      headers: z.record(z.string(), z.unknown()).nullish(),
      body: z.unknown().optional(),
    }),
  ),
});
const isOutage = (status: number): boolean => status === 401 || status === 429 || status >= 500;
/** Statuses that the sender cannot have meant as an answer to a GET. */
const isStatus = (status: number): boolean => status >= 200 && status <= 599;

/**
 * The parts that were answered; a part that is missing was not. The map is empty where the answer cannot be read at all:
 * Graph sends HTML inside the JSON at times. Where the batch as a whole was throttled or failed, that is each part's answer.
 */
export async function sendBatch<Key>(
  client: GraphClient,
  tenantId: string,
  batch: GraphBatch<Key>,
  timeoutMs: number,
): Promise<ReadonlyMap<Key, Answered | NoAnswer>> {
  const keys = [...batch.keys()];
  const keyOf = new Map(keys.map((key, index) => [String(index), key]));
  const requests = [...batch.values()].map(({ path, headers }, index) => ({
    id: String(index),
    method: "GET",
    url: path,
    headers,
  }));
  const answer = await client.send({ method: "POST", path: "/$batch", tenantId, timeoutMs, body: { requests } });
  if (answer.kind === "none" || isOutage(answer.status)) return new Map(keys.map((key) => [key, answer]));
  const body = answer.status === 200 ? BatchBody.safeParse(answer.body).data : undefined;
  const answers = new Map<Key, Answered>();
  for (const { id, status, headers, body: part } of body?.responses ?? []) {
    const key = keyOf.get(id);
    if (key !== undefined && isStatus(status))
      answers.set(key, { status, headers: headersOf(headers ?? {}), body: json(part) });
  }
  return answers;
}

function headersOf(given: Readonly<Record<string, unknown>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given))
    if (/^[A-Za-z0-9-]+$/.test(name) && typeof value === "string" && /^[\x20-\x7e]*$/.test(value))
      headers.set(name, value);
  return headers;
}

/** JSON comes as an object; a string is text or base64 of something else, so it is no answer. */
const json = (body: unknown): unknown => (typeof body === "object" && body !== null ? body : undefined);
