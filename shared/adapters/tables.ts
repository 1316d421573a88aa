/** Azure Table Storage as both stores use it: clients, time-outs, missing tables, and errors mapped in one place. */
import { type RestError, TableClient, type TableServiceClientOptions } from "@azure/data-tables";
import type { TokenCredential } from "@azure/identity";
import type { StorageClock } from "./storageClock.js";
import { unavailable } from "./storageErrors.js";

export type StorageAccess =
  | { readonly kind: "connectionString"; readonly connectionString: string }
  | { readonly kind: "identity"; readonly url: string; readonly credential: TokenCredential };

const TRY_MS = 5_000;
const RETRIES = { maxRetries: 2, retryDelayInMs: 100, maxRetryDelayInMs: 500 } as const;

/**
 * A client that tells the clock storage's time. What storage refuses for now is tried three times; a try without any answer
 * ends after 5 s and is the last, so that nobody waits longer for a table that is not there.
 */
export function openTable(access: StorageAccess, table: string, clock: StorageClock): TableClient {
  const options: TableServiceClientOptions = {
    retryOptions: RETRIES,
    additionalPolicies: [{ position: "perRetry", policy: timed(clock) }],
    allowInsecureConnection: true, // a connection string may be Azurite's, which speaks http:
  };
  return access.kind === "identity"
    ? new TableClient(access.url, table, access.credential, { ...options, allowInsecureConnection: false })
    : TableClient.fromConnectionString(access.connectionString, table, options);
}

type Policy = NonNullable<TableServiceClientOptions["additionalPolicies"]>[number]["policy"];

const timed = (clock: StorageClock): Policy => ({
  name: "storageTime",
  sendRequest: async (request, next) => {
    request.timeout = TRY_MS;
    const sentAt = clock.stopwatch();
    const response = await next(request);
    clock.observe(response.headers.get("date"), sentAt);
    return response;
  },
});

export type TableAnswer<T> =
  | { readonly kind: "done"; readonly value: T }
  /** No such row. */
  | { readonly kind: "absent" }
  /** The ETag is not the row's any more, or the row is there already. */
  | { readonly kind: "conflict" };

/** Runs one operation; a table that is missing is created once. Errors: `StorageUnavailable` for all that is no answer. */
export async function inTable<T>(table: TableClient, operation: () => Promise<T>): Promise<TableAnswer<T>> {
  try {
    return await answered(operation);
  } catch (error) {
    if (!isMissingTable(error)) throw unavailable("table", error);
  }
  try {
    await table.createTable();
    return await answered(operation);
  } catch (error) {
    throw unavailable("table", error);
  }
}

async function answered<T>(operation: () => Promise<T>): Promise<TableAnswer<T>> {
  try {
    return { kind: "done", value: await operation() };
  } catch (error) {
    const { statusCode } = error as RestError;
    if (statusCode === 404 && !isMissingTable(error)) return { kind: "absent" };
    if (statusCode === 409 || statusCode === 412) return { kind: "conflict" };
    throw error;
  }
}

/** The SDK puts the service's code in `details` for single operations. */
function isMissingTable(error: unknown): boolean {
  const { statusCode, details } = error as RestError;
  const { odataError } = (details ?? {}) as { readonly odataError?: { readonly code?: string } };
  return statusCode === 404 && odataError?.code === "TableNotFound";
}
