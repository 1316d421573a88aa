/** Answers in Graph's own shapes. */
import { guid, type Surroundings } from "./surroundings.js";

/** An error on its way to the caller. */
export class GraphFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** What a broken connection looks like to `fetch`. */
export class ConnectionLost extends TypeError {
  constructor() {
    super("fetch failed");
  }
}

export const WEB_PAGE = "<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body>Busy</body></html>";

export const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
  });

export const html = (status: number, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(WEB_PAGE, { status, headers: { "Content-Type": "text/html; charset=utf-8", ...headers } });

/** `{error:{code,message,innerError}}`, https://learn.microsoft.com/graph/errors */
export function failed(failure: GraphFailure, request: Request, { now, random }: Surroundings): Response {
  const requestId = guid(random);
  const date = new Date(now()).toISOString().slice(0, 19);
  const clientRequestId = request.headers.get("client-request-id") ?? requestId;
  const innerError = { date, "request-id": requestId, "client-request-id": clientRequestId };
  const { status, code, message, headers } = failure;
  return json(status, { error: { code, message, innerError } }, { ...headers, "request-id": requestId });
}

/** Every answer of Graph has a request-id. */
export function stamped(response: Response, random: () => number): Response {
  if (!response.headers.has("request-id")) response.headers.set("request-id", guid(random));
  return response;
}
