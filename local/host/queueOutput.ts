/** Queue output bindings: what a handler returned or set, as queue messages. */
import type { OutputData, TypedData } from "./coreTypes.js";
import type { HostedFunction } from "./functions.js";
import type { QueueSettings } from "./hostJson.js";
import type { QueueListener } from "./queue.js";
import { sendCreating } from "./queueDelivery.js";
import { encodeMessage } from "./queueMessage.js";
import type { Storage } from "./storage.js";

export interface QueueOutputDeps {
  readonly storage: Storage;
  readonly settings: QueueSettings;
  /** Listeners of this host, to be woken when their queue gets a message. */
  readonly listeners: () => readonly QueueListener[];
}

/** Throws if a message could not be written: that fails the invocation. */
export async function writeQueueOutput(deps: QueueOutputDeps, fn: HostedFunction, output: OutputData): Promise<void> {
  const target = fn.outputs.get(output.name);
  if (target === undefined) return;
  const queue = deps.storage.queue(target.connection, target.queue);
  const bodies = messageBodies(output.data);
  for (const body of bodies) await sendCreating(queue, encodeMessage(body, deps.settings.messageEncoding));
  if (bodies.length === 0) return;
  for (const listener of deps.listeners()) if (listener.queue === target.queue) listener.wake();
}

/**
 * An object, or text between braces, is one message, indented by two; an array, or text between brackets, is one message
 * an element. Other text and bytes go as they are. Throws for text that only looks like JSON, as the real host does.
 */
export function messageBodies(data: TypedData | null | undefined): readonly (string | Uint8Array)[] {
  if (data === undefined || data === null) return [];
  if (data.bytes !== undefined) return [data.bytes];
  const number = data.int ?? data.double;
  if (number !== undefined) return [String(number)];
  const text = data.json ?? data.string;
  if (text === undefined) return [];
  const trimmed = text.trim();
  if (trimmed.startsWith("{") && trimmed.endsWith("}")) return [indented(JSON.parse(trimmed))];
  if (!trimmed.startsWith("[") || !trimmed.endsWith("]")) return [text];
  const elements: unknown = JSON.parse(trimmed);
  return Array.isArray(elements) ? elements.map(element) : [text];
}

function element(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "object" && value !== null ? indented(value) : String(value);
}

function indented(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
