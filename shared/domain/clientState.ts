/** `clientState`: how a notification proves that it answers a subscription of ours [I2]. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { cached } from "./cached.js";
import { type CalendarId, isCalendarId } from "./calendarId.js";

/** Signs and checks `clientState` [I2]. */
export interface ClientStateKeys {
  /** The key that signs. */
  readonly current: ClientStateKey;
  readonly all: readonly ClientStateKey[];
}

export interface ClientStateKey {
  readonly id: string;
  readonly secret: Uint8Array;
}

/** Source: subscription resource, `clientState`, https://learn.microsoft.com/graph/api/resources/subscription */
export const CLIENT_STATE_LENGTH_MAX = 128;
/** Leaves room for the calendar id, the signature and two dots. */
export const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;

/** `<key id>.<calendar id>.<HMAC-SHA256 of the calendar id, base64url>`, at most 105 characters. */
export const signClientState = (id: CalendarId, key: ClientStateKey): string => `${key.id}.${id}.${signature(id, key)}`;

/**
 * The calendar that a `clientState` was signed for; `undefined` for anything that no configured key has signed.
 * The signature is compared in constant time.
 */
export function verifyClientState(clientState: unknown, keys: ClientStateKeys): CalendarId | undefined {
  if (typeof clientState !== "string" || clientState.length > CLIENT_STATE_LENGTH_MAX) return undefined;
  const [keyId = "", id = "", signed = "", ...rest] = clientState.split(".");
  const key = keys.all.find((candidate) => candidate.id === keyId);
  if (key === undefined || rest.length > 0 || !isCalendarId(id)) return undefined;
  const given = Buffer.from(signed);
  const wanted = Buffer.from(signature(id, key));
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? id : undefined;
}

/** Every notification is checked, most of them of calendars that told of something before. */
const SIGNATURES_MAX = 10_000;
const signatures = new WeakMap<ClientStateKey, Map<CalendarId, string>>();

function signature(id: CalendarId, key: ClientStateKey): string {
  const ofKey = signatures.get(key) ?? new Map<CalendarId, string>();
  signatures.set(key, ofKey);
  return cached(ofKey, id, SIGNATURES_MAX, () => createHmac("sha256", key.secret).update(id).digest("base64url"));
}
