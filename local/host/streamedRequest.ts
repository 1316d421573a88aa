/** A request as the package reads it from its own server. */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { BODY_BYTES_MAX, declaredLength, isChunked } from "./httpRequest.js";

/**
 * The body passes through a stream of its own: an app that gives up reading destroys what it reads from, and over the
 * caller's connection the answer has yet to go. Emits `tooLarge` where the body turns out to be.
 */
export class StreamedRequest extends PassThrough {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly #incoming: IncomingMessage;

  constructor(incoming: IncomingMessage, headers: IncomingHttpHeaders) {
    super();
    this.method = incoming.method ?? "GET";
    this.url = incoming.url ?? "/";
    this.headers = headers;
    this.#incoming = incoming;
    this.on("error", () => undefined); // whoever reads is told; nobody has to
    if (isChunked(incoming) || declaredLength(incoming) > 0) this.#receive();
    else this.end();
  }

  /** Of a body that the app did not want to the end: the caller's next request comes behind it on the same connection. */
  leaveRest(): void {
    if (this.#incoming.complete) return;
    this.#incoming.unpipe(this);
    this.#incoming.resume();
    this.destroy();
  }

  #receive(): void {
    let size = 0;
    this.#incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_BYTES_MAX) this.#refuse();
    });
    this.#incoming.once("close", () => {
      if (!this.#incoming.readableEnded) this.destroy(new Error("the caller left before the body was whole"));
    });
    this.#incoming.pipe(this);
  }

  #refuse(): void {
    this.#incoming.unpipe(this);
    this.emit("tooLarge");
    this.destroy(new Error(`the body is larger than ${BODY_BYTES_MAX} bytes`));
  }
}
