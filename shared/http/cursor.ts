/**
 * Where a list goes on. A page may end at somebody else's calendar, whose id would tell that it is watched, since ids are
 * made of names: so the place is sealed, for the caller alone [A6].
 */
import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import type { ClientStateKey, ClientStateKeys } from "../domain/clientState.js";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Nonce, tag and a place in storage, in base64. */
export const CURSOR_LENGTH_MAX = 200;

const derived = ({ secret }: ClientStateKey, ...parts: readonly string[]): Buffer =>
  createHmac("sha256", secret)
    .update(JSON.stringify(["cursor", ...parts]))
    .digest();

/** The same place has the same cursor, so that a repeated request has the same answer. */
export function cursorAt(place: string, consumer: string, { current }: ClientStateKeys): string {
  const nonce = derived(current, consumer, place).subarray(0, NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, derived(current), nonce).setAAD(Buffer.from(consumer));
  const sealed = Buffer.concat([cipher.update(place), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** `undefined` for what is no cursor of this caller's, or is signed by a key that is no more. */
export function placeOf(cursor: string, consumer: string, { all }: ClientStateKeys): string | undefined {
  const bytes = Buffer.from(cursor, "base64url");
  if (bytes.toString("base64url") !== cursor) return undefined; // decoding leaves out what is none of it
  for (const key of all) {
    const place = opened(bytes, consumer, key);
    if (place !== undefined) return place;
  }
  return undefined;
}

function opened(bytes: Buffer, consumer: string, key: ClientStateKey): string | undefined {
  const [nonce, tag] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)];
  try {
    const decipher = createDecipheriv(CIPHER, derived(key), nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(consumer)).setAuthTag(tag);
    return `${decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, "utf8")}${decipher.final("utf8")}`;
  } catch {
    return undefined; // not sealed by this key, or for somebody else
  }
}
