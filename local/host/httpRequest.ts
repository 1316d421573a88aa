/** Reading requests as the real host hands them to the app. */
import type { IncomingMessage } from "node:http";
import type { HttpData, NullableMap } from "./coreTypes.js";
import type { Params } from "./routes.js";

// Kestrel's limit in the Functions host: https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#limits
export const BODY_BYTES_MAX = 100 * 1024 * 1024;

export class BodyTooLarge extends Error {}

/** Path and query as sent, undecoded. */
export function splitUrl(request: IncomingMessage): { readonly path: string; readonly query: string } {
  const [path = "/", ...rest] = (request.url ?? "/").split("?");
  return { path, query: rest.join("?") };
}

export function declaredLength(request: IncomingMessage): number {
  return Number(request.headers["content-length"] ?? 0);
}

export function isChunked(request: IncomingMessage): boolean {
  return request.headers["transfer-encoding"] !== undefined;
}

/** Throws `BodyTooLarge`. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** Names in lower case, repeats joined by a comma. Node's own `headers` drops some repeats and joins others by `, `. */
export function joinedHeaders(request: IncomingMessage): Map<string, string> {
  const joined = new Map<string, string>();
  const raw = request.rawHeaders;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? "").toLowerCase();
    const value = raw[at + 1] ?? "";
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return joined;
}

/** Repeats joined by a comma under the first spelling of the name, case ignored. */
export function joinedQuery(query: string): Map<string, string> {
  const joined = new Map<string, { readonly name: string; readonly value: string }>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = joined.get(name.toLowerCase());
    const text = before === undefined ? value : `${before.value},${value}`;
    joined.set(name.toLowerCase(), { name: before?.name ?? name, value: text });
  }
  return new Map([...joined.values()].map(({ name, value }) => [name, value]));
}

/** A whole request, its body read. Without streaming a chunked body does not arrive, as in the real host. */
export async function httpData(request: IncomingMessage, params: Params, fallbackHost: string): Promise<HttpData> {
  const data: HttpData = {
    method: request.method ?? "GET",
    url: `http://${request.headers.host ?? fallbackHost}${request.url ?? "/"}`,
    nullableHeaders: nullable(joinedHeaders(request)),
    nullableQuery: nullable(joinedQuery(splitUrl(request).query)),
    nullableParams: nullable(Object.entries(params)),
  };
  return declaredLength(request) > 0 ? { ...data, body: { bytes: await readBody(request) } } : data;
}

function nullable(entries: Iterable<readonly [string, string]>): NullableMap {
  return Object.fromEntries([...entries].map(([name, value]) => [name, { value }]));
}
