/**
 * Streaming: the package has opened a server of its own, and takes from it the request that carries the id of the
 * invocation that runs beside it; what it answers there is the answer. In Azure that is a connection between two
 * processes. Here it is one process, and requests are handed to that server as if it had received them.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Metadata } from "./coreTypes.js";
import { answer, answerAndClose } from "./httpAnswer.js";
import { joinedHeaders } from "./httpRequest.js";
import type { InvocationInput, Outcome } from "./invoke.js";
import type { HostLog } from "./log.js";
import type { Params } from "./routes.js";
import { StreamedRequest } from "./streamedRequest.js";

export class StreamDoor {
  readonly #server: Server;
  readonly #fallbackHost: string;
  readonly #log: HostLog;

  /** `server` is the package's. */
  constructor(server: Server, fallbackHost: string, log: HostLog) {
    this.#server = server;
    this.#fallbackHost = fallbackHost;
    this.#log = log;
  }

  async serve(
    incoming: IncomingMessage,
    response: ServerResponse,
    name: string,
    params: Params,
    run: (input: InvocationInput) => Promise<Outcome>,
  ): Promise<void> {
    const invocationId = randomUUID();
    const request = new StreamedRequest(incoming, {
      "x-ms-invocation-id": invocationId,
      "x-forwarded-host": incoming.headers.host ?? this.#fallbackHost,
      "x-forwarded-proto": "http", // the app reads all others from the metadata
    });
    request.once("tooLarge", () => refuseBody(incoming, response));
    response.once("close", () => request.leaveRest());
    this.#server.emit("request", request, response);
    const outcome = await run(streamInput(incoming, params, invocationId));
    if (outcome.kind === "failed") fail(response);
    else if (outcome.returnedNothing) {
      this.#log.error(`${name} failed: with streaming on, a handler that returns nothing never answers`);
      fail(response);
    }
  }
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

/** 500 if nothing was sent yet; otherwise the connection ends in the middle, so that nobody takes it for whole. */
function fail(response: ServerResponse): void {
  if (!response.headersSent) answer(response, 500);
  else if (!response.writableEnded) response.destroy();
}

function refuseBody(incoming: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) incoming.destroy();
  else answerAndClose(response, 413);
}
