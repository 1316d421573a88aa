/** Graph's HTTP, through Microsoft's client with a middleware chain of our own; every answer is read here and nowhere else. */
import { Client, type Context, type Middleware, ResponseType } from "@microsoft/microsoft-graph-client";
import type { GraphTokens } from "../credentials.js";
import { entraCodeOf, TenantDenied } from "../tenantDenied.js";

export interface GraphRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** After `/v1.0`, with everything in it percent-encoded. */
  readonly path: string;
  readonly tenantId: string;
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** `body`: parsed JSON; `undefined` where there was none or it is none. */
export interface GraphAnswer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** No answer came, so nothing is known of what it did. `detail` holds no names. */
export interface NoAnswer {
  readonly kind: "none";
  /** Whether the request can have reached Graph. */
  readonly sent: boolean;
  /** The time given for it was over. */
  readonly late?: true;
  /** The tenant gives this app no token until an administrator acts. */
  readonly denied?: true;
  readonly detail: string;
}

export interface GraphClientOptions {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly tokens: GraphTokens;
  readonly fetch: typeof fetch;
}

/** Exchange allow lists look at it. */
const USER_AGENT = "outlook-availability/0.1";
const UNAUTHORIZED = 401;
const LATE: NoAnswer = { kind: "none", sent: true, late: true, detail: "no answer in time" };

export class GraphClient {
  readonly baseUrl: string;
  readonly #origin: string;
  readonly #tokens: GraphTokens;
  readonly #fetch: typeof fetch;

  constructor({ baseUrl, tokens, fetch }: GraphClientOptions) {
    this.baseUrl = baseUrl;
    this.#origin = new URL(baseUrl).origin;
    this.#tokens = tokens;
    this.#fetch = fetch;
  }

  /** Sends once; after 401 once more with a fresh token. Never throws for what Graph or the network did. */
  async send(request: GraphRequest): Promise<GraphAnswer | NoAnswer> {
    const ending = new AbortController();
    const { promise: late, resolve } = Promise.withResolvers<NoAnswer>();
    // The end does not depend on whether the request notices its signal: what nothing refers to any more never hears of it.
    const end = (): void => {
      ending.abort();
      setImmediate(resolve, LATE);
    };
    const timer = setTimeout(end, Math.max(1, Math.ceil(request.timeoutMs)));
    try {
      return await Promise.race([this.#exchange(request, ending.signal), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #exchange(request: GraphRequest, signal: AbortSignal): Promise<GraphAnswer | NoAnswer> {
    const answer = await this.#sendOnce(request, signal, false);
    const isExpired = answer.kind === "answer" && answer.status === UNAUTHORIZED;
    return isExpired ? this.#sendOnce(request, signal, true) : answer;
  }

  async #sendOnce(request: GraphRequest, signal: AbortSignal, fresh: boolean): Promise<GraphAnswer | NoAnswer> {
    const { tenantId, path, method, body, headers } = request;
    let token: string | undefined;
    try {
      token = await this.#tokens.token(tenantId, fresh, signal);
    } catch (error) {
      return noToken(error, signal.aborted);
    }
    const middleware = new BearerMiddleware(this.#origin, token, this.#fetch);
    try {
      const call = Client.initWithMiddleware({ baseUrl: `${this.baseUrl}/`, middleware })
        .api(path)
        .headers({ ...headers, "user-agent": USER_AGENT })
        .options({ signal })
        .responseType(ResponseType.RAW);
      const response: Response = await call[CALLS[method]](body);
      const text = await response.text();
      return { kind: "answer", status: response.status, headers: response.headers, body: json(text) };
    } catch (error) {
      if (signal.aborted) return LATE;
      return { kind: "none", sent: true, detail: `no answer: ${nameOf(middleware.failure ?? error)}` };
    }
  }
}

const CALLS = { GET: "get", POST: "post", PATCH: "patch", DELETE: "delete" } as const;

/** The whole chain: token, then the request itself. No retry, since those repeat POSTs; no redirect, since those leak tokens. */
class BearerMiddleware implements Middleware {
  /** What the network did: Microsoft's client keeps only the name of the error. */
  failure: unknown;
  readonly #origin: string;
  readonly #token: string | undefined;
  readonly #fetch: typeof fetch;

  constructor(origin: string, token: string | undefined, fetchImplementation: typeof fetch) {
    this.#origin = origin;
    this.#token = token;
    this.#fetch = fetchImplementation;
  }

  async execute(context: Context): Promise<void> {
    const { request, options } = context;
    if (typeof request !== "string" || new URL(request).origin !== this.#origin)
      throw new Error("a request left Graph's own address");
    const headers = new Headers(options?.headers);
    if (this.#token !== undefined) headers.set("authorization", `Bearer ${this.#token}`);
    headers.set("client-request-id", crypto.randomUUID());
    try {
      context.response = await this.#fetch(request, { ...options, headers, redirect: "error" });
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

/** A text that is no JSON, such as a gateway's HTML, is no answer to anything. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Entra's code is what an administrator looks for; without one, what the network did. */
function noToken(error: unknown, isLate: boolean): NoAnswer {
  if (error instanceof TenantDenied)
    return { kind: "none", sent: false, denied: true, detail: `no token: ${error.message}` };
  const code = entraCodeOf(error);
  const detail = `no token: ${code === undefined ? nameOf(error) : `AADSTS${code}`}`;
  return { kind: "none", sent: false, ...(isLate && { late: true }), detail };
}

/** The network's code, as ECONNREFUSED, else the error's name. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "error";
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  return typeof code === "string" && /^[A-Z_]{1,40}$/.test(code) ? code : error.name;
}
