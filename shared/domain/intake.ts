/** Notifications in, work on queues out. Calls no Graph, and for the webhook reads no table [I5]. */
import { bounded } from "./bounded.js";
import type { CalendarId } from "./calendarId.js";
import { type ClientStateKeys, verifyClientState } from "./clientState.js";
import type { Deps } from "./deps.js";
import type { SubscriptionMessage, SubscriptionRequest } from "./messages.js";
import { type Outgoing, StorageUnavailable, type SubscriptionIndex } from "./ports.js";
import type { EpochMs } from "./time.js";
import { notifiedMessages } from "./wakes.js";

/** One item of any door, as far as anything of it is relied upon; everything else in it is ignored [I7]. */
export interface Notification {
  readonly clientState?: string;
  readonly subscriptionId?: string;
  /** Present on lifecycle notifications only; compared without regard to case. */
  readonly lifecycleEvent?: string;
  /** Says that it is something this version does not know: accepted, counted and dropped [I7]. */
  readonly isOfUnknownKind?: true;
}

/** Whom a body came through. */
export interface Doorway {
  readonly door: "webhook" | "eventGrid" | "eventGridQueue" | "eventHub";
  /**
   * Only where Event Grid itself has proved who sends: finds the calendar of an item that has no `clientState`, by its
   * subscription [I10]. A wrong `clientState` is rejected behind every door.
   */
  readonly index?: Pick<SubscriptionIndex, "find">;
}

const LOOKUPS_AT_ONCE = 16;

/** Subscription id → calendar, of the items that nothing else tells the calendar of. */
type Known = ReadonlyMap<string, CalendarId>;
const NONE_KNOWN: Known = new Map();

/** What a body's items come to, each judged by itself [I3]. */
export interface Sorted {
  /** Every calendar that somebody says has changed, once [I6]. */
  readonly calendars: ReadonlySet<CalendarId>;
  readonly lifecycle: readonly {
    readonly calendar: CalendarId;
    readonly request: SubscriptionRequest;
    readonly subscriptionId: string;
  }[];
  /** Items that prove no calendar. */
  readonly rejected: number;
  /** Items of a kind this version does not know: accepted and dropped. */
  readonly unknown: number;
}

const LIFECYCLE: ReadonlyMap<string, SubscriptionRequest | "refresh"> = new Map([
  ["missed", "refresh"],
  ["subscriptionremoved", "recreate"],
  ["reauthorizationrequired", "renew"],
]);

/** Sorts a body's items. Pure; items that are no notification at all count as rejected. */
export function judge(
  items: readonly (Notification | undefined)[],
  keys: ClientStateKeys,
  known: Known = NONE_KNOWN,
): Sorted {
  const calendars = new Set<CalendarId>();
  const lifecycle = new Map<string, Sorted["lifecycle"][number]>();
  let [rejected, unknown] = [0, 0];
  for (const item of items) {
    const calendar = calendarOf(item, keys, known);
    const reaction = reactionTo(item);
    if (item === undefined || calendar === undefined) rejected++;
    else if (reaction === undefined) unknown++;
    else {
      calendars.add(calendar);
      const { subscriptionId } = item;
      if (reaction !== "refresh" && subscriptionId !== undefined)
        lifecycle.set(`${calendar} ${reaction} ${subscriptionId}`, { calendar, request: reaction, subscriptionId });
    }
  }
  return { calendars, lifecycle: [...lifecycle.values()], rejected, unknown };
}

function calendarOf(item: Notification | undefined, keys: ClientStateKeys, known: Known): CalendarId | undefined {
  if (item?.clientState !== undefined) return verifyClientState(item.clientState, keys);
  return item?.subscriptionId === undefined ? undefined : known.get(item.subscriptionId);
}

function reactionTo(item: Notification | undefined): SubscriptionRequest | "refresh" | undefined {
  if (item?.isOfUnknownKind) return undefined;
  return item?.lifecycleEvent === undefined ? "refresh" : LIFECYCLE.get(item.lifecycleEvent.toLowerCase());
}

/** Reads table `subscriptions`, once a subscription, and only where the door may. Throws where storage does not answer. */
export async function judged(
  { keys }: Pick<Deps, "keys">,
  items: readonly (Notification | undefined)[],
  { index }: Doorway,
): Promise<Sorted> {
  if (index === undefined) return judge(items, keys);
  const nameless = items.flatMap((item) => (item?.clientState === undefined ? (item?.subscriptionId ?? []) : []));
  const known = new Map<string, CalendarId>();
  await bounded([...new Set(nameless)], LOOKUPS_AT_ONCE, async (subscriptionId) => {
    const calendar = await index.find(subscriptionId);
    if (calendar !== undefined) known.set(subscriptionId, calendar);
  });
  return judge(items, keys, known);
}

export interface Intake {
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
}

/**
 * Puts the work that a body asks for on the queues; one message a group of calendars, and its confirmation [I4, I6].
 * Returns when everything is durably queued. Throws when it is not: the sender must then try again.
 */
export async function takeIn(
  deps: Pick<Deps, "queues" | "keys" | "policy" | "clock" | "log">,
  items: readonly (Notification | undefined)[],
  doorway: Doorway,
): Promise<Intake> {
  // A wrong clock could call this notification covered by a read that came before it [D5].
  if (!deps.clock.synced()) throw new StorageUnavailable("storage has not told its time yet");
  const notifiedAt = deps.clock.now();
  const judgement = await judged(deps, items, doorway);
  await Promise.all([
    deps.queues.refresh(notifiedMessages(judgement.calendars, notifiedAt, "notification", deps.policy)),
    deps.queues.subscriptions(lifecycleMessages(judgement, notifiedAt)),
  ]);
  const { rejected, unknown } = judgement;
  const accepted = items.length - rejected - unknown;
  const { door } = doorway;
  deps.log({
    event: "notification.received",
    door,
    items: items.length,
    accepted,
    unknown,
    calendars: judgement.calendars.size,
  });
  if (rejected > 0) deps.log({ event: "notification.rejected", door, items: rejected });
  return { accepted, rejected, unknown };
}

const lifecycleMessages = ({ lifecycle }: Sorted, at: EpochMs): Outgoing<SubscriptionMessage>[] =>
  lifecycle.map((item) => ({ message: { kind: "subscription", ...item, at } }));
