/** Which ports a local run takes, with real sockets on ports that the system chose. */
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { freePort, onFreePorts } from "./ports.js";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function heldPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const seen = async (ports: readonly number[], inUse: readonly number[]) => ({ ports, inUse });

test("Where every usual port is free it is those, and none is said to be in use", async () => {
  const usual = [await freePort(0)];
  expect(await onFreePorts(usual, seen)).toEqual({ ports: usual, inUse: [] });
});

test("Where one of the usual ports is in use it is others, and that one is told", async () => {
  const [free, held] = [await freePort(0), await heldPort()];
  const { ports, inUse } = await onFreePorts([free, held], seen);
  expect(inUse).toEqual([held]);
  expect(ports).toHaveLength(2);
  expect(ports).not.toContain(held);
});

test("A port that is taken between the look and its use costs a try, and what else fails is not tried again", async () => {
  const usual = [await freePort(0)];
  const tried: (readonly number[])[] = [];
  const started = await onFreePorts(usual, async (ports) => {
    tried.push(ports);
    if (tried.length === 1) throw new Error(`port ${ports[0]} is in use`);
    return ports;
  });
  expect(tried).toEqual([usual, started]);
  await expect(onFreePorts(usual, () => Promise.reject(new Error("no memory")))).rejects.toThrow("no memory");
});
