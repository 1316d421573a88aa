/** Queue clients by connection, and one memory of whether storage answers. */
import type { QueueServiceClient } from "@azure/storage-queue";
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

  /** Comes before `queue`. False where it is no connection string. The client is loaded for hosts with queues only. */
  async opens(connection: string): Promise<boolean> {
    if (this.#services.has(connection)) return true;
    const storage = await import("@azure/storage-queue");
    try {
      const options = { retryOptions: RETRIES };
      this.#services.set(connection, storage.QueueServiceClient.fromConnectionString(connection, options));
      return true;
    } catch {
      return false; // what the client threw may repeat the connection string, and that holds the account key
    }
  }

  queue(connection: string, name: string) {
    const service = this.#services.get(connection);
    if (service === undefined) throw new Error(`queue "${name}" is of a connection that was not opened`);
    return service.getQueueClient(name);
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
}

export function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof Error && "statusCode" in error && statuses.includes(Number(error.statusCode));
}
