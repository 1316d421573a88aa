/** The text of a queue message, and what the handler is told about it. */
import type { DequeuedMessageItem } from "@azure/storage-queue";
import type { Metadata } from "./coreTypes.js";
import { withProperties } from "./metadata.js";

/** Undefined if the text is not base64: such a message can never be read, whatever the handler does. */
export function decodeMessage(text: string, encoding: "base64" | "none"): Uint8Array | undefined {
  if (encoding === "none") return Buffer.from(text, "utf8");
  const compact = text.replace(/\s/g, "");
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return undefined;
  return Buffer.from(compact, "base64");
}

export function encodeMessage(body: Uint8Array | string, encoding: "base64" | "none"): string {
  const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : Buffer.from(body);
  return bytes.toString(encoding === "none" ? "utf8" : "base64");
}

/** Throws if the bytes are not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

export function messageMetadata(message: DequeuedMessageItem, text: string): Metadata {
  const fixed: Metadata = {
    QueueTrigger: { string: text },
    DequeueCount: { json: String(message.dequeueCount) },
    ExpirationTime: { json: JSON.stringify(message.expiresOn.toISOString()) },
    Id: { string: message.messageId },
    InsertionTime: { json: JSON.stringify(message.insertedOn.toISOString()) },
    NextVisibleTime: { json: JSON.stringify(message.nextVisibleOn.toISOString()) },
    PopReceipt: { string: message.popReceipt },
  };
  return withProperties(fixed, text);
}
