/** Where Graph is told to send notifications: the webhook's URL, or partner topics and event hubs that share the calendars. */
import { createHash } from "node:crypto";
import type { CalendarId } from "./calendarId.js";

export interface Addresses {
  /** What new subscriptions notify, each calendar's one of them. Empty where the door is `polling`. */
  readonly used: readonly string[];
  /** Every address that is this app's own, also those of a door that it has left: tells its subscriptions from others'. */
  readonly own: readonly string[];
}

const ADDRESS_ID_LENGTH = 12;

/**
 * The address of a calendar's subscription; empty where there is none. Every instance finds the same one, in whatever order
 * the addresses are listed; one that comes or goes moves only its own share of the calendars (rendezvous hashing).
 */
export function addressOf(calendar: CalendarId, addresses: readonly string[]): string {
  if (addresses.length < 2) return addresses[0] ?? "";
  const ranked = addresses.map((address) => ({ address, rank: hash(`${canonical(address)}\n${calendar}`) }));
  return ranked.sort((a, b) => (a.rank < b.rank ? 1 : -1))[0]?.address ?? "";
}

/** What a row keeps of its subscription's address: enough to see that it is another one now. */
export function addressIdOf(address: string): string {
  const known = knownIds.get(address);
  if (known !== undefined) return known;
  if (knownIds.size >= KNOWN_IDS_MAX) knownIds.clear();
  const id = hash(canonical(address)).slice(0, ADDRESS_ID_LENGTH);
  knownIds.set(address, id);
  return id;
}

/** An app has a webhook and ten topics at most, and every look at a subscription asks for one's id. */
const KNOWN_IDS_MAX = 32;
const knownIds = new Map<string, string>();

/** Whether the address is one of these. */
export const isAmong = (address: string, addresses: readonly string[]): boolean =>
  addresses.some((one) => canonical(one) === canonical(address));

/** Azure's names are the same in any letter case, and parameters in any order; a URL is compared as it is. */
export function canonical(address: string): string {
  if (!/^Event(?:Grid|Hub):/i.test(address)) return address;
  const [resource = "", query = ""] = address.toLowerCase().split("?", 2);
  return `${resource}?${query.split("&").sort().join("&")}`;
}

const hash = (text: string): string => createHash("sha256").update(text).digest("base64url");
