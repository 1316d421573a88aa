/** Connections kept between requests, none so long that the other end may be about to close it. */
import { Agent } from "node:http";
import type { Socket } from "node:net";

/**
 * Node's server closes a connection after 5 s without a request, and its client stops using it after 4 s, each by a timer
 * of its own. A process that stood still for some seconds sends requests before its timers are looked at: into connections
 * that its server then closes. So what counts here is the clock at the moment of use.
 */
const IDLE_MS_MAX = 2_000;
const FREE_SOCKETS_MAX = 256;

export class KeptConnections {
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: FREE_SOCKETS_MAX, scheduling: "lifo" });
  readonly #freeSince = new WeakMap<Socket, number>();
  readonly #now: () => number;

  /** `now` in milliseconds that never go back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#agent.on("free", (socket: Socket) => this.#freeSince.set(socket, this.#now()));
  }

  /** For one request, made at once. */
  get agent(): Agent {
    const usableSince = this.#now() - IDLE_MS_MAX;
    for (const socket of Object.values(this.#agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
      if ((this.#freeSince.get(socket) ?? 0) < usableSince) socket.destroy();
    }
    return this.#agent;
  }

  close(): void {
    this.#agent.destroy();
  }
}
