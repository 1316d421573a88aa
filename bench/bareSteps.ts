/** What any cache must do between a notification and an answer, by the SDKs alone and without waiting for anything. */
import { TableClient } from "@azure/data-tables";
import { QueueServiceClient } from "@azure/storage-queue";
import { WEEK } from "./mailboxes.js";
import type { Stand } from "./stand.js";

const NAME = "floor";
const KEYS = { partitionKey: "floor", rowKey: "row" } as const;
const BLOCKS = new Uint8Array(700);

/** A message through a queue, one read of a calendar at Graph, its row read and written, and read by a booking service. */
export async function bareSteps({ connectionString, graphUrl }: Stand, mailbox: string): Promise<() => Promise<void>> {
  const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(NAME);
  await queue.createIfNotExists();
  const table = TableClient.fromConnectionString(connectionString, NAME, { allowInsecureConnection: true });
  await table.createTable();
  await table.createEntity({ ...KEYS, blocks: BLOCKS });
  const view = `${graphUrl}/v1.0/users/${mailbox}/calendarView?startDateTime=${WEEK.start}&endDateTime=${WEEK.end}`;
  return async () => {
    await queue.sendMessage("bm90aWZpY2F0aW9u");
    const { receivedMessageItems } = await queue.receiveMessages();
    await (await fetch(`${view}&$top=1000`)).json();
    const { etag } = await table.getEntity(KEYS.partitionKey, KEYS.rowKey);
    await table.updateEntity({ ...KEYS, blocks: BLOCKS }, "Replace", { etag });
    for (const { messageId, popReceipt } of receivedMessageItems) await queue.deleteMessage(messageId, popReceipt);
    await table.getEntity(KEYS.partitionKey, KEYS.rowKey);
  };
}
