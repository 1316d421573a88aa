/** Storage Queue → calendars re-read from Graph. Delivery is at least once, so twice must equal once. */
import { app, type StorageQueueHandler } from "@azure/functions";
import { refresh } from "../shared/domain/refresh.js";
import { parseRefresh } from "../shared/messages.js";
import names from "../shared/names.json" with { type: "json" };
import { noteTaken, ready } from "../shared/runtime.js";

/** A throw means that storage failed: the queue delivers again, then poisons, and nothing is lost. */
export const handleRefresh: StorageQueueHandler = async (message, context) => {
  const wanted = parseRefresh(message);
  const runtime = await ready(context);
  await noteTaken(runtime, names.refreshQueue);
  await refresh(runtime.deps, wanted);
};

app.storageQueue("refresh", {
  queueName: names.refreshQueue,
  connection: "AzureWebJobsStorage",
  handler: handleRefresh,
});
