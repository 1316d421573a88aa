/** One delivery, with the ten-minute clock of its visibility in the test's hands. */
import { type QueueClient, QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Azurite, startAzurite } from "../azurite.js";
import type { HostedFunction, QueueTrigger } from "./functions.js";
import type { Outcome } from "./invoke.js";
import { QueueListener } from "./queue.js";
import { QueueDelivery } from "./queueDelivery.js";
import { messageBodies } from "./queueOutput.js";
import { Storage } from "./storage.js";

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite({ inMemory: true });
});
afterAll(() => azurite.stop());

const DONE: Outcome = { kind: "done", returnValue: undefined, returnedNothing: true };
const FAILED: Outcome = { kind: "failed", error: new Error("as asked") };
const settings = {
  batchSize: 1,
  newBatchThreshold: 0,
  maxDequeueCount: 1,
  visibilityTimeoutSeconds: 0,
  maxPollingIntervalMs: 100,
  messageEncoding: "base64",
} as const;

/** A queue with one message, received and ready to be settled by `run`. */
async function delivery(queue: string, run: () => Promise<Outcome>) {
  const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  const client = service.getQueueClient(queue);
  await client.create();
  await client.sendMessage(Buffer.from("text").toString("base64"));
  const [message] = (await client.receiveMessages({ visibilityTimeout: 600 })).receivedMessageItems;
  if (message === undefined) throw new Error("no message");
  const log = { info: () => undefined, error: () => undefined };
  const storage = new Storage(log);
  expect(await storage.opens(azurite.connectionString)).toBe(true);
  const deps = { storage, settings, invoker: { run }, log };
  const trigger: QueueTrigger = { kind: "queue", queue, connection: azurite.connectionString };
  const handler = () => undefined;
  const fn: HostedFunction<QueueTrigger> = {
    name: "f",
    meta: { name: "f", bindings: {} },
    handler,
    input: "m",
    trigger,
    outputs: new Map(),
    disabled: false,
  };
  return { client, service, message, deps, fn, delivery: new QueueDelivery(deps, fn, client, message) };
}

test("a listener that is woken polls at once", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }); // nobody moves this clock: a pause never ends by itself
  try {
    const ran = Promise.withResolvers<void>();
    const { deps, fn, client } = await delivery("woken", async () => {
      ran.resolve();
      return DONE;
    });
    const listener = new QueueListener(deps, fn);
    listener.start(); // the message is hidden, so that this poll finds nothing
    await client.sendMessage(Buffer.from("new").toString("base64"), { visibilityTimeout: 0 });
    listener.wake();
    listener.wake();
    await ran.promise;
    await listener.stop();
  } finally {
    vi.useRealTimers();
  }
});

const messages = async (client: QueueClient) => (await client.getProperties()).approximateMessagesCount;

test("a long run renews its message every five minutes, and deletes it by the newest receipt", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const finish = Promise.withResolvers<Outcome>();
    const { client, delivery: under } = await delivery("renewed", () => finish.promise);
    const renewal = vi.spyOn(client, "updateMessage");
    const settled = under.settle();
    vi.advanceTimersByTime(300_000);
    expect(renewal).toHaveBeenCalledOnce();
    await renewal.mock.results[0]?.value; // from here on the first receipt is worthless
    finish.resolve(DONE);
    await settled;
    expect(await messages(client)).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("released, a message is there for the next host at once", async () => {
  const { client, delivery: under } = await delivery("released", async () => DONE);
  await under.release();
  expect((await client.receiveMessages()).receivedMessageItems).toHaveLength(1);
});

test("a queue that ends in -poison has no poison queue: its failed message stays hidden", async () => {
  const { client, service, delivery: under } = await delivery("x-poison", async () => FAILED);
  await under.settle();
  expect((await client.receiveMessages()).receivedMessageItems).toEqual([]);
  expect(await messages(client)).toBe(1);
  expect(await service.getQueueClient("x-poison-poison").exists()).toBe(false);
});

test("a message that somebody else has settled meanwhile is no error", async () => {
  const { client, message, delivery: under } = await delivery("gone", async () => DONE);
  await client.deleteMessage(message.messageId, message.popReceipt);
  await expect(under.settle()).resolves.toBeUndefined();
});

test.each([
  ["nothing", undefined, []],
  ["an object", { json: '{"a":1}' }, ['{\n  "a": 1\n}']],
  ["text that is an object", { string: ' {"a":1} ' }, ['{\n  "a": 1\n}']],
  ["text that is an array", { string: '["a",{"b":2},3]' }, ["a", '{\n  "b": 2\n}', "3"]],
  ["other text", { string: " plain " }, [" plain "]],
  ["a number", { int: 5 }, ["5"]],
  ["a fraction", { double: 0.5 }, ["0.5"]],
  ["true", { json: "true" }, ["true"]],
])("an output of %s becomes these messages", (_name, data, bodies) => {
  expect(messageBodies(data)).toEqual(bodies);
});
