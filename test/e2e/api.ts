/** The app's HTTP interface as a client sees it. */
import { keys } from "./elsewhere.js";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed where it is JSON, else `undefined`. */
  readonly body: unknown;
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes out as it is; a stream goes out in chunks, without a length. */
  readonly raw?: string | ReadableStream<Uint8Array>;
}

const ANSWER_MS_MAX = 30_000;

export class Api {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** `headers` go with every request, such as a token. */
  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    this.#headers = headers;
  }

  /** The same app for another caller. */
  as(token: string): Api {
    return new Api(this.url, { ...this.#headers, authorization: `Bearer ${token}` });
  }

  /** `path` begins with `/api/` or `/admin/`. */
  async call(method: string, path: string, { headers, raw }: Sent = {}): Promise<Answer> {
    const key = path.startsWith("/admin/") ? keys.master : keys.function;
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(key !== undefined && { "x-functions-key": key }), ...this.#headers, ...headers },
      ...(raw !== undefined && { body: raw, duplex: "half" }),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.call("GET", path, { headers });
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.call("POST", path, {
      raw: JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    });
  }

  /** Runs a timer's function now; it runs on after the answer. */
  async runTimer(name: "reconcile" | "renewSubscriptions"): Promise<void> {
    const { status } = await this.post(`/admin/functions/${name}`, {});
    if (status !== 202) throw new Error(`/admin/functions/${name} answered ${status}`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A text in chunks of its own, as .NET clients send JSON. */
export const chunked = (...parts: readonly string[]): ReadableStream<Uint8Array> =>
  ReadableStream.from(parts.map((part) => new TextEncoder().encode(part)));
