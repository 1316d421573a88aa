/** The app's HTTP interface as a client sees it. */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { request as httpsRequest } from "node:https";
import { text as textOf } from "node:stream/consumers";
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
  /** Goes out as it is. */
  readonly raw?: string;
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
      ...(raw !== undefined && { body: raw }),
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

  /** A POST in chunks, without a length, as .NET clients send JSON. */
  postInChunks(path: string, ...parts: readonly (string | Uint8Array)[]): Promise<Answer> {
    return this.#postAlone(path, { "transfer-encoding": "chunked" }, parts);
  }

  /** A POST on a connection of its own: what may be refused before all of it was read cannot stand in anybody's way. */
  postAlone(path: string, body: string): Promise<Answer> {
    return this.#postAlone(path, { "content-length": String(Buffer.byteLength(body)) }, [body]);
  }

  async #postAlone(
    path: string,
    length: Readonly<Record<string, string>>,
    parts: readonly (string | Uint8Array)[],
  ): Promise<Answer> {
    const headers = { ...length, ...(keys.function && { "x-functions-key": keys.function }) };
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const send = new URL(this.url).protocol === "https:" ? httpsRequest : request;
    const sent = send(`${this.url}${path}`, { method: "POST", agent: false, headers, signal });
    const answered = once(sent, "response", { signal });
    for (const part of parts) sent.write(part);
    sent.end();
    const [response]: IncomingMessage[] = await answered;
    if (response === undefined) throw new Error("no answer");
    const text = await textOf(response);
    sent.destroy();
    const told = Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]);
    return { status: response.statusCode ?? 0, headers: new Headers(told), text, body: parsed(text) };
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
