/** Ports of a local run: the usual one where it is free, else any. */
import { createServer } from "node:net";

/** Loopback only. Whoever uses the port binds it a moment later, and says so if somebody was faster. */
export async function freePort(preferred: number): Promise<number> {
  return (await bindable(preferred)) ?? (await bindable(0)) ?? preferred;
}

/** Whether all of them are free. */
export async function allFree(ports: readonly number[]): Promise<boolean> {
  const found = await Promise.all(ports.map(bindable));
  return found.every((port) => port !== undefined);
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
