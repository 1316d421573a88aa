/** Storage Queue → Graph subscriptions made, renewed, deleted. */
import { app, type StorageQueueHandler } from "@azure/functions";
import { sweepOrphans } from "../shared/domain/orphans.js";
import { tendSubscription } from "../shared/domain/subscribe.js";
import { tendLook } from "../shared/domain/tendLook.js";
import { parseSubscription } from "../shared/messages.js";
import names from "../shared/names.json" with { type: "json" };
import { noteTaken, ready } from "../shared/runtime.js";

/** A throw means that storage failed, or that Graph gave no list: the queue delivers again, then poisons. */
export const handleSubscription: StorageQueueHandler = async (message, context) => {
  const wanted = parseSubscription(message);
  const runtime = await ready(context);
  await noteTaken(runtime, names.subscriptionsQueue);
  const { deps } = runtime;
  if (wanted.kind === "subscription") return tendSubscription(deps, wanted);
  if (wanted.kind === "look") return tendLook(deps, wanted);
  return sweepOrphans(deps, wanted.tenantId, wanted.page);
};

app.storageQueue("subscriptions", {
  queueName: names.subscriptionsQueue,
  connection: "AzureWebJobsStorage",
  handler: handleSubscription,
});
