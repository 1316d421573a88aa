/** The ports' contracts, on memory and on Azurite. */
import type { TableClient } from "@azure/data-tables";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, describe } from "vitest";
import { type Azurite, startAzurite } from "../../local/azurite.js";
import { StorageClock } from "../../shared/adapters/storageClock.js";
import { openQueueService, StorageQueues, WORKER_PATIENCE } from "../../shared/adapters/storageQueues.js";
import { TableSubscriptionIndex } from "../../shared/adapters/subscriptionIndex.js";
import { TableLedger } from "../../shared/adapters/tableLedger.js";
import { TableStore } from "../../shared/adapters/tableStore.js";
import { openTable } from "../../shared/adapters/tables.js";
import { SECOND_MS } from "../../shared/domain/time.js";
import { parseRefresh, parseSubscription } from "../../shared/messages.js";
import { ManualClock } from "../memory/manualClock.js";
import { MemoryIndex } from "../memory/memoryIndex.js";
import { MemoryLedger } from "../memory/memoryLedger.js";
import { MemoryQueues } from "../memory/memoryQueues.js";
import { MemoryStore } from "../memory/memoryStore.js";
import { indexContract } from "./indexContract.js";
import { ledgerContract } from "./ledgerContract.js";
import { queueGauge } from "./queueGauge.js";
import { type Arrival, type QueuesBed, queuesContract } from "./queuesContract.js";
import { rangesContract } from "./rangesContract.js";
import { type StoreBed, storeContract } from "./storeContract.js";
import { storeListsContract } from "./storeListsContract.js";
import { damageEntity } from "./tableDamage.js";

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite({ inMemory: true });
});
afterAll(() => azurite.stop());

const access = () => ({ kind: "connectionString", connectionString: azurite.connectionString }) as const;
let names = 0;
/** A name that no other test has. */
const fresh = (kind: string): string => `${kind}${++names}`;
const freshTable = (): TableClient => openTable(access(), fresh("table"), new StorageClock());

async function memoryStore(): Promise<StoreBed> {
  const store = new MemoryStore();
  return { store, damage: async (id, damage) => store.damage(id, damage) };
}

async function tableStore(): Promise<StoreBed> {
  const table = freshTable();
  return { store: new TableStore(table), damage: (id, damage) => damageEntity(table, id, damage) };
}

describe("the store in memory", () => storeContract(memoryStore));
describe("the store in a table", () => storeContract(tableStore));
describe("the lists in memory", () => storeListsContract(memoryStore));
describe("the lists of a table", () => storeListsContract(tableStore));
describe("the ranges in memory", () => rangesContract(memoryStore));
describe("the ranges of a table", () => rangesContract(tableStore));
describe("the sweeps' notes in memory", () => ledgerContract(async () => new MemoryLedger()));
describe("the sweeps' notes in a table", () => ledgerContract(async () => new TableLedger(freshTable())));
describe("the index in memory", () => indexContract(async () => new MemoryIndex()));
describe("the index in a table", () => indexContract(async () => new TableSubscriptionIndex(freshTable())));
describe("the queues in memory", () => queuesContract(memoryQueues));
describe("the queues in storage", () => queuesContract(storageQueues));
describe("the lengths of queues", () => queueGauge(() => azurite.connectionString));

async function memoryQueues(): Promise<QueuesBed> {
  const clock = new ManualClock("2026-12-01T12:00:00Z");
  const queues = new MemoryQueues(clock);
  const arrived = async (queue: "refresh" | "subscriptions") => {
    const found: Arrival[] = [];
    const source = queue === "refresh" ? queues.refreshes : queues.asks;
    for (let one = source.take(); one !== undefined; one = source.take()) {
      const lifeSeconds = (one.expiresAt - one.insertedAt) / SECOND_MS;
      found.push({ message: one.message, lifeSeconds, afterSeconds: (clock.now() - one.insertedAt) / SECOND_MS });
      one.done();
    }
    return found;
  };
  return { queues, arrived, arrive: waiting(arrived, async () => clock.advance(SECOND_MS)) };
}

async function storageQueues(): Promise<QueuesBed> {
  const queueNames = { refreshQueue: fresh("refresh"), subscriptionsQueue: fresh("subscriptions") };
  const service = openQueueService(access());
  const queues = new StorageQueues(service, queueNames, new StorageClock(), WORKER_PATIENCE);
  const reader = QueueServiceClient.fromConnectionString(azurite.connectionString);
  const arrived = async (queue: "refresh" | "subscriptions") => {
    const client = reader.getQueueClient(queue === "refresh" ? queueNames.refreshQueue : queueNames.subscriptionsQueue);
    if (!(await client.exists())) return [];
    const answer = await client.receiveMessages({ numberOfMessages: 32 });
    const parse = queue === "refresh" ? parseRefresh : parseSubscription;
    return answer.receivedMessageItems.map((item): Arrival => {
      const insertedAt = item.insertedOn.getTime();
      return {
        message: parse(Buffer.from(item.messageText, "base64").toString()),
        lifeSeconds: (item.expiresOn.getTime() - insertedAt) / SECOND_MS,
        afterSeconds: ((answer.date?.getTime() ?? Number.NaN) - insertedAt) / SECOND_MS,
      };
    });
  };
  return { queues, arrived, arrive: waiting(arrived, () => new Promise((done) => setTimeout(done, 50))) };
}

/** Looks again and again until so many have come; a test that waits in vain runs out of time. */
const waiting =
  (arrived: QueuesBed["arrived"], pause: () => Promise<void>): QueuesBed["arrive"] =>
  async (queue, count) => {
    const found = [...(await arrived(queue))];
    while (found.length < count) {
      await pause();
      found.push(...(await arrived(queue)));
    }
    return found;
  };
