/** Notifications as Graph sends them: a collection to a webhook, the same in each message of an event hub. */
import * as z from "zod";
import type { Notification } from "../domain/intake.js";
import { SUBSCRIPTION_ID_LENGTH_MAX } from "../domain/messages.js";
import { checked } from "./body.js";

export const Collection = z
  .object({ value: z.array(z.unknown()).describe("Graph's notifications, each judged by itself.") })
  .meta({ id: "NotificationCollection" });
type Items = readonly (Notification | undefined)[];

/** The items, each read by itself: `undefined` for what is none [I3]. Errors: `invalidRequest` for what is no collection. */
export const notificationsOf = (body: unknown): Items => checked(Collection, body).value.map(notificationOf);

/**
 * The items of the messages that an event hub hands over, one or many, each a collection or its text; `undefined` for what is
 * none. At the creation of a subscription Graph tries the hub with a message whose every field is "NA": it is left out.
 */
export const eventHubItems = (messages: unknown): Items =>
  (Array.isArray(messages) ? messages : [messages]).flatMap((message) => {
    const collection = Collection.safeParse(parsed(message));
    if (!collection.success) return [undefined];
    return collection.data.value.map(notificationOf).filter((item) => item?.subscriptionId !== NOT_APPLICABLE);
  });

const NOT_APPLICABLE = "NA";

/** What is relied upon of an item or of a CloudEvent's data, its keys in any letter case [I9]; all else is ignored [I7]. */
export function notificationOf(item: unknown): Notification | undefined {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return undefined;
  const clientState = fieldOf(item, "clientState");
  const subscriptionId = subscriptionIdOf(fieldOf(item, "subscriptionId"));
  const lifecycleEvent = text(fieldOf(item, "lifecycleEvent"));
  return {
    // What is there and is no text proves nothing, and is not the same as none [I10].
    ...(clientState !== undefined && { clientState: text(clientState) ?? "" }),
    ...(subscriptionId !== undefined && { subscriptionId }),
    ...(lifecycleEvent !== undefined && { lifecycleEvent }),
  };
}

/** What no subscription can be called is none: storage would refuse it as a key, and a message to carry it [I3]. */
function subscriptionIdOf(value: unknown): string | undefined {
  const id = text(value);
  return id?.isWellFormed() && id.length <= SUBSCRIPTION_ID_LENGTH_MAX ? id : undefined;
}

/** The value of a key in whatever letter case; `undefined` also for `null`. */
export function fieldOf(item: object, key: string): unknown {
  const wanted = key.toLowerCase();
  const found = Object.entries(item).find(
    ([name, value]) => name.toLowerCase() === wanted && value !== null && value !== undefined,
  );
  return found?.[1];
}

/** A text; `undefined` for whatever else. */
export const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** A host hands JSON over parsed, other text as it is; `undefined` for what is no JSON. */
export function parsed(message: unknown): unknown {
  if (typeof message !== "string") return message;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
