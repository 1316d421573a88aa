/**
 * Who uses a storage account: two local runs on one would take each other's messages. The claim is kept where the shared
 * thing is, as metadata of a queue of its own.
 */
import { QueueClient } from "@azure/storage-queue";

const CLAIM_QUEUE = "local-run";
const TRIES = 2;

export type Claim =
  | { readonly kind: "ours"; release(): Promise<void> }
  /** Another run that is still alive. */
  | { readonly kind: "taken"; readonly pid: number };

/** Throws where storage refuses, as an Azurite does that is older than the SDK's API version. */
export async function claim(connectionString: string, pid = process.pid): Promise<Claim> {
  const queue = new QueueClient(connectionString, CLAIM_QUEUE, { retryOptions: { maxTries: TRIES } });
  await queue.createIfNotExists();
  const holder = Number((await queue.getProperties()).metadata?.pid ?? 0);
  if (holder !== pid && isAlive(holder)) return { kind: "taken", pid: holder };
  await queue.setMetadata({ pid: String(pid) });
  return { kind: "ours", release: async () => void (await queue.deleteIfExists()) };
}

/** Whether a process has this id; it need not be ours. */
export function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
