/** One delivery of one queue message: run it, then delete, retry or poison it. */
import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import type { HostedFunction, QueueTrigger } from "./functions.js";
import type { QueueSettings } from "./hostJson.js";
import type { Invoker } from "./invoke.js";
import type { HostLog } from "./log.js";
import { decodeMessage, messageMetadata, textOf } from "./queueMessage.js";
import { messageOf } from "./refusal.js";
import { isStatus, type Storage } from "./storage.js";

/** How long a message stays hidden while it runs, and how often that is renewed. */
export const INVISIBLE_SECONDS = 600;
const RENEW_EVERY_MS = 300_000;

export interface DeliveryDeps {
  readonly storage: Storage;
  readonly settings: QueueSettings;
  readonly invoker: Pick<Invoker, "run">;
  readonly log: HostLog;
}

export class QueueDelivery {
  readonly #deps: DeliveryDeps;
  readonly #fn: HostedFunction<QueueTrigger>;
  readonly #client: QueueClient;
  readonly #message: DequeuedMessageItem;
  #popReceipt: string;

  constructor(deps: DeliveryDeps, fn: HostedFunction<QueueTrigger>, client: QueueClient, message: DequeuedMessageItem) {
    this.#deps = deps;
    this.#fn = fn;
    this.#client = client;
    this.#message = message;
    this.#popReceipt = message.popReceipt;
  }

  async settle(): Promise<void> {
    const { maxDequeueCount, messageEncoding, visibilityTimeoutSeconds } = this.#deps.settings;
    const body = decodeMessage(this.#message.messageText, messageEncoding);
    if (body === undefined || this.#message.dequeueCount > maxDequeueCount) return this.#poison();
    if (await this.#succeeds(body)) return this.#delete();
    if (this.#message.dequeueCount < maxDequeueCount) return this.#hide(visibilityTimeoutSeconds);
    return this.#poison();
  }

  /** Back to the queue unread. */
  async release(): Promise<void> {
    await this.#hide(0);
  }

  async #succeeds(body: Uint8Array): Promise<boolean> {
    let text: string;
    try {
      text = textOf(body);
    } catch {
      this.#deps.log.error(`${this.#fn.name} failed: message ${this.#message.messageId} is not UTF-8`);
      return false;
    }
    const renewal = setInterval(() => void this.#renew(), RENEW_EVERY_MS);
    const metadata = messageMetadata(this.#message, text);
    const outcome = await this.#deps.invoker.run(this.#fn, { data: { string: text }, metadata });
    clearInterval(renewal);
    return outcome.kind === "done";
  }

  /** Each renewal makes the receipt before it worthless, so the new one is kept. */
  async #renew(): Promise<void> {
    try {
      const renewed = await this.#update(INVISIBLE_SECONDS);
      this.#popReceipt = renewed.popReceipt ?? this.#popReceipt;
    } catch (error) {
      this.#deps.log.error(`${this.#fn.name}: message ${this.#message.messageId} not renewed: ${messageOf(error)}`);
    }
  }

  async #poison(): Promise<void> {
    if (this.#fn.trigger.queue.endsWith("-poison")) return; // it has no poison queue: the message stays hidden
    const name = `${this.#fn.trigger.queue}-poison`;
    const queue = this.#deps.storage.queue(this.#fn.trigger.connection, name);
    await sendCreating(queue, this.#message.messageText);
    this.#deps.log.error(`${this.#fn.name}: message ${this.#message.messageId} moved to '${name}'`);
    await this.#delete();
  }

  async #delete(): Promise<void> {
    await ignoringGone(() => this.#client.deleteMessage(this.#message.messageId, this.#popReceipt));
  }

  async #hide(seconds: number): Promise<void> {
    await ignoringGone(() => this.#update(seconds));
  }

  #update(seconds: number) {
    return this.#client.updateMessage(this.#message.messageId, this.#popReceipt, this.#message.messageText, seconds);
  }
}

/** Sends to a queue, which is created if it is missing. */
export async function sendCreating(queue: QueueClient, text: string): Promise<void> {
  try {
    await queue.sendMessage(text);
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
    await queue.createIfNotExists();
    await queue.sendMessage(text);
  }
}

/** 400 and 404: the receipt is old, because somebody else has the message by now or has settled it. */
async function ignoringGone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isStatus(error, 400, 404)) throw error;
  }
}
