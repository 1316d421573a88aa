/** Messages that failed every time: their calendars are marked, so that the sweep takes them over. */
import { app, type StorageQueueHandler } from "@azure/functions";
import { poisonedEvents, poisonedRefresh, poisonedSubscriptions } from "../shared/domain/poison.js";
import { notificationsOfEvents } from "../shared/http/cloudEvents.js";
import { parseRefresh, parseSubscription } from "../shared/messages.js";
import names from "../shared/names.json" with { type: "json" };
import { ready } from "../shared/runtime.js";

/** What cannot be parsed names no calendar: it is counted, and the sweep finds whatever it was about. */
const parsed = <T>(parse: (message: unknown) => T, message: unknown): T | undefined => {
  try {
    return parse(message);
  } catch {
    return undefined;
  }
};

export const handlePoisonedRefresh: StorageQueueHandler = async (message, context) => {
  const { deps } = await ready(context);
  await poisonedRefresh(deps, parsed(parseRefresh, message)?.calendars ?? []);
};

export const handlePoisonedSubscription: StorageQueueHandler = async (message, context) => {
  const { deps } = await ready(context);
  await poisonedSubscriptions(deps, parsed(parseSubscription, message));
};

export const handlePoisonedEvent: StorageQueueHandler = async (message, context) => {
  const { deps } = await ready(context);
  await poisonedEvents(deps, notificationsOfEvents(message), { door: "eventGridQueue", index: deps.index });
};

const poisonOf = (queueName: string) => ({
  queueName: `${queueName}${names.poisonSuffix}`,
  connection: "AzureWebJobsStorage",
});

app.storageQueue("poisonRefresh", { ...poisonOf(names.refreshQueue), handler: handlePoisonedRefresh });
app.storageQueue("poisonSubscriptions", { ...poisonOf(names.subscriptionsQueue), handler: handlePoisonedSubscription });
app.storageQueue("poisonGraphEvents", { ...poisonOf(names.graphEventsQueue), handler: handlePoisonedEvent });
