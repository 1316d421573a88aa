/** Event Hubs → work on queues, where an event hub is configured. Whoever may send to a hub proves nothing by it. */
import { app, type EventHubHandler } from "@azure/functions";
import { takeIn } from "../shared/domain/intake.js";
import { eventHubItems } from "../shared/http/notifications.js";
import { eventHub, ready } from "../shared/runtime.js";

/**
 * A throw means that storage failed: the batch is tried again as long as the retry policy says, then the checkpoint moves
 * on, and the sweep finds what was in it.
 */
export const graphEventHub: EventHubHandler = async (messages, context) => {
  const { deps } = await ready(context);
  await takeIn(deps, eventHubItems(messages), { door: "eventHub" });
};

const hub = eventHub();
if (hub !== undefined)
  app.eventHub("graphEventHub", {
    connection: "EventHubConnection",
    eventHubName: hub.name,
    ...(hub.consumerGroup !== undefined && { consumerGroup: hub.consumerGroup }),
    cardinality: "many",
    // Without it a batch that failed once is passed over.
    retry: { strategy: "exponentialBackoff", maxRetryCount: 8, minimumInterval: 1_000, maximumInterval: 60_000 },
    handler: graphEventHub,
  });
