/** How much waits in the queues, as storage tells it. */
import type { QueueClient, RestError } from "@azure/storage-queue";
import type { QueueGauge, QueueLength } from "../domain/ports.js";
import { instant } from "../domain/time.js";
import { unavailable } from "./storageErrors.js";
import type { QueueService } from "./storageQueues.js";

const TRY_MS = 2_500;

export class StorageQueueGauge implements QueueGauge {
  readonly #open: QueueService;
  readonly #queues: readonly string[];
  readonly #poisonSuffix: string;

  constructor(open: QueueService, queues: readonly string[], poisonSuffix: string) {
    this.#open = open;
    this.#queues = queues;
    this.#poisonSuffix = poisonSuffix;
  }

  lengths(): Promise<readonly QueueLength[]> {
    return Promise.all(this.#queues.map((queue) => this.#length(queue)));
  }

  async #length(queue: string): Promise<QueueLength> {
    const service = await this.#open();
    const client = service.getQueueClient(queue);
    const [messages, poison, waitingSince] = await Promise.all([
      messagesOf(client),
      messagesOf(service.getQueueClient(`${queue}${this.#poisonSuffix}`)),
      firstOf(client),
    ]);
    const waiting = waitingSince === undefined ? {} : { waitingSince: instant(waitingSince.getTime()) };
    return { queue, messages, poison, ...waiting };
  }
}

const messagesOf = async (client: QueueClient): Promise<number> =>
  (await asked((abortSignal) => client.getProperties({ abortSignal })))?.approximateMessagesCount ?? 0;

/** Storage shows what can be taken, the oldest first. */
async function firstOf(client: QueueClient): Promise<Date | undefined> {
  const answer = await asked((abortSignal) => client.peekMessages({ numberOfMessages: 1, abortSignal }));
  return answer?.peekedMessageItems[0]?.insertedOn;
}

/** `undefined` where there is no such queue: it is made when something is first put there. */
async function asked<T>(question: (abortSignal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  try {
    return await question(AbortSignal.timeout(TRY_MS));
  } catch (error) {
    if ((error as RestError).statusCode === 404) return undefined;
    throw unavailable("queue", error);
  }
}
