/** Each minute: finds the calendars that are overdue, and starts the daily work when its day has come. */
import { app, type TimerHandler } from "@azure/functions";
import { startDailyWork, sweepRefreshes } from "../shared/domain/sweep.js";
import { ready } from "../shared/runtime.js";

export const reconcile: TimerHandler = async (_timer, context) => {
  const { deps, config } = await ready(context);
  await sweepRefreshes(deps, config.defaultMaxAgeMs);
  await startDailyWork(deps);
};

app.timer("reconcile", { schedule: "0 * * * * *", handler: reconcile });
