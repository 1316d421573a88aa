/** The simulator on two ports: the Graph door, and the control door apart from it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { control } from "./control.js";
import type { GraphSimulator } from "./simulator.js";

export interface ServeOptions {
  /** 0: any free port. */
  readonly graphPort: number;
  readonly controlPort: number;
  /** Only loopback by default: neither door asks who is there. */
  readonly address?: string;
}

export interface ServedSimulator {
  /** Origins without a slash at the end. */
  readonly graphUrl: string;
  readonly controlUrl: string;
  /** Closes both doors and stops the simulator. */
  stop(): Promise<void>;
}

/** Rejects when a port is taken. */
export async function serveSimulator(sim: GraphSimulator, options: ServeOptions): Promise<ServedSimulator> {
  const { graphPort, controlPort, address = "127.0.0.1" } = options;
  const graph = createServer((request, response) => void serve(sim.fetch, request, response));
  const graphUrl = await listen(graph, graphPort, address);
  const controlServer = createServer((request, response) => void serve(control(sim), request, response));
  const controlUrl = await listen(controlServer, controlPort, address).catch(async (error: unknown) => {
    await close(graph);
    throw error;
  });
  sim.useBaseUrl(graphUrl);
  const stop = async () => {
    sim.stop();
    await Promise.all([close(graph), close(controlServer)]);
  };
  return { graphUrl, controlUrl, stop };
}

function listen(server: Server, port: number, address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => {
      const bound = server.address();
      const host = address.includes(":") ? `[${address}]` : address;
      resolve(`http://${host}:${typeof bound === "object" && bound !== null ? bound.port : port}`);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

type Fetch = (request: Request) => Promise<Response>;

/** A rejection of the handler is a broken connection, as it is for a caller of `fetch`. */
async function serve(handle: Fetch, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const left = new AbortController();
  outgoing.on("close", () => left.abort());
  try {
    const answer = await handle(asRequest(incoming, left.signal));
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  } catch {
    outgoing.destroy();
  }
}

function asRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = "GET", headers, url = "/" } = incoming;
  const flat = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const hasBody = method !== "GET" && method !== "HEAD";
  const body = hasBody ? { body: Readable.toWeb(incoming), duplex: "half" as const } : {};
  return new Request(`http://${headers.host ?? "localhost"}${url}`, { method, headers: flat, signal, ...body });
}
