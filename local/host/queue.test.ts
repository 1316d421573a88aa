/** Queue triggers and outputs, on Azurite. */
import { randomUUID } from "node:crypto";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Azurite, startAzurite } from "../azurite.js";
import { HostProcess, type HostRun } from "./hostProcess.js";

let azurite: Azurite;
let service: QueueServiceClient;

beforeAll(async () => {
  azurite = await startAzurite({ inMemory: true });
  service = QueueServiceClient.fromConnectionString(azurite.connectionString);
});
afterAll(() => azurite.stop());

/** A host of the app `work` with queues of its own. */
async function work(env: HostRun["env"] = {}) {
  const prefix = `q${randomUUID().slice(0, 8)}`;
  const host = new HostProcess({ app: "work", env: { STORE: azurite.connectionString, QUEUE_PREFIX: prefix, ...env } });
  const queue = (name: string) => service.getQueueClient(`${prefix}-${name}`);
  const send = async (name: string, text: string) => {
    await queue(name).createIfNotExists();
    await queue(name).sendMessage(text);
  };
  return { host, queue, send, url: await host.url() };
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

const received = async (host: HostProcess, queue: ReturnType<QueueServiceClient["getQueueClient"]>) => {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const { receivedMessageItems: messages } = await queue.receiveMessages({ numberOfMessages: 32 }).catch(() => ({
      receivedMessageItems: [], // the queue is not there yet
    }));
    if (messages.length > 0) return messages.map((message) => message.messageText);
    if (Date.now() > deadline) throw new Error(`no message:\n${[...host.out, ...host.err].join("\n")}`);
  }
};

describe("a queue trigger", () => {
  let running: Awaited<ReturnType<typeof work>>;
  beforeAll(async () => {
    running = await work();
  });
  afterAll(() => running.host[Symbol.asyncDispose]());

  test("runs a message with its metadata, and deletes it", async () => {
    const { host, queue, send } = running;
    await send("seen", base64('{"n":1}'));
    const [told] = await host.until(() => host.told("seen"));
    expect(told).toMatchObject({ seen: { n: 1 }, dequeueCount: 1, id: "string" });
    expect(Date.parse(String(told?.insertionTime))).not.toBeNaN();
    await emptied(queue("seen"));
  });

  test("waits for a queue that does not exist yet, and says so once", async () => {
    const { host, send } = running;
    const said = () => host.out.filter((line) => /^slow: queue '.*-slow' does not exist yet, waiting$/.test(line));
    await host.until(said);
    await send("slow", base64('"here"'));
    await host.line(/"slowEnded":"here"/);
    expect(said()).toHaveLength(1);
  });

  test("tries a failing message as often as host.json says, then poisons it byte for byte", async () => {
    const { host, queue, send } = running;
    const text = base64('{ "odd":   "spacing ü" }');
    await send("fails", text);
    expect(await received(host, queue("fails-poison"))).toEqual([text]);
    expect(host.told("fails").map(({ dequeueCount }) => dequeueCount)).toEqual([1, 2, 3]);
    expect(host.err.filter((line) => line.startsWith("fails failed: as asked"))).toHaveLength(3);
    await emptied(queue("fails"));
  });

  test("poisons what is not base64 at once, as it is", async () => {
    const { host, queue, send } = running;
    await send("seen", "not <base64> & never");
    expect(await received(host, queue("seen-poison"))).toEqual(["not <base64> & never"]);
  });

  test("never runs bytes that are not UTF-8", async () => {
    const { host, queue, send } = running;
    const text = Buffer.from([0xff, 0xfe, 0x41]).toString("base64");
    await send("hooked", text);
    expect(await received(host, queue("hooked-poison"))).toEqual([text]);
    expect(host.told("rescued")).toEqual([]);
  });

  test("an output binding creates its queue and writes an object indented, an array one message an element", async () => {
    const { host, queue, url } = running;
    const send = (value: unknown) => fetch(`${url}/api/send`, { method: "POST", body: JSON.stringify({ value }) });
    expect((await send({ a: [1] })).status).toBe(202);
    expect(await received(host, queue("made"))).toEqual([base64('{\n  "a": [\n    1\n  ]\n}')]);
    await send(["text", 5, { b: 2 }]);
    const texts = await received(host, queue("made"));
    expect(texts.sort()).toEqual([base64("text"), base64("5"), base64('{\n  "b": 2\n}')].sort());
  });

  test("an output that cannot be written fails the call", async () => {
    const value = "{ only looks like JSON }";
    const answer = await fetch(`${running.url}/api/send`, { method: "POST", body: JSON.stringify({ value }) });
    expect(answer.status).toBe(500);
  });

  test("a returned array goes to a queue of this host", async () => {
    const { host, send } = running;
    await send("forward", base64('{"items":[{"forwarded":1},{"forwarded":2}]}'));
    const forwarded = () => host.told("seen").filter(({ seen }) => isForwarded(seen));
    await host.until(() => (forwarded().length === 2 ? forwarded() : []));
  });

  test("hooks replace inputs, rescue failures and rewrite what is logged", async () => {
    const { host, send } = running;
    await send("hooked", base64("original"));
    await host.line(/^\{"rescued":"to be rescued"\}$/);
    await host.line(/^hooked says replaced by the hook, \*\*\*$/);
  });

  test("the admin endpoint runs a queue function with a text as its message", async () => {
    const { host, url } = running;
    const body = JSON.stringify({ input: '{"by":"hand"}' });
    expect((await fetch(`${url}/admin/functions/SEEN`, { method: "POST", body })).status).toBe(202);
    await host.line(/"seen":\{"by":"hand"\}/);
    expect((await fetch(`${url}/admin/functions/seen`, { method: "POST", body: "{" })).status).toBe(400);
  });
});

