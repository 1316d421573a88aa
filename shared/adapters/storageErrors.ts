/** What a storage SDK throws, as the domain's own error. */
import { StorageUnavailable } from "../domain/ports.js";

/** `message` holds the status or a code, never a name or an address. */
export function unavailable(service: "queue" | "table", error: unknown): StorageUnavailable {
  const { statusCode, code, name } = error as { readonly statusCode?: number; readonly code?: string; name?: string };
  const word = name === "AbortError" || name === "TimeoutError" ? "no answer in time" : name; // nobody else aborts
  return new StorageUnavailable(`${service} storage: ${statusCode ?? code ?? word ?? "no answer"}`, { cause: error });
}
