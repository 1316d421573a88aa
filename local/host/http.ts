/** The HTTP door: opens before the app is loaded, lets requests wait until it is ready, and sends each to its place. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answer, answerAndClose } from "./httpAnswer.js";
import { BodyTooLarge } from "./httpRequest.js";
import { type HostLog, placeOf } from "./log.js";
import { HostRefusal, messageOf } from "./refusal.js";

export type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

// Kestrel's. Node's 5 s would end connections that a client with a pool still counts on.
const KEEP_ALIVE_MS = 130_000;
// A connection that was busy when closing began turns idle later; Node would wait for its keep-alive to run out.
const IDLE_SWEEP_MS = 10;

export class Door {
  readonly #log: HostLog;
  readonly #waiting: [IncomingMessage, ServerResponse][] = [];
  readonly #server: Server;
  #serve: Serve | undefined;

  constructor(log: HostLog) {
    this.#log = log;
    this.#server = createServer((request, response) => {
      if (this.#serve === undefined) this.#waiting.push([request, response]);
      else void this.#answer(this.#serve, request, response);
    });
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  /** Takes the port, before anything of the app runs. Throws a refusal if somebody else has it. */
  async listen(port: number, address: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (error) => reject(new HostRefusal(portReason(error, port, address))));
      this.#server.listen(port, address, resolve);
    });
  }

  /** `address:port` as a caller on this machine writes it. */
  get authority(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    const host = reachable(address);
    return family === "IPv6" ? `[${host}]:${port}` : `${host}:${port}`;
  }

  /** `address:port` as it is bound: an app may want to know whether that is loopback. */
  get boundAuthority(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return family === "IPv6" ? `[${address}]:${port}` : `${address}:${port}`;
  }

  /** From now on requests are served, also those that came before. */
  open(serve: Serve): void {
    this.#serve = serve;
    for (const [request, response] of this.#waiting.splice(0)) void this.#answer(serve, request, response);
  }

  /** Takes no new connection; resolves when the requests under way are answered. */
  async close(): Promise<void> {
    const sweep = setInterval(() => this.#server.closeIdleConnections(), IDLE_SWEEP_MS);
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    clearInterval(sweep);
  }

  /** Without waiting for anybody. */
  abort(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(serve: Serve, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await serve(request, response);
    } catch (error) {
      failed(response, error, this.#log);
    }
  }
}

function portReason(error: Error, port: number, address: string): string {
  const code = "code" in error ? error.code : undefined;
  return code === "EADDRINUSE" ? `port ${port} is in use` : `cannot listen on ${address}:${port}: ${error.message}`;
}

/** An address that means "all" is no address to call. */
function reachable(address: string): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  return address === "::" ? "::1" : address;
}

function failed(response: ServerResponse, error: unknown, log: HostLog): void {
  if (response.headersSent) response.destroy();
  else if (error instanceof BodyTooLarge) answerAndClose(response, 413);
  else {
    if (!response.destroyed) log.error(`request failed: ${messageOf(error)}${placeOf(error)}`);
    answer(response, 500);
  }
}
