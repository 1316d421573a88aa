/** What storage tells of its queues. */
import { QueueServiceClient } from "@azure/storage-queue";
import { expect, test } from "vitest";
import { freePort } from "../../local/demo/ports.js";
import { StorageQueueGauge } from "../../shared/adapters/queueGauge.js";
import { openQueueService } from "../../shared/adapters/storageQueues.js";
import { StorageUnavailable } from "../../shared/domain/ports.js";

/** `connection` is of storage whose queues have other names. */
export function queueGauge(connection: () => string): void {
  const gauge = () =>
    new StorageQueueGauge(
      openQueueService({ kind: "connectionString", connectionString: connection() }),
      ["some", "none"],
      "-given-up",
    );

  test("A queue's messages are counted with the hidden ones; only what can be taken waits; what is missing is empty", async () => {
    const service = QueueServiceClient.fromConnectionString(connection());
    const [some, givenUp] = [service.getQueueClient("some"), service.getQueueClient("some-given-up")];
    await Promise.all([some.create(), givenUp.create()]);
    await some.sendMessage("hidden", { visibilityTimeout: 60 });
    expect(await gauge().lengths()).toEqual([
      { queue: "some", messages: 1, poison: 0 },
      { queue: "none", messages: 0, poison: 0 },
    ]);
    const { insertedOn } = await some.sendMessage("to be taken");
    await some.sendMessage("to be taken, too");
    await givenUp.sendMessage("given up");
    expect((await gauge().lengths())[0]).toEqual({
      queue: "some",
      messages: 3,
      poison: 1,
      waitingSince: insertedOn.getTime(),
    });
  });

  test("Storage that is away is no empty queue", async () => {
    const port = await freePort(0);
    const connectionString = connection().replace(/(QueueEndpoint=http:\/\/[^:]+):\d+/, `$1:${port}`);
    const away = new StorageQueueGauge(
      openQueueService({ kind: "connectionString", connectionString }),
      ["some"],
      "-x",
    );
    await expect(away.lengths()).rejects.toThrow(StorageUnavailable);
  });
}
