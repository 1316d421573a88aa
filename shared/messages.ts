/** Queue messages as they travel: JSON in an envelope, so that no field of ours hides one of the queue's own. */
import * as z from "zod";
import { type CalendarId, isCalendarId, TENANT_LENGTH_MAX } from "./domain/calendarId.js";
import {
  CALENDARS_PER_MESSAGE_MAX,
  REFRESH_CAUSES,
  type RefreshMessage,
  SUBSCRIPTION_ID_LENGTH_MAX,
  type SubscriptionMessage,
} from "./domain/messages.js";
import type { EpochMs } from "./domain/time.js";

/** Raised when a message changes so that an older reader would misunderstand it; such a reader then refuses it. */
const MESSAGE_VERSION = 1;
/** Far above what 20 calendars take; a page link of Graph's is the longest thing in any message. */
const MESSAGE_BYTES_MAX = 8 * 1024;
const EPOCH_MS_MAX = 8.64e15;

const calendar = z.custom<CalendarId>((value) => typeof value === "string" && isCalendarId(value), "is no calendar id");
const isInstant = (value: unknown): boolean =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= EPOCH_MS_MAX;
const at = z.custom<EpochMs>(isInstant, "is no time");

const RefreshData = z.strictObject({
  calendars: z.array(calendar).min(1).max(CALENDARS_PER_MESSAGE_MAX),
  wake: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("notified"), notifiedAt: at }),
    z.strictObject({ kind: z.literal("confirm"), notifiedAt: at, at }),
    z.strictObject({ kind: z.literal("due"), at }),
  ]),
  cause: z.enum(REFRESH_CAUSES),
});
const AskData = z.strictObject({
  calendar,
  request: z.enum(["look", "renew", "recreate"]),
  subscriptionId: z.string().max(SUBSCRIPTION_ID_LENGTH_MAX).exactOptional(),
  at,
});
const LookData = z.strictObject({ calendars: z.array(calendar).min(1).max(CALENDARS_PER_MESSAGE_MAX), at });
const OrphansData = z.strictObject({
  tenantId: z.string().min(1).max(TENANT_LENGTH_MAX),
  page: z.string().max(4096).exactOptional(),
});

const v = z.literal(MESSAGE_VERSION);
const RefreshEnvelope = z.strictObject({ v, kind: z.literal("refresh"), data: RefreshData });
const SubscriptionEnvelope = z.discriminatedUnion("kind", [
  z
    .strictObject({ v, kind: z.literal("subscription"), data: AskData })
    .transform(({ kind, data }) => ({ kind, ...data })),
  z.strictObject({ v, kind: z.literal("look"), data: LookData }).transform(({ kind, data }) => ({ kind, ...data })),
  z
    .strictObject({ v, kind: z.literal("orphans"), data: OrphansData })
    .transform(({ kind, data }) => ({ kind, ...data })),
]);

/** The message's text. Errors: throws where it is longer than any message may be, which is a bug. */
export const refreshText = (message: RefreshMessage): string => enveloped("refresh", message);

export function subscriptionText(message: SubscriptionMessage): string {
  const { kind, ...data } = message;
  return enveloped(kind, data);
}

/** Takes text or what a host has parsed of it. Errors: a throw makes the queue try again, then poison: never lost. */
export const parseRefresh = (message: unknown): RefreshMessage => RefreshEnvelope.parse(unwrapped(message)).data;

export const parseSubscription = (message: unknown): SubscriptionMessage =>
  SubscriptionEnvelope.parse(unwrapped(message));

function enveloped(kind: string, data: unknown): string {
  const text = JSON.stringify({ v: MESSAGE_VERSION, kind, data });
  if (Buffer.byteLength(text) > MESSAGE_BYTES_MAX)
    throw new Error(`a ${kind} message is over ${MESSAGE_BYTES_MAX} bytes`);
  return text;
}

const unwrapped = (message: unknown): unknown => (typeof message === "string" ? JSON.parse(message) : message);
