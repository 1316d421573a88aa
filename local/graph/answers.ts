/** Answers in Graph's own shapes. */
import type { Asked } from "./asked.js";
import { guid, type Surroundings } from "./surroundings.js";

/** An answer while it is inside: a Response only where it leaves, since most are parts of a batch. */
export interface Answer {
  readonly status: number;
  /** In these letter cases: `Content-Type`, `Retry-After`, `Preference-Applied`, `request-id`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty: no body at all. */
  readonly text: string;
  /** The text is JSON, and whole. */
  readonly isJson?: true;
}

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

export const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  jsonText(status, JSON.stringify(body), headers);

/** The same of JSON that is there as text. */
export const jsonText = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
  text,
  isJson: true,
});

export const html = (status: number, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { "Content-Type": "text/html; charset=utf-8", ...headers },
  text: WEB_PAGE,
});

export const NO_CONTENT: Answer = { status: 204, headers: {}, text: "" };

/** `{error:{code,message,innerError}}`, https://learn.microsoft.com/graph/errors */
export function failed(failure: GraphFailure, { headers: asked }: Asked, { now, random }: Surroundings): Answer {
  const requestId = guid(random);
  const date = new Date(now()).toISOString().slice(0, 19);
  const clientRequestId = asked.get("client-request-id") ?? requestId;
  const innerError = { date, "request-id": requestId, "client-request-id": clientRequestId };
  const { status, code, message, headers } = failure;
  return json(status, { error: { code, message, innerError } }, { ...headers, "request-id": requestId });
}

/** Every answer of Graph has a request-id. */
export const stamped = (answer: Answer, random: () => number): Answer =>
  "request-id" in answer.headers ? answer : { ...answer, headers: { ...answer.headers, "request-id": guid(random) } };

/** What Graph's own client reads of a Response, without its streams: for whoever asks in the same process, many times. */
export const lightResponse = ({ status, headers, text }: Answer): Response =>
  ({ status, headers: new Headers(headers), text: async () => text }) satisfies Partial<Response> as Response;

/** As it leaves. Bytes where it has no Content-Type: a text would bring one of its own. */
export function responseOf({ status, headers, text }: Answer): Response {
  const body = "Content-Type" in headers ? text : Buffer.from(text);
  return new Response(text === "" ? null : body, { status, headers });
}
