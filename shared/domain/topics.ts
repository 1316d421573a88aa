/** PARTNER_TOPICS: the addresses that Graph takes instead of a webhook's URL. */
import { canonical } from "./addresses.js";

/** Source: a tenant and app may have 10; https://learn.microsoft.com/graph/change-notifications-delivery-event-grid */
export const TOPICS_MAX = 10;

export type Topics =
  | { readonly kind: "topics"; readonly topics: readonly string[] }
  /** `problem` names the place and what should be there, never a value. */
  | { readonly kind: "bad"; readonly problem: string };

/** Each part of an `EventGrid:` address, and what it looks like. */
const EVENT_GRID_PARTS: Readonly<Record<string, RegExp>> = {
  azuresubscriptionid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  resourcegroup: /^[\w().-]{1,90}$/,
  partnertopic: /^[A-Za-z0-9-]{3,50}$/,
  location: /^[a-z0-9]{2,40}$/i,
};
const EVENT_GRID_FORM =
  "EventGrid:?azuresubscriptionid=<GUID>&resourcegroup=<name>&partnertopic=<name>&location=<region, e.g. westeurope>";
/** By role assignment, or by a connection string in a Key Vault. Source: https://learn.microsoft.com/graph/change-notifications-delivery-event-hubs */
const EVENT_HUB =
  /^EventHub:https:\/\/[a-z0-9][a-z0-9.-]{2,252}\/(?:eventhubname\/[\w.-]{1,256}|secrets\/[A-Za-z0-9-]{1,127})\?tenantId=[A-Za-z0-9.-]{1,253}$/i;
const EVENT_HUB_FORM =
  "EventHub:https://<namespace>.servicebus.windows.net/eventhubname/<hub>?tenantId=<domain>, or EventHub:https://<vault>.vault.azure.net/secrets/<name>?tenantId=<domain>";

/** The list, its parts separated by commas. */
export function parseTopics(text: string): Topics {
  const topics = text.split(",").map((part) => part.trim());
  if (topics.length > TOPICS_MAX) return bad(`should hold 1 to ${TOPICS_MAX} addresses, separated by commas`);
  const seen = new Map<string, number>();
  for (const [index, topic] of topics.entries()) {
    const problem = problemOf(topic);
    if (problem !== undefined) return bad(`address ${index + 1} ${problem}`);
    const twin = seen.get(canonical(topic));
    if (twin !== undefined) return bad(`address ${index + 1} is the same as address ${twin}; name each once`);
    seen.set(canonical(topic), index + 1);
  }
  return { kind: "topics", topics };
}

/** Whether Graph sends to an event hub there. */
export const isEventHub = (topic: string): boolean => /^EventHub:/i.test(topic);

function problemOf(topic: string): string | undefined {
  if (isEventHub(topic)) return EVENT_HUB.test(topic) ? undefined : `should be ${EVENT_HUB_FORM}`;
  const [, query] = /^EventGrid:\?([^#\s]*)$/i.exec(topic) ?? [];
  if (query === undefined) return `should be ${EVENT_GRID_FORM}`;
  const given = query.split("&").map((part) => part.split("=", 2));
  for (const [name, form] of Object.entries(EVENT_GRID_PARTS)) {
    const values = given.filter(([key = ""]) => key.toLowerCase() === name);
    if (values.length !== 1 || !form.test(values[0]?.[1] ?? ""))
      return `has ${values.length === 0 ? "no" : "no usable"} ${name}; it should be ${EVENT_GRID_FORM}`;
  }
  return given.length > Object.keys(EVENT_GRID_PARTS).length
    ? `has a parameter too many; it should be ${EVENT_GRID_FORM}`
    : undefined;
}

const bad = (problem: string): Topics => ({ kind: "bad", problem });
