/** Ports of a local run: the usual one where it is free, else any. */
import { createServer } from "node:net";

/** Between the look at a port and its use somebody may be faster. */
const TRIES = 3;

/** Starts something on the usual ports where all are free, else on any, and tells it which were in use; loopback only. */
export async function onFreePorts<T>(
  usual: readonly number[],
  start: (ports: readonly number[], inUse: readonly number[]) => Promise<T>,
) {
  for (let tries = 1; ; tries += 1) {
    const inUse = await takenOf(usual);
    const isUsual = tries === 1 && inUse.length === 0;
    const ports = isUsual ? usual : await Promise.all(usual.map(anyPort));
    try {
      return await start(ports, inUse);
    } catch (error) {
      if (tries >= TRIES || !isPortTaken(error)) throw error;
    }
  }
}

/** As Node, Azurite and the stand-in host say it. */
export const isPortTaken = (error: unknown): boolean =>
  error instanceof Error && /EADDRINUSE|port \d+ is in use/.test(error.message);

/** Loopback only: the preferred one where it is free. */
export const freePort = async (preferred: number): Promise<number> => (await bindable(preferred)) ?? anyPort();

async function anyPort(): Promise<number> {
  const port = await bindable(0);
  if (port === undefined) throw new Error("this machine has no free port on 127.0.0.1");
  return port;
}

async function takenOf(ports: readonly number[]): Promise<number[]> {
  const found = await Promise.all(ports.map(bindable));
  return ports.filter((_port, index) => found[index] === undefined);
}

/** The port that was bound and let go again; `undefined` where somebody has it. */
function bindable(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}
