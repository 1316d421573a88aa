/** One queue trigger: polls with back-off and runs messages side by side. Storage errors end here: nothing throws. */
import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import type { HostedFunction, QueueTrigger } from "./functions.js";
import { Pause } from "./pause.js";
import { type DeliveryDeps, INVISIBLE_SECONDS, QueueDelivery } from "./queueDelivery.js";
import { messageOf } from "./refusal.js";
import { isStatus } from "./storage.js";

const PAUSE_MS_MIN = 100;
const DOUBLINGS_MAX = 20; // by then every pause is at its maximum

export class QueueListener {
  readonly queue: string;
  readonly #deps: DeliveryDeps;
  readonly #fn: HostedFunction<QueueTrigger>;
  readonly #client: QueueClient;
  readonly #running = new Set<Promise<void>>();
  readonly #pause = new Pause();
  #settled: (() => void) | undefined;
  #loop: Promise<void> | undefined;
  #stopping = false;
  #missingSaid = false;

  constructor(deps: DeliveryDeps, fn: HostedFunction<QueueTrigger>) {
    this.#deps = deps;
    this.#fn = fn;
    this.queue = fn.trigger.queue;
    this.#client = deps.storage.queue(fn.trigger.connection, fn.trigger.queue);
  }

  start(): void {
    this.#loop = this.#poll();
  }

  /** Somebody in this process has just written to the queue: no need to wait for the next poll. */
  wake(): void {
    this.#pause.end();
  }

  /** Ends when the last poll is back and every message is settled or released. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#pause.end();
    this.#settled?.();
    await this.#loop;
    await Promise.all(this.#running);
  }

  async #poll(): Promise<void> {
    let emptyPolls = 0;
    while (!this.#stopping) {
      if (await this.#receive()) {
        emptyPolls = 0;
        await this.#room();
      } else {
        const woken = await this.#pause.wait(this.#pauseMs(emptyPolls));
        emptyPolls = woken ? 0 : emptyPolls + 1;
      }
    }
  }

  #pauseMs(emptyPolls: number): number {
    if (emptyPolls === 0) return PAUSE_MS_MIN;
    const spread = 0.8 + Math.random() * 0.4;
    const doubledMs = PAUSE_MS_MIN * 2 ** Math.min(emptyPolls - 1, DOUBLINGS_MAX) * spread;
    return Math.min(PAUSE_MS_MIN + doubledMs, this.#deps.settings.maxPollingIntervalMs);
  }

  /** Takes a batch and starts it. False if there was none, or storage did not answer. */
  async #receive(): Promise<boolean> {
    try {
      const { receivedMessageItems: messages } = await this.#client.receiveMessages({
        numberOfMessages: this.#deps.settings.batchSize,
        visibilityTimeout: INVISIBLE_SECONDS,
      });
      this.#deps.storage.answered();
      for (const message of messages) this.#track(message);
      return messages.length > 0;
    } catch (error) {
      this.#pollFailed(error);
      return false;
    }
  }

  #pollFailed(error: unknown): void {
    if (!isStatus(error, 404)) {
      this.#deps.storage.lost(error);
      return;
    }
    this.#deps.storage.answered();
    if (this.#missingSaid || this.queue.endsWith("-poison")) return; // a poison queue comes with the first failure
    this.#missingSaid = true;
    this.#deps.log.info(`${this.#fn.name}: queue '${this.queue}' does not exist yet, waiting`);
  }

  #track(message: DequeuedMessageItem): void {
    const ended = this.#deliver(message).then(() => {
      this.#running.delete(ended);
      this.#settled?.();
    });
    this.#running.add(ended);
  }

  async #deliver(message: DequeuedMessageItem): Promise<void> {
    const delivery = new QueueDelivery(this.#deps, this.#fn, this.#client, message);
    try {
      // What the last poll brings goes back to the queue: the host that comes next takes it at once.
      await (this.#stopping ? delivery.release() : delivery.settle());
    } catch (error) {
      // The message comes back when it is visible again.
      this.#deps.log.error(`${this.#fn.name}: message ${message.messageId} not settled: ${messageOf(error)}`);
    }
  }

  async #room(): Promise<void> {
    while (this.#running.size > this.#deps.settings.newBatchThreshold && !this.#stopping) {
      await new Promise<void>((resolve) => {
        this.#settled = resolve;
      });
    }
    this.#settled = undefined;
  }
}