test("host.json's visibilityTimeout, set by the environment, delays the next try", async () => {
  const { host, queue, send } = await work({
    AzureFunctionsJobHost__extensions__queues__visibilityTimeout: "00:10:00",
  });
  await using _ = host;
  await send("fails", base64("once"));
  await host.line(/"fails":"once"/);
  await host.until(() => host.err.filter((line) => line.startsWith("fails failed")));
  expect(await host.stop()).toBe(0);
  expect((await queue("fails").receiveMessages()).receivedMessageItems).toEqual([]);
  expect((await queue("fails").getProperties()).approximateMessagesCount).toBe(1);
});

test("the last try that fails goes to poison at once, whatever the visibilityTimeout", async () => {
  const { host, queue, send } = await work({
    AzureFunctionsJobHost__extensions__queues__visibilityTimeout: "00:10:00",
    AzureFunctionsJobHost__extensions__queues__maxDequeueCount: "1",
  });
  await using _ = host;
  await send("fails", base64("only once"));
  expect(await received(host, queue("fails-poison"))).toEqual([base64("only once")]);
});

test("at SIGTERM a function run by hand is finished too", async () => {
  const { host, url } = await work();
  await using _ = host;
  await fetch(`${url}/admin/functions/slow`, { method: "POST", body: '{"input":"hand"}' });
  await host.line(/"slowBegan":"hand"/);
  expect(await host.stop()).toBe(0);
  expect(host.out.slice(-2)).toEqual(['{"slowEnded":"hand"}', '{"terminated":true}']);
});

test("at SIGTERM a running message is finished and deleted", async () => {
  const { host, queue, send } = await work();
  await using _ = host;
  await send("slow", base64('"last"'));
  await host.line(/"slowBegan":"last"/);
  expect(await host.stop()).toBe(0);
  expect(host.out).toContain('{"slowEnded":"last"}');
  expect(host.out.at(-1)).toBe('{"terminated":true}');
  expect((await queue("slow").getProperties()).approximateMessagesCount).toBe(0);
});

test("storage out of reach is said once, and work goes on when it is back", async () => {
  const first = await startAzurite({ inMemory: true });
  const { connectionString } = first;
  await first.stop();
  await using host = new HostProcess({ app: "work", env: { STORE: connectionString, QUEUE_PREFIX: "back" } });
  await host.url();
  const lost = () => host.err.filter((line) => line.startsWith("storage is out of reach, polling goes on: "));
  await host.until(lost);
  const port = (name: string) =>
    Number(new RegExp(`${name}Endpoint=http://127.0.0.1:(\\d+)`).exec(connectionString)?.[1]);
  const second = await startAzurite({ inMemory: true, ports: { queue: port("Queue") } });
  try {
    await host.line(/^storage answers again$/);
    const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient("back-seen");
    await queue.create();
    await queue.sendMessage(base64('"again"'));
    await host.line(/"seen":"again"/);
    expect(lost()).toHaveLength(1);
    expect(await host.stop()).toBe(0);
  } finally {
    await second.stop();
  }
});

async function emptied(queue: ReturnType<QueueServiceClient["getQueueClient"]>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while ((await queue.getProperties()).approximateMessagesCount !== 0) {
    if (Date.now() > deadline) throw new Error(`${queue.name} is not empty`);
  }
}

const isForwarded = (message: unknown): boolean =>
  typeof message === "object" && message !== null && "forwarded" in message;
