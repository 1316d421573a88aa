/** Queue clients by connection, and one memory of whether storage answers. */
import { QueueServiceClient } from "@azure/storage-queue";
import type { HostLog } from "./log.js";
import { messageOf } from "./refusal.js";

// The listeners have their own back-off: the client only bridges a hiccup.
const RETRIES = { maxTries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 1_000, tryTimeoutInMs: 30_000 };

export class Storage {
  readonly #services = new Map<string, QueueServiceClient>();
  readonly #log: HostLog;
  #reachable = true;

  constructor(log: HostLog) {
    this.#log = log;
  }

  queue(connection: string, name: string) {
    return this.#service(connection).getQueueClient(name);
  }

  accepts(connection: string): boolean {
    try {
      this.#service(connection);
      return true;
    } catch {
      return false; // what the client threw may repeat the connection string, and that holds the account key
    }
  }

  /** Said once, until storage answers again. */
  lost(error: unknown): void {
    if (this.#reachable) this.#log.error(`storage is out of reach, polling goes on: ${messageOf(error)}`);
    this.#reachable = false;
  }

  answered(): void {
    if (!this.#reachable) this.#log.info("storage answers again");
    this.#reachable = true;
  }

  #service(connection: string): QueueServiceClient {
    const known = this.#services.get(connection);
    if (known !== undefined) return known;
    const service = QueueServiceClient.fromConnectionString(connection, { retryOptions: RETRIES });
    this.#services.set(connection, service);
    return service;
  }
}

export function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof Error && "statusCode" in error && statuses.includes(Number(error.statusCode));
}
