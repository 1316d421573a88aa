/** Notifications in, work on queues out. Reads no table and calls no Graph [I5]. */
import type { CalendarId } from "./calendarId.js";
import { verifyClientState } from "./clientState.js";
import type { Deps } from "./deps.js";
import type { SubscriptionMessage, SubscriptionRequest } from "./messages.js";
import { type ClientStateKeys, type Outgoing, StorageUnavailable } from "./ports.js";
import type { EpochMs } from "./time.js";
import { notifiedMessages } from "./wakes.js";

/** One item of any door, as far as anything of it is relied upon; everything else in it is ignored [I7]. */
export interface Notification {
  readonly clientState?: string;
  readonly subscriptionId?: string;
  /** Present on lifecycle notifications only; compared without regard to case. */
  readonly lifecycleEvent?: string;
}

/** What a body's items come to, each judged by itself [I3]. */
export interface Judgement {
  /** Every calendar that somebody says has changed, once [I6]. */
  readonly calendars: ReadonlySet<CalendarId>;
  readonly lifecycle: readonly {
    readonly calendar: CalendarId;
    readonly request: SubscriptionRequest;
    readonly subscriptionId: string;
  }[];
  /** Items without a valid `clientState`. */
  readonly rejected: number;
  /** Lifecycle items of a kind this version does not know: accepted and dropped. */
  readonly unknown: number;
}

const LIFECYCLE: ReadonlyMap<string, SubscriptionRequest | "refresh"> = new Map([
  ["missed", "refresh"],
  ["subscriptionremoved", "recreate"],
  ["reauthorizationrequired", "renew"],
]);

/** Sorts a body's items. Pure; items that are no notification at all count as rejected. */
export function judge(items: readonly (Notification | undefined)[], keys: ClientStateKeys): Judgement {
  const calendars = new Set<CalendarId>();
  const lifecycle = new Map<string, Judgement["lifecycle"][number]>();
  let [rejected, unknown] = [0, 0];
  for (const item of items) {
    const calendar = verifyClientState(item?.clientState, keys);
    const reaction = item?.lifecycleEvent === undefined ? "refresh" : LIFECYCLE.get(item.lifecycleEvent.toLowerCase());
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
): Promise<Intake> {
  // A wrong clock could call this notification covered by a read that came before it [D5].
  if (!deps.clock.synced()) throw new StorageUnavailable("storage has not told its time yet");
  const notifiedAt = deps.clock.now();
  const judgement = judge(items, deps.keys);
  await Promise.all([
    deps.queues.refresh(notifiedMessages(judgement.calendars, notifiedAt, "notification", deps.policy)),
    deps.queues.subscriptions(lifecycleMessages(judgement, notifiedAt)),
  ]);
  const { rejected, unknown } = judgement;
  const accepted = items.length - rejected - unknown;
  deps.log({
    event: "notification.received",
    items: items.length,
    accepted,
    unknown,
    calendars: judgement.calendars.size,
  });
  if (rejected > 0) deps.log({ event: "notification.rejected", items: rejected });
  return { accepted, rejected, unknown };
}

const lifecycleMessages = ({ lifecycle }: Judgement, at: EpochMs): Outgoing<SubscriptionMessage>[] =>
  lifecycle.map((item) => ({ message: { kind: "subscription", ...item, at } }));
