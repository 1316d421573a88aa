/** The doors that notifications come in by, and Event Grid as it stands before two of them. */
import { QueueClient, QueueSASPermissions } from "@azure/storage-queue";
import names from "../../shared/names.json" with { type: "json" };
import type { Answer, Api } from "./api.js";
import { keys } from "./elsewhere.js";

/** By the names that the app's log has for them. */
export const DOORS = ["webhook", "eventGrid", "eventGridQueue"] as const;
export type DoorName = (typeof DOORS)[number];

const TRIGGER = "/runtime/webhooks/EventGrid?functionName=graphEvents";
const SIGNED_FOR_MS = 24 * 3_600_000;
/** Calendars are spread over all of them. */
const TOPICS = [1, 2, 3].map(
  (number) =>
    `EventGrid:?azuresubscriptionid=22222222-2222-2222-2222-222222222222&resourcegroup=e2e&partnertopic=topic${number}&location=westeurope`,
);

/** The app's settings for a door; the address of the webhook stays, as it does where a door is changed. */
export const settingsOfDoor = (door: DoorName): Readonly<Record<string, string>> =>
  door === "webhook" ? {} : { NOTIFICATION_DOOR: "eventGrid", PARTNER_TOPICS: TOPICS.join(", ") };

/** Where Event Grid hands events on to. */
export async function receiverOf(door: DoorName, appUrl: string, connectionString: string) {
  if (door === "webhook") return {};
  if (door === "eventGrid") return { eventGridUrl: `${appUrl}${TRIGGER}` };
  const queue = queueOf(connectionString);
  await queue.createIfNotExists();
  const signed = queue.generateSasUrl({
    permissions: QueueSASPermissions.parse("a"),
    expiresOn: new Date(Date.now() + SIGNED_FOR_MS),
  });
  return { eventGridTo: "queue", eventGridUrl: signed.replace("?", "/messages?") } as const;
}

export const queueOf = (connectionString: string): QueueClient =>
  new QueueClient(connectionString, names.graphEventsQueue);

/** A body as Event Grid pushes it. */
export const pushed = (api: Api, raw: string): Promise<Answer> =>
  api.call("POST", keys.eventGrid === undefined ? TRIGGER : `${TRIGGER}&code=${keys.eventGrid}`, {
    raw,
    headers: { "content-type": "application/cloudevents+json; charset=utf-8", "aeg-event-type": "Notification" },
  });
