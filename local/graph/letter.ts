/** What is posted for notifications, and where. */
import { cloudEvent } from "./cloudEvent.js";
import type { Item, NotificationKnobs } from "./notification.js";
import type { Surroundings } from "./surroundings.js";

/** Where notifications to a subscription's URL really go; `undefined`: nowhere, nobody listens. */
export function addressOf(url: string, knobs: NotificationKnobs): string | undefined {
  if (/^https?:/i.test(url)) return url;
  return /^EventGrid:/i.test(url) ? (knobs.eventGridUrl ?? undefined) : undefined;
}

/** `{value: […]}` for an endpoint of the subscription's own; CloudEvents for Event Grid's. */
export function letter(url: string, items: readonly Item[], knobs: NotificationKnobs, surroundings: Surroundings) {
  if (/^https?:/i.test(url)) {
    const isOdd = knobs.lifecycleForm === "reported" && items.some((item) => "lifecycleEvent" in item);
    const body = JSON.stringify({ value: items, ...(isOdd && { validationTokens: null }) });
    return { headers: { "Content-Type": "application/json" }, body };
  }
  const events = items.map((item) => cloudEvent(item, knobs.eventCase, surroundings));
  const [only] = events;
  const isBatch = events.length > 1;
  const type = `application/cloudevents${isBatch ? "-batch" : ""}+json; charset=utf-8`;
  const headers = { "Content-Type": type, "aeg-event-type": "Notification" };
  return { headers, body: JSON.stringify(isBatch ? events : only) };
}
