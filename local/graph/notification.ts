/** What a notification looks like. https://learn.microsoft.com/graph/change-notifications-delivery-webhooks */
import { z } from "zod";
import { EVENT_CASES } from "./cloudEvent.js";
import { etagOf } from "./eventShape.js";
import { DELAY_MS_MAX, DELIVERY_ITEMS_MAX } from "./limits.js";
import type { Change } from "./outlook.js";
import { shownId } from "./prefer.js";
import { type Subscription, TENANT_ID } from "./subscription.js";

const milliseconds = z.number().min(0).max(DELAY_MS_MAX);

/** How notifications go wrong. Probabilities are 0 to 1; those of one notification are drawn when it arises. */
export const NotificationKnobs = z.strictObject({
  /** Lost for good. */
  dropProbability: z.number().min(0).max(1),
  /** So many more copies of each. */
  duplicates: z.int().min(0).max(10),
  /** Each comes so much later, evenly between the two. */
  delayMs: z
    .strictObject({ min: milliseconds, max: milliseconds })
    .refine(({ min, max }) => min <= max, "min is above max"),
  /** Deliveries wait for the next multiple of this on the clock, so that several gather. */
  holdMs: milliseconds,
  /** Items in one body, of several subscriptions with the same URL. */
  itemsPerBody: z.int().min(1).max(DELIVERY_ITEMS_MAX),
  /** What is due together goes out in any order. */
  reorder: z.boolean(),
  /** Creating gives `created` and `updated`. */
  createdAndUpdated: z.boolean(),
  /** So many `updated` for one edit. */
  updatesPerEdit: z.int().min(1).max(10),
  /** Share of items with the necessary keys only and an odd offset in the expiry. */
  sparseProbability: z.number().min(0).max(1),
  clientState: z.enum(["right", "wrong", "missing", "missingInLifecycle"]),
  resourceForm: z.enum(["path", "tenant", "odata", "outlook", "absent"]),
  /** As documented, or with the odd keys that were seen from 2023 on. */
  lifecycleForm: z.enum(["documented", "reported"]),
  /** Slow receivers are punished as documented: late, then dropped. */
  judgeHosts: z.boolean(),
  /** Where the events of `EventGrid:` subscriptions are posted; null: nowhere, they are lost. */
  eventGridUrl: z.url().nullable(),
  /** Whether that address is an endpoint, or the `…/messages?…` of a storage queue with a signature that may add to it. */
  eventGridTo: z.enum(["webhook", "queue"]),
  /** Letter case of keys and types in CloudEvents. */
  eventCase: z.enum(EVENT_CASES),
  /** CloudEvents with `subject`, which is optional. */
  eventSubject: z.boolean(),
  /** Where a lifecycle CloudEvent tells its kind: in its data too, or in its type only. */
  eventLifecycle: z.enum(["data", "type"]),
});
export type NotificationKnobs = z.output<typeof NotificationKnobs>;

/** Some of the knobs; what is absent stays as it is. */
export const KnobChanges = NotificationKnobs.partial();
export type KnobChanges = z.input<typeof KnobChanges>;

/** Each change once, at once, whole. */
export const PROMPT: NotificationKnobs = {
  dropProbability: 0,
  duplicates: 0,
  delayMs: { min: 0, max: 0 },
  holdMs: 0,
  itemsPerBody: 1,
  reorder: false,
  createdAndUpdated: false,
  updatesPerEdit: 1,
  sparseProbability: 0,
  clientState: "right",
  resourceForm: "path",
  lifecycleForm: "documented",
  judgeHosts: false,
  eventGridUrl: null,
  eventGridTo: "webhook",
  eventCase: "mixed",
  eventSubject: true,
  eventLifecycle: "data",
};

export const LIFECYCLE_EVENTS = ["reauthorizationRequired", "subscriptionRemoved", "missed"] as const;
export type LifecycleEvent = (typeof LIFECYCLE_EVENTS)[number];

export type Item = Readonly<Record<string, unknown>>;

/** The item for one change, full or sparse. */
export function changeItem(
  subscription: Subscription,
  change: Change,
  kind: Change["kind"],
  sparse: boolean,
  knobs: NotificationKnobs,
): Item {
  const id = shownId(change.eventId, subscription.immutableIds);
  const resource = resourceText(knobs.resourceForm, subscription.mailboxId, id);
  const named = resource === undefined ? {} : { resource };
  const expiry = new Date(subscription.expiresAt).toISOString();
  const required = { subscriptionId: subscription.id, changeType: kind, ...named, ...clientState(subscription, knobs) };
  if (sparse) return { ...required, subscriptionExpirationDateTime: oddOffset(subscription.expiresAt) };
  return {
    ...required,
    id: `n${change.version}${kind[0] ?? ""}${subscription.id.slice(0, 8)}`,
    subscriptionExpirationDateTime: expiry.replace(/\.\d+Z$/, "+00:00"),
    resourceData: {
      "@odata.type": "#Microsoft.Graph.Event",
      ...(resource !== undefined && { "@odata.id": resource }),
      "@odata.etag": etagOf(change.version),
      id,
    },
    tenantId: TENANT_ID,
  };
}

/** https://learn.microsoft.com/graph/change-notifications-lifecycle-events */
export function lifecycleItem(subscription: Subscription, kind: LifecycleEvent, knobs: NotificationKnobs): Item {
  const item = {
    subscriptionId: subscription.id,
    subscriptionExpirationDateTime: `${new Date(subscription.expiresAt).toISOString().slice(0, 19)}.0000000Z`,
    ...clientState(subscription, knobs, true),
    lifecycleEvent: kind,
  };
  if (knobs.lifecycleForm === "documented") return { ...item, tenantId: TENANT_ID };
  const odd = { resource: `Subscriptions/${subscription.id}`, resourceData: { id: null }, encryptedContent: null };
  return { ...item, ...odd, organizationId: TENANT_ID };
}

function clientState(subscription: Subscription, { clientState: form }: NotificationKnobs, isLifecycle = false): Item {
  const isMissing = form === "missing" || (form === "missingInLifecycle" && isLifecycle);
  if (isMissing || subscription.clientState === null) return {};
  return { clientState: form === "wrong" ? `${subscription.clientState}x` : subscription.clientState };
}

function resourceText(form: NotificationKnobs["resourceForm"], mailboxId: string, id: string): string | undefined {
  switch (form) {
    case "path":
      return `Users/${mailboxId}/Events/${id}`;
    case "tenant":
      return `users/${mailboxId}@${TENANT_ID}/events/${id}`;
    case "odata":
      return `Users('${mailboxId}')/Events('${id}')`;
    case "outlook":
      return `https://outlook.office365.com/api/beta/Users('${mailboxId}@${TENANT_ID}')/Events('${id}')`;
    case "absent":
      return undefined;
    default:
      return form satisfies never;
  }
}

/** The same instant as India's clocks show it, seven decimals: seen in notifications. */
const oddOffset = (ms: number): string => `${new Date(ms + 5.5 * 3_600_000).toISOString().replace("Z", "0000")}+05:30`;
