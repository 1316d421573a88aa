/** What is stored in memory stays as it was stored: changing it throws, for its writer as for its readers. */

/** The value itself, frozen in all its depth. Bytes cannot be, and are left to their readers' care. */
export function frozen<T extends object>(value: T): T {
  if (Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) if (typeof part === "object" && part !== null) frozen(part);
  return Object.freeze(value);
}
