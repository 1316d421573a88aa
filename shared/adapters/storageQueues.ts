/** Storage queues: where work waits. */

import type { QueueClient, QueueServiceClient, RestError } from "@azure/storage-queue";
import { bounded } from "../domain/bounded.js";
import type { RefreshMessage, SubscriptionMessage } from "../domain/messages.js";
import type { Outgoing, Queues } from "../domain/ports.js";
import { refreshText, subscriptionText } from "../messages.js";
import type { StorageClock } from "./storageClock.js";
import { unavailable } from "./storageErrors.js";
import type { StorageAccess } from "./tables.js";

export interface QueueNames {
  readonly refreshQueue: string;
  readonly subscriptionsQueue: string;
}

/** How long a sender waits: `tries` of `tryMs` each, all ended after `totalMs`. */
export interface Patience {
  readonly tries: number;
  readonly tryMs: number;
  readonly totalMs: number;
}

/** Graph counts answers after 3 s as slow; the webhook answers 503 before that [I5]. */
export const WEBHOOK_PATIENCE: Patience = { tries: 2, tryMs: 1_000, totalMs: 2_500 };
export const WORKER_PATIENCE: Patience = { tries: 3, tryMs: 5_000, totalMs: 60_000 };

const SENDS_AT_ONCE = 32;
/** Source: https://learn.microsoft.com/rest/api/storageservices/put-message */
const TIME_TO_LIVE_SECONDS = 7 * 86_400;
const DELAY_SECONDS_MAX = TIME_TO_LIVE_SECONDS - 60;

/** The queues, once their SDK is loaded. Errors: `StorageUnavailable` where it cannot be. */
export type QueueService = () => Promise<QueueServiceClient>;

/** The SDK's own retries are off: it cannot end a try by itself, so `Patience` does both. */
const OPTIONS = { retryOptions: { maxTries: 1 } };

/**
 * A fifth of what the app loads at its start would be the queues' SDK, of which reads need nothing: it is loaded after the
 * functions are registered, while the host prepares to call them.
 */
export function openQueueService(access: StorageAccess): QueueService {
  const load = async (): Promise<QueueServiceClient> => {
    const { QueueServiceClient } = await import("@azure/storage-queue");
    return access.kind === "identity"
      ? new QueueServiceClient(access.url, access.credential, OPTIONS)
      : QueueServiceClient.fromConnectionString(access.connectionString, OPTIONS);
  };
  let service: Promise<QueueServiceClient> | undefined;
  const open: QueueService = () => {
    service ??= load().catch((error: unknown) => {
      service = undefined; // tried again by whoever sends next
      throw unavailable("queue", error);
    });
    return service;
  };
  open().catch(() => undefined); // whoever sends is told
  return open;
}

export class StorageQueues implements Queues {
  readonly #open: QueueService;
  readonly #names: QueueNames;
  readonly #clock: StorageClock;
  readonly #patience: Patience;

  constructor(open: QueueService, names: QueueNames, clock: StorageClock, patience: Patience) {
    this.#open = open;
    this.#names = names;
    this.#clock = clock;
    this.#patience = patience;
  }

  refresh(messages: readonly Outgoing<RefreshMessage>[]): Promise<void> {
    return this.#sendAll(this.#names.refreshQueue, messages, refreshText);
  }

  subscriptions(messages: readonly Outgoing<SubscriptionMessage>[]): Promise<void> {
    return this.#sendAll(this.#names.subscriptionsQueue, messages, subscriptionText);
  }

  async #sendAll<T>(name: string, messages: readonly Outgoing<T>[], text: (message: T) => string): Promise<void> {
    const queue = (await this.#open()).getQueueClient(name);
    const deadline = AbortSignal.timeout(this.#patience.totalMs);
    await bounded(messages, SENDS_AT_ONCE, (message) => this.#send(queue, message, text(message.message), deadline));
  }

  async #send(queue: QueueClient, options: Outgoing<unknown>, text: string, deadline: AbortSignal): Promise<void> {
    const { delaySeconds = 0, timeToLiveSeconds = TIME_TO_LIVE_SECONDS } = options;
    const encoded = Buffer.from(text).toString("base64");
    let failure: unknown;
    for (let tries = 0; tries < this.#patience.tries && !deadline.aborted; tries++) {
      try {
        const sentAt = this.#clock.stopwatch();
        const answer = await queue.sendMessage(encoded, {
          visibilityTimeout: Math.min(delaySeconds, DELAY_SECONDS_MAX),
          messageTimeToLive: timeToLiveSeconds,
          abortSignal: AbortSignal.any([deadline, AbortSignal.timeout(this.#patience.tryMs)]),
        });
        this.#clock.observe(answer.date, sentAt);
        return;
      } catch (error) {
        failure = error;
        if (isMissingQueue(error)) await created(queue, deadline);
      }
    }
    throw unavailable("queue", failure);
  }
}

async function created(queue: QueueClient, abortSignal: AbortSignal): Promise<void> {
  try {
    await queue.createIfNotExists({ abortSignal });
  } catch (error) {
    throw unavailable("queue", error);
  }
}

const isMissingQueue = (error: unknown): boolean => (error as RestError).statusCode === 404;
