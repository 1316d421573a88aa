/** Storage that is down, or that takes connections and never answers: unavailable, never "absent". */
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startAzurite } from "../../local/azurite.js";
import { StorageClock } from "../../shared/adapters/storageClock.js";
import { openQueueService, StorageQueues, WEBHOOK_PATIENCE } from "../../shared/adapters/storageQueues.js";
import { TableSubscriptionIndex } from "../../shared/adapters/subscriptionIndex.js";
import { TableStore } from "../../shared/adapters/tableStore.js";
import { openTable } from "../../shared/adapters/tables.js";
import { StorageUnavailable } from "../../shared/domain/ports.js";
import { HOUR_MS, later } from "../../shared/domain/time.js";
import { dueAt, idOf, NOW, rowOf } from "./rows.js";

const NAMES = { refreshQueue: "refresh", subscriptionsQueue: "subscriptions" };
const ANNA = idOf(rowOf("anna"));
const message = { calendars: [ANNA], wake: { kind: "due", at: NOW }, cause: "sweep" } as const;

const queuesAt = (connectionString: string, clock: StorageClock): StorageQueues =>
  new StorageQueues(openQueueService({ kind: "connectionString", connectionString }), NAMES, clock, WEBHOOK_PATIENCE);

describe("storage that was stopped", () => {
  const clock = new StorageClock();
  let connectionString: string;
  beforeAll(async () => {
    const azurite = await startAzurite({ inMemory: true });
    connectionString = azurite.connectionString;
    await azurite.stop();
  });
  const table = () => openTable({ kind: "connectionString", connectionString }, "calendars", clock);

  test("every call of the store throws StorageUnavailable: an outage is no empty answer", async () => {
    const store = new TableStore(table());
    const calls = [
      store.read(ANNA),
      store.readMailbox(ANNA),
      store.write(rowOf("anna"), dueAt(NOW), "absent"),
      store.listRange({}, 10),
      store.list(10),
    ];
    for (const call of await Promise.allSettled(calls))
      expect(call).toMatchObject({ status: "rejected", reason: expect.any(StorageUnavailable) });
  });

  test("every call of the index throws StorageUnavailable", async () => {
    const index = new TableSubscriptionIndex(table());
    const calls = [
      index.put("s1", ANNA),
      index.find("s1"),
      index.remove("s1"),
      index.takeDaily("orphans", NOW, later(NOW, HOUR_MS)),
    ];
    for (const call of await Promise.allSettled(calls))
      expect(call).toMatchObject({ status: "rejected", reason: expect.any(StorageUnavailable) });
  });

  test("I4: a message that could not be queued is said to be, and the error names no account and no key", async () => {
    const failure = await queuesAt(connectionString, clock)
      .refresh([{ message }])
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageUnavailable);
    expect(`${failure}`).not.toMatch(/devstoreaccount1|127\.0\.0\.1|Eby8/);
  });

  test("D5: storage that gave no answer has told no time", () => {
    expect(clock.synced()).toBe(false);
  });
});

describe("storage that never answers", () => {
  let requests = 0;
  let silent: Server;
  beforeAll(async () => {
    silent = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => (requests += 1));
    });
    await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
  });
  afterAll(() => silent.close());

  test("I5: the webhook's patience is two tries of a second, then StorageUnavailable", {
    timeout: 10_000,
  }, async () => {
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const endpoint = `http://127.0.0.1:${port}/devstoreaccount1`;
    const key = Buffer.alloc(32).toString("base64");
    const queues = queuesAt(
      `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key};QueueEndpoint=${endpoint}`,
      new StorageClock(),
    );
    const sends = Promise.allSettled([queues.refresh([{ message }]), queues.refresh([{ message }])]);
    for (const sent of await sends)
      expect(sent).toMatchObject({ status: "rejected", reason: expect.any(StorageUnavailable) });
    expect(requests).toBe(2 * WEBHOOK_PATIENCE.tries);
    expect(WEBHOOK_PATIENCE.totalMs).toBeLessThan(2_900);
  });
});

test("I5: queues that cannot be opened are an outage to who sends, each time", async () => {
  const connectionString = "TableEndpoint=https://a.table.core.windows.net;SharedAccessSignature=sv=2026";
  const queues = queuesAt(connectionString, new StorageClock());
  for (let tries = 0; tries < 2; tries++) await expect(queues.refresh([])).rejects.toThrow(StorageUnavailable);
});
