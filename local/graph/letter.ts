/** What is posted for notifications, and where. */
import { cloudEvent } from "./cloudEvent.js";
import type { Item, NotificationKnobs } from "./notification.js";
import type { Surroundings } from "./surroundings.js";

const isWebhook = (url: string): boolean => /^https?:/i.test(url);

/** Where notifications to a subscription's URL really go; `undefined`: nowhere, nobody listens. */
export function addressOf(url: string, knobs: NotificationKnobs): string | undefined {
  if (isWebhook(url)) return url;
  return /^EventGrid:/i.test(url) ? (knobs.eventGridUrl ?? undefined) : undefined;
}

/** How many items go out together: a message of a queue holds one event. */
export const itemsTogether = (url: string, knobs: NotificationKnobs): number =>
  !isWebhook(url) && knobs.eventGridTo === "queue" ? 1 : knobs.itemsPerBody;

interface Letter {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `{value: […]}` for an endpoint of the subscription's own; CloudEvents for Event Grid's, one a message for a queue. */
export function letter(
  url: string,
  items: readonly Item[],
  knobs: NotificationKnobs,
  surroundings: Surroundings,
): Letter {
  if (isWebhook(url)) {
    const isOdd = knobs.lifecycleForm === "reported" && items.some((item) => "lifecycleEvent" in item);
    const body = JSON.stringify({ value: items, ...(isOdd && { validationTokens: null }) });
    return { headers: { "Content-Type": "application/json" }, body };
  }
  const events = items.map((item) => cloudEvent(item, knobs, surroundings));
  return knobs.eventGridTo === "queue" ? queueMessage(events[0]) : eventGridPost(events);
}

function eventGridPost(events: readonly Item[]): Letter {
  const [only] = events;
  const isBatch = events.length > 1;
  const type = `application/cloudevents${isBatch ? "-batch" : ""}+json; charset=utf-8`;
  const headers = { "Content-Type": type, "aeg-event-type": "Notification" };
  return { headers, body: JSON.stringify(isBatch ? events : only) };
}

/** https://learn.microsoft.com/rest/api/storageservices/put-message, the text in base64 as Event Grid writes it. */
function queueMessage(event: Item | undefined): Letter {
  const text = Buffer.from(JSON.stringify(event)).toString("base64");
  return {
    headers: { "Content-Type": "application/xml" },
    body: `<QueueMessage><MessageText>${text}</MessageText></QueueMessage>`,
  };
}
