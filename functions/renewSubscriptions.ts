/** Each minute, half a minute after the other sweep: finds the subscriptions that need something. */
import { app, type TimerHandler } from "@azure/functions";
import { sweepSubscriptions } from "../shared/domain/sweep.js";
import { ready } from "../shared/runtime.js";

export const renewSubscriptions: TimerHandler = async (_timer, context) => {
  await sweepSubscriptions((await ready(context)).deps);
};

app.timer("renewSubscriptions", { schedule: "30 * * * * *", handler: renewSubscriptions });
