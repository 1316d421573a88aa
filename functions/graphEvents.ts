/** Event Grid → work on queues. One invocation an event; at least once, so twice must equal once. */
import { app, type EventGridHandler } from "@azure/functions";
import { takeIn } from "../shared/domain/intake.js";
import { notificationsOfEvents } from "../shared/http/cloudEvents.js";
import { ready } from "../shared/runtime.js";

/** A throw means that storage failed: Event Grid sends the event again, for a day. Nothing in an event makes it throw. */
export const graphEvents: EventGridHandler = async (event, context) => {
  const { deps } = await ready(context);
  await takeIn(deps, notificationsOfEvents(event), { door: "eventGrid", index: deps.index });
};

app.eventGrid("graphEvents", { handler: graphEvents });
