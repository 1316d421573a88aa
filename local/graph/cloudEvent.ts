/**
 * Notifications as Event Grid hands them on: one CloudEvent each, the letter case of keys and types as unsteady as it is.
 * https://learn.microsoft.com/azure/event-grid/outlook-events
 */
import { APPLICATION_ID, TENANT_ID } from "./subscription.js";
import { guid, type Surroundings } from "./surroundings.js";

export const EVENT_CASES = ["mixed", "pascal", "camel"] as const;
type EventCase = (typeof EVENT_CASES)[number];

type Item = Readonly<Record<string, unknown>>;

/** What varies from one event to another. */
export interface EventForm {
  readonly eventCase: EventCase;
  readonly eventSubject: boolean;
  readonly eventLifecycle: "data" | "type";
}

/** The event of one notification or lifecycle notification. */
export function cloudEvent(item: Item, form: EventForm, { now, random }: Pick<Surroundings, "now" | "random">): Item {
  const { lifecycleEvent: _, ...withoutKind } = item;
  const hasSubject = form.eventSubject && typeof item.resource === "string";
  return {
    id: guid(random),
    type: form.eventCase === "camel" ? typeOf(item).toLowerCase() : typeOf(item),
    source: `/tenants/${TENANT_ID}/applications/${APPLICATION_ID}`,
    ...(hasSubject && { subject: String(item.resource).split("/").slice(-2).join("/") }),
    time: new Date(now()).toISOString(),
    datacontenttype: "application/json",
    specversion: "1.0",
    data: form.eventLifecycle === "type" && "lifecycleEvent" in item ? withoutKind : inCase(item, form.eventCase),
  };
}

function typeOf({ lifecycleEvent, changeType }: Item): string {
  if (typeof lifecycleEvent !== "string") return `Microsoft.Graph.Event${capital(String(changeType))}`;
  const name = capital(lifecycleEvent); // "Subscription" before two of them is a guess: one is documented
  return `Microsoft.Graph.${name.startsWith("Subscription") ? name : `Subscription${name}`}`;
}

/** "mixed" is the documented example: these keys are in lower case there, all others in upper case. */
const LOWER_IN_MIXED: ReadonlySet<string> = new Set(["subscriptionId", "resource", "clientState", "resourceData"]);

/** Lifecycle data was only ever seen in camel case. */
function inCase(item: Item, form: EventCase): Item {
  if (form === "camel" || "lifecycleEvent" in item) return item;
  const isKept = (key: string) => form === "mixed" && LOWER_IN_MIXED.has(key);
  const entries = Object.entries(item).map(([key, value]) => [isKept(key) ? key : capital(key), inner(value)]);
  return Object.fromEntries(entries);
}

const inner = (value: unknown): unknown =>
  typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [capital(key), one]))
    : value;

/** "@odata.type" has no capital. */
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
