/** What is on a queue of the product's storage; for hosts that do not take it away. */
import { QueueClient } from "@azure/storage-queue";
import * as z from "zod";
import names from "../../shared/names.json" with { type: "json" };
import type { Own } from "./product.js";

export type QueueName = "refreshQueue" | "subscriptionsQueue" | "graphEventsQueue";

const PEEK_MAX = 32;
const Message = z.object({ v: z.literal(1), kind: z.string(), data: z.record(z.string(), z.unknown()) });

const client = ({ connectionString }: Own, queue: QueueName) => new QueueClient(connectionString, names[queue]);

/** Throws everything away, so that a test sees only its own. */
export async function emptied(own: Own): Promise<void> {
  for (const queue of ["refreshQueue", "subscriptionsQueue"] as const) {
    await client(own, queue).createIfNotExists();
    await client(own, queue).clearMessages();
  }
}

/** How many messages there are, also those that are delayed. */
export async function countOf(own: Own, queue: QueueName): Promise<number> {
  return (await client(own, queue).getProperties()).approximateMessagesCount ?? 0;
}

/** What may be taken at once, at most 32, and how many there are with those that are delayed. */
export async function queued(own: Own, queue: QueueName) {
  const { peekedMessageItems } = await client(own, queue).peekMessages({ numberOfMessages: PEEK_MAX });
  const visible = peekedMessageItems.map(({ messageText }) =>
    Message.parse(JSON.parse(Buffer.from(messageText, "base64").toString())),
  );
  return { visible: visible.map(({ data }) => data), count: await countOf(own, queue) };
}
