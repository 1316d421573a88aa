/** Storage Queue that Event Grid fills → work on queues. One CloudEvent a message; at least once. */
import { app, type StorageQueueHandler } from "@azure/functions";
import { takeIn } from "../shared/domain/intake.js";
import { notificationsOfEvents } from "../shared/http/cloudEvents.js";
import names from "../shared/names.json" with { type: "json" };
import { noteTaken, ready } from "../shared/runtime.js";

/** A throw means that storage failed: the queue delivers again, then poisons. What is no event is counted and dropped. */
export const graphEventsQueue: StorageQueueHandler = async (message, context) => {
  const runtime = await ready(context);
  await noteTaken(runtime, names.graphEventsQueue);
  const { deps } = runtime;
  await takeIn(deps, notificationsOfEvents(message), { door: "eventGridQueue", index: deps.index });
};

app.storageQueue("graphEventsQueue", {
  queueName: names.graphEventsQueue,
  connection: "AzureWebJobsStorage",
  handler: graphEventsQueue,
});
