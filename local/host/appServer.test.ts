import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openAppServer } from "./appServer.js";
import type { ProgrammingModel } from "./coreTypes.js";

const model = (getCapabilities: ProgrammingModel["getCapabilities"]): ProgrammingModel => ({
  name: "model",
  version: "4",
  getInvocationModel: () => Promise.reject(new Error("nothing is invoked here")),
  getCapabilities,
});

test("the server is found whose address the app names, among others that begin to listen", async () => {
  const servers = [createServer(), createServer(), createServer()] as const;
  onTestFinished(() => {
    for (const server of servers) server.close();
  });
  const opening = model(async () => {
    for (const server of servers) await once(server.listen(0), "listening");
    return { HttpUri: `http://localhost:${(servers[1].address() as AddressInfo).port}/` };
  });
  expect(await openAppServer(opening)).toBe(servers[1]);
});

test("there is none without streaming, and a start that could never answer is refused", async () => {
  expect(await openAppServer(model(() => Promise.resolve({})))).toBeUndefined();
  const elsewhere = model(() => Promise.resolve({ HttpUri: "http://localhost:1/" }));
  await expect(openAppServer(elsewhere)).rejects.toThrow("no server of its own is there");
});
