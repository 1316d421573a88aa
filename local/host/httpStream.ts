/**
 * Streaming: the raw request goes on to the server that the package opens in this process, while the invocation runs
 * beside it; the two find each other by the invocation id. That server's answer is the answer.
 */
import { randomUUID } from "node:crypto";
import { type ClientRequest, type IncomingMessage, request, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import type { Metadata } from "./coreTypes.js";
import { answer, answerAndClose } from "./httpAnswer.js";
import { BODY_BYTES_MAX, declaredLength, isChunked, joinedHeaders } from "./httpRequest.js";
import type { InvocationInput, Outcome } from "./invoke.js";
import { KeptConnections } from "./keptConnections.js";
import type { HostLog } from "./log.js";
import { messageOf } from "./refusal.js";
import type { Params } from "./routes.js";

// Of one connection only; the answer goes to another.
const HOP_BY_HOP = new Set("connection keep-alive proxy-authenticate te trailer transfer-encoding upgrade".split(" "));

export class StreamProxy {
  readonly #connections = new KeptConnections();
  readonly #port: number;
  readonly #fallbackHost: string;
  readonly #log: HostLog;

  /** `uri` is the package's; it listens on every interface, so loopback by number saves looking up a name. */
  constructor(uri: string, fallbackHost: string, log: HostLog) {
    this.#port = Number(new URL(uri).port);
    this.#fallbackHost = fallbackHost;
    this.#log = log;
  }

  close(): void {
    this.#connections.close();
  }

  async serve(
    incoming: IncomingMessage,
    response: ServerResponse,
    name: string,
    params: Params,
    run: (input: InvocationInput) => Promise<Outcome>,
  ): Promise<void> {
    const invocationId = randomUUID();
    const passage = new Passage(this.#open(incoming, invocationId), incoming, response);
    const outcome = await Promise.race([run(streamInput(incoming, params, invocationId)), passage.broken]);
    if (outcome.kind === "broken") {
      this.#log.error(`${name} failed: the request did not reach the app: ${messageOf(outcome.error)}`);
      passage.fail();
    } else if (outcome.kind === "failed") {
      passage.fail();
    } else if (outcome.returnedNothing) {
      this.#log.error(`${name} failed: with streaming on, a handler that returns nothing never answers`);
      passage.fail();
    } else {
      await passage.ended;
    }
  }

  #open(incoming: IncomingMessage, invocationId: string): ClientRequest {
    return request({
      agent: this.#connections.agent,
      host: "127.0.0.1",
      port: this.#port,
      method: incoming.method ?? "GET",
      path: incoming.url ?? "/",
      headers: {
        "x-ms-invocation-id": invocationId,
        "x-forwarded-host": incoming.headers.host ?? this.#fallbackHost,
        "x-forwarded-proto": "http",
        ...bodyHeaders(incoming), // the app reads all others from the metadata
      },
    });
  }
}

function bodyHeaders(incoming: IncomingMessage): Readonly<Record<string, string>> {
  if (isChunked(incoming)) return { "transfer-encoding": "chunked" };
  const length = incoming.headers["content-length"];
  return length === undefined ? {} : { "content-length": length };
}

function streamInput(incoming: IncomingMessage, params: Params, invocationId: string): InvocationInput {
  const headers = joinedHeaders(incoming);
  const metadata: Metadata = {
    ...Object.fromEntries(Object.entries(params).map(([name, value]) => [name, { string: value }])),
    Headers: { json: JSON.stringify(Object.fromEntries(headers)) },
  };
  const [traceParent, traceState] = [headers.get("traceparent"), headers.get("tracestate")];
  return { data: { http: {} }, metadata, invocationId, traceParent, traceState };
}

interface Broken {
  readonly kind: "broken";
  readonly error: unknown;
}

/** One request on its way through, and its answer on the way back. */
class Passage {
  /** Resolves only if the app's server could not be reached or dropped the request before it answered. */
  readonly broken: Promise<Broken>;
  /** Resolves when the answer has gone out, or the caller has left. */
  readonly ended: Promise<void>;
  readonly #outgoing: ClientRequest;
  readonly #incoming: IncomingMessage;
  readonly #response: ServerResponse;
  /** From here on the app's server may say or do what it likes: its answer has begun, or is not wanted any more. */
  #decided = false;

  constructor(outgoing: ClientRequest, incoming: IncomingMessage, response: ServerResponse) {
    this.#outgoing = outgoing;
    this.#incoming = incoming;
    this.#response = response;
    this.broken = new Promise((resolve) => {
      outgoing.on("error", (error) => {
        if (!this.#decided) resolve({ kind: "broken", error });
      });
    });
    this.ended = new Promise((resolve) => {
      response.once("close", () => {
        this.#abandonUnlessSent();
        resolve();
      });
    });
    outgoing.once("response", (answered) => this.#passBack(answered));
    this.#passOn();
  }

  /** 500 if nothing was sent yet; otherwise the connection ends in the middle, so that nobody takes it for whole. */
  fail(): void {
    if (!this.#response.headersSent) answer(this.#response, 500);
    else if (!this.#response.writableEnded) this.#response.destroy();
    this.#drop();
  }

  #passOn(): void {
    if (!isChunked(this.#incoming) && declaredLength(this.#incoming) === 0) {
      this.#outgoing.end();
      return;
    }
    let size = 0;
    this.#incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_BYTES_MAX) this.#refuseBody();
    });
    this.#outgoing.flushHeaders(); // the handler may begin before the body does
    this.#incoming.pipe(this.#outgoing);
  }

  #refuseBody(): void {
    this.#incoming.unpipe(this.#outgoing);
    if (!this.#response.headersSent) answerAndClose(this.#response, 413);
    else this.#incoming.destroy();
    this.#drop();
  }

  /** Of a body that the app did not want to the end: the caller's next request comes behind it on the same connection. */
  #drainRest(): void {
    if (this.#incoming.complete) return;
    this.#incoming.unpipe(this.#outgoing);
    this.#incoming.resume();
  }

  #passBack(answered: IncomingMessage): void {
    if (this.#decided) {
      answered.destroy();
      return;
    }
    this.#decided = true;
    for (const [name, value] of Object.entries(answered.headers)) {
      if (value !== undefined && !HOP_BY_HOP.has(name)) this.#response.setHeader(name, value);
    }
    // A refusal may leave the body unread, and what is left of it would stand before the connection's next request.
    if ((answered.statusCode ?? 500) >= 400) this.#outgoing.shouldKeepAlive = false;
    this.#response.writeHead(answered.statusCode ?? 500);
    pipeline(answered, this.#response, () => this.#drainRest()); // an error has destroyed both ends: the caller sees it
  }

  /** The caller left early. The app's server must see the request first: an invocation waits for it. */
  #abandonUnlessSent(): void {
    if (this.#response.writableFinished || this.#outgoing.destroyed) return;
    this.#decided = true;
    const { socket } = this.#outgoing;
    if (socket === null) this.#outgoing.once("socket", () => this.#abandonUnlessSent());
    else if (socket.connecting) socket.once("connect", () => this.#drop());
    else this.#drop();
  }

  #drop(): void {
    this.#decided = true;
    this.#outgoing.destroy();
  }
}
