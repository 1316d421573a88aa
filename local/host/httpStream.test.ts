/** HTTP with streaming on. */
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HostProcess } from "./hostProcess.js";

let host: HostProcess;
let url: string;

beforeAll(async () => {
  host = new HostProcess({ app: "stream" });
  url = await host.url();
});
afterAll(() => host[Symbol.asyncDispose]());

const get = (path: string, init?: RequestInit) => fetch(`${url}${path}`, init);
const post = (path: string, body: string) => get(path, { method: "POST", body });

test("a handler gets url, params, headers and repeated query keys apart; its own headers go out", async () => {
  const answer = await get("/api/echo/5%20x?a=1&a=2", { headers: { "X-Test": "yes" } });
  expect([answer.status, answer.headers.get("x-app")]).toEqual([200, "yes"]);
  expect(await answer.json()).toEqual({
    url: `${url}/api/echo/5%20x?a=1&a=2`,
    query: ["1", "2"],
    params: { id: "5 x" },
    header: "yes",
    length: 0,
  });
});

test("a chunked body arrives", async () => {
  const body = new Blob(["chunked"]).stream();
  const answer = await get("/api/echo/5", { method: "POST", body, duplex: "half" } as RequestInit);
  expect(await answer.json()).toMatchObject({ length: 7 });
});

test("a large body arrives whole", async () => {
  const size = 5_000_000;
  expect(await (await post("/api/echo/5", "x".repeat(size))).json()).toMatchObject({ length: size });
});

test("a handler sees the first chunk of a body before the second is sent", async () => {
  const outgoing = request(`${url}/api/firstChunk`, { method: "POST" });
  outgoing.write("begin");
  const answer = await answered(outgoing);
  outgoing.end("end");
  expect(await text(answer)).toBe("first: begin");
});

test("a handler begins before the body does", async () => {
  const outgoing = request(`${url}/api/ignoresBody`, { method: "POST" });
  outgoing.flushHeaders();
  expect((await answered(outgoing)).statusCode).toBe(202);
  outgoing.destroy();
});

test("a caller sees the first chunk of an answer before the second is made", async () => {
  const answer = await get("/api/chunks");
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const decoded = async () => Buffer.from((await reader.read()).value ?? []).toString();
  expect(await decoded()).toBe("one ");
  await post("/api/more", "");
  expect(await decoded()).toBe("two");
});

test.each([
  ["nothing", 500],
  ["empty", 204],
  ["throws", 500],
])("handler %s answers %i with an empty body", async (name, status) => {
  const answer = await get(`/api/${name}`);
  expect([answer.status, await answer.text()]).toEqual([status, ""]);
});

test("a handler that returns nothing never answers by itself, and the host says so", async () => {
  await get("/api/nothing");
  expect(host.err).toContain("nothing failed: with streaming on, a handler that returns nothing never answers");
});

test("a handler that throws before it reads the body answers 500, and one that ignores the body its own", async () => {
  const body = "x".repeat(300_000);
  expect((await post("/api/throws", body)).status).toBe(500);
  expect((await post("/api/ignoresBody", body)).status).toBe(202);
});

test("a handler that gives a body up in the middle still answers, and the connection carries the next request", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const lengths: number[] = [];
  for (const path of ["/api/givesUp", "/api/echo/5"]) {
    const outgoing = request(`${url}${path}`, { method: "POST", agent }).end("x".repeat(300_000));
    const answer = await answered(outgoing);
    lengths.push((await text(answer)).length);
    expect([answer.statusCode, outgoing.reusedSocket]).toEqual(lengths.length === 1 ? [413, false] : [200, true]);
  }
  agent.destroy();
  expect(lengths[0]).toBe("enough".length);
});

test("an answer that fails midway ends the connection: nobody takes it for whole", async () => {
  const answer = await get("/api/tears");
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("begun");
  await post("/api/more", "");
  await expect(reader.read()).rejects.toThrow();
  await host.until(() => host.err.filter((line) => line.startsWith("tears failed: torn")));
});

test("a body beyond 100 MiB is cut off with 413, whether its length was told or not", async () => {
  const told = request(`${url}/api/echo/5`, { method: "POST", headers: { "content-length": 100 * 1024 * 1024 + 1 } });
  told.flushHeaders();
  expect((await answered(told)).statusCode).toBe(413);
  const untold = request(`${url}/api/echo/5`, { method: "POST" });
  const answer = answered(untold);
  const chunk = Buffer.alloc(1024 * 1024);
  for (let sent = 0; sent <= 100; sent += 1) untold.write(chunk);
  expect((await answer).statusCode).toBe(413);
  untold.destroy();
});

test("callers that leave early, before or after the answer began, do the host no harm", async () => {
  for (let round = 0; round < 20; round += 1) {
    const outgoing = request(`${url}/api/echo/5`, { method: "POST", headers: { "content-length": "10" } });
    outgoing.on("error", () => undefined).write("1");
    await new Promise((resolve) => outgoing.once("socket", (socket) => socket.once("connect", resolve)));
    outgoing.destroy();
    const chunks = request(`${url}/api/chunks`).end();
    chunks.on("error", () => undefined);
    (await answered(chunks)).on("error", () => undefined);
    chunks.destroy();
  }
  await post("/api/more", ""); // lets the abandoned handlers end
  expect((await get("/api/echo/5")).status).toBe(200);
});

test("a handler that reads a body whose sender has left fails, and does not wait for ever", async () => {
  const failures = () => host.err.filter((line) => line.startsWith("echo failed: "));
  const before = failures().length;
  const headers = { "content-length": "10", expect: "100-continue" };
  const outgoing = request(`${url}/api/echo/5`, { method: "POST", headers });
  outgoing.on("error", () => undefined).flushHeaders();
  await new Promise((resolve) => outgoing.once("continue", resolve)); // the host has taken the request
  outgoing.destroy();
  await host.until(() => failures().slice(before));
});

test("many calls at once over kept connections all succeed, and no listeners pile up", async () => {
  for (let round = 0; round < 10; round += 1) {
    const statuses = await Promise.all(Array.from({ length: 30 }, async () => (await post("/api/echo/5", "x")).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
  }
  expect(host.err.filter((line) => line.includes("MaxListeners"))).toEqual([]);
});

test("at SIGTERM the host ends with 0, though the package's own server still listens", async () => {
  await using other = new HostProcess({ app: "stream" });
  expect((await fetch(`${await other.url()}/api/empty`)).status).toBe(204);
  expect(await other.stop()).toBe(0);
});

function answered(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.once("error", reject);
  });
}

async function text(answer: IncomingMessage): Promise<string> {
  return Buffer.concat(await answer.toArray()).toString();
}
