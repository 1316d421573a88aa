/** Notifications as Event Grid hands them on: one in each CloudEvent. Source: https://learn.microsoft.com/azure/event-grid/outlook-events */
import type { Notification } from "../domain/intake.js";
import { fieldOf, notificationOf, parsed, text } from "./notifications.js";

/** `Microsoft.Graph.EventUpdated` and its like; the exact names of the lifecycle's are not documented for all kinds. */
const CHANGE = /event(?:created|updated|deleted)$/i;
const LIFECYCLE = /subscription(missed|removed|reauthorization)/i;
const LIFECYCLE_EVENTS: Readonly<Record<string, string>> = {
  missed: "missed",
  removed: "subscriptionRemoved",
  reauthorization: "reauthorizationRequired",
};

/**
 * The notifications of one event, of a list of them, or of their text; `undefined` for what is none. Never throws: an error
 * would make Event Grid send it again, or throw it away together with others [I7].
 */
export function notificationsOfEvents(message: unknown): (Notification | undefined)[] {
  const events: unknown = parsed(message);
  return (Array.isArray(events) ? events : [events]).map(notificationOfEvent);
}

/** Envelope and data are read with keys in any letter case [I9]; where both tell the kind, the data does. */
function notificationOfEvent(event: unknown): Notification | undefined {
  if (typeof event !== "object" || event === null) return undefined;
  const item = notificationOf(fieldOf(event, "data"));
  if (item === undefined || item.lifecycleEvent !== undefined) return item;
  const type = text(fieldOf(event, "type")) ?? "";
  const [, kind] = LIFECYCLE.exec(type) ?? [];
  const lifecycleEvent = kind === undefined ? undefined : LIFECYCLE_EVENTS[kind.toLowerCase()];
  if (lifecycleEvent !== undefined) return { ...item, lifecycleEvent };
  return CHANGE.test(type) ? item : { ...item, isOfUnknownKind: true };
}
