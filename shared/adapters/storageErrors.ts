/** What a storage SDK throws, as the domain's own error. */
import { StorageUnavailable } from "../domain/ports.js";

/** `message` holds the status or a code, never a name or an address. */
export function unavailable(service: "queue" | "table", error: unknown): StorageUnavailable {
  const { statusCode, code, name } = error as { readonly statusCode?: number; readonly code?: string; name?: string };
  return new StorageUnavailable(`${service} storage: ${statusCode ?? code ?? name ?? "no answer"}`, { cause: error });
}
