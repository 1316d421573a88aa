import { once } from "node:events";
import { createServer, get, type IncomingMessage, type RequestOptions } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { KeptConnections } from "./keptConnections.js";

const server = createServer((_, response) => response.end("x"));
let now = 1_000_000;
let kept: KeptConnections;

beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => server.close());
beforeEach(() => {
  kept = new KeptConnections(() => now);
  return () => kept.close();
});

/** Whether the request went over a connection that another had used before. */
async function reuses(): Promise<boolean> {
  const options: RequestOptions = { port: (server.address() as AddressInfo).port, agent: kept.agent };
  const outgoing = get({ ...options, host: "127.0.0.1" });
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  const freed = once(kept.agent, "free");
  answer.resume();
  await freed;
  return outgoing.reusedSocket;
}

test("a connection is used again", async () => {
  expect([await reuses(), await reuses()]).toEqual([false, true]);
});

test("a connection that was idle for longer than two seconds is not, whatever any timer has done about it", async () => {
  await reuses();
  now += 2_001;
  expect([await reuses(), await reuses()]).toEqual([false, true]);
});
