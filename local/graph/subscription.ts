/** What a subscription is and what a POST for one must look like. */
import { z } from "zod";
import { GraphFailure } from "./answers.js";
import { CLIENT_STATE_CHARACTERS_MAX, SUBSCRIPTION_MINUTES_MIN } from "./limits.js";
import { hasOffset } from "./zones.js";

export interface Subscription {
  readonly id: string;
  readonly resource: string;
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly clientState: string | null;
  /** Ids in notifications are immutable ones. */
  readonly immutableIds: boolean;
  readonly mailboxId: string;
  readonly calendarId: string;
  /** Epoch milliseconds; the only part that changes. */
  expiresAt: number;
}

const url = z.string().refine(isEndpoint);

const Payload = z.object({
  changeType: z.string().regex(/^(created|updated|deleted)(,(created|updated|deleted))*$/),
  resource: z.string().min(1),
  notificationUrl: url,
  lifecycleNotificationUrl: url.nullish(),
  expirationDateTime: z.string().refine(hasOffset),
  clientState: z.string().max(CLIENT_STATE_CHARACTERS_MAX).nullish(),
});
export type Payload = z.output<typeof Payload>;

/** `http:` is the simulator's concession to a host on the same machine; Graph takes `https:` only. */
function isEndpoint(text: string): boolean {
  if (/^(EventGrid|EventHub):/i.test(text)) return true;
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname));
}

/** Throws the answer that Graph gives to a payload it cannot use. */
export function parsePayload(body: unknown): Payload {
  const parsed = Payload.safeParse(body);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join(".") ?? "";
  if (field === "clientState") throw invalid(`clientState must not exceed ${CLIENT_STATE_CHARACTERS_MAX} characters.`);
  if (field.endsWith("otificationUrl")) throw invalid(`The ${field} must be an https URL.`);
  throw invalid(
    "Could not process subscription creation payload. Are all property names spelled correctly? Are the dates of type Date UTC?",
  );
}

const invalid = (message: string): GraphFailure => new GraphFailure(400, "InvalidRequest", message);

/** Mailbox and calendar of a resource; `undefined` for one that is not an events collection. */
export function resourceOf(text: string): { readonly mailbox: string; readonly calendar?: string } | undefined {
  const match = /^\/?(?:v1\.0\/)?users\/([^/]+)\/(?:calendars\/(.+)\/)?events\/?$/i.exec(text);
  if (match?.[1] === undefined) return undefined;
  return { mailbox: decoded(match[1]), ...(match[2] !== undefined && { calendar: decoded(match[2]) }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a "%" of its own
  }
}

/** When a subscription ends that was asked to end at `asked`: short lives are raised, long ones refused. */
export function grantedExpiry(asked: string, now: number, minutesMax: number, minutesShorter: number): number {
  if (!hasOffset(asked)) return Number.NaN;
  const until = Date.parse(asked) - minutesShorter * 60_000;
  if (Number.isNaN(until) || until <= now - minutesShorter * 60_000)
    throw invalid("Subscription expiration must be in the future.");
  if (Date.parse(asked) > now + minutesMax * 60_000)
    throw invalid(`Subscription expiration can only be ${minutesMax} minutes in the future.`);
  return Math.max(until, now + SUBSCRIPTION_MINUTES_MIN * 60_000);
}

/** As GET and list show it: without `clientState`. https://learn.microsoft.com/graph/api/resources/subscription */
export function shownSubscription(subscription: Subscription, clientState: string | null = null) {
  const { id, resource, changeType, notificationUrl, lifecycleNotificationUrl, expiresAt } = subscription;
  return {
    id,
    resource,
    applicationId: APPLICATION_ID,
    changeType,
    clientState,
    notificationUrl,
    lifecycleNotificationUrl,
    expirationDateTime: new Date(expiresAt).toISOString(),
    includeResourceData: null,
    latestSupportedTlsVersion: "v1_2",
    encryptionCertificate: null,
  };
}

/** The one app and tenant that the simulator knows. */
export const APPLICATION_ID = "44444444-4444-4444-4444-444444444444";
export const TENANT_ID = "11111111-1111-1111-1111-111111111111";
