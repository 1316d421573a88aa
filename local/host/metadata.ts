/** Trigger metadata: the properties of a JSON message or event, as the real host adds them. */
import type { Metadata, TypedData } from "./coreTypes.js";
import { isObject } from "./jsonFile.js";

/**
 * `fixed`, plus each top-level property of a JSON object except arrays and nulls. A property **replaces** a fixed entry
 * of the same name, case ignored: a message with `id` or `dequeueCount` hides the real one.
 */
export function withProperties(fixed: Metadata, text: string): Metadata {
  const entries = new Map(Object.entries(fixed).map((entry) => [entry[0].toLowerCase(), entry]));
  for (const [name, value] of Object.entries(parsed(text))) {
    if (value === null || Array.isArray(value)) continue;
    entries.set(name.toLowerCase(), [name, typed(value)]);
  }
  return Object.fromEntries(entries.values());
}

function parsed(text: string): object {
  if (!text.trimStart().startsWith("{")) return {};
  try {
    return JSON.parse(text) as object;
  } catch {
    return {}; // not JSON: a message without properties
  }
}

function typed(value: unknown): TypedData {
  if (isObject(value)) return { json: JSON.stringify(value) };
  if (typeof value === "boolean") return { string: value ? "True" : "False" };
  return { string: String(value) };
}
