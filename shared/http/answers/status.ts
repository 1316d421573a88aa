/** What `/status` answers. */
import * as z from "zod";
import { UNKNOWN_REASONS } from "../../domain/answer.js";
import { Instant } from "./common.js";

const count = z.int().min(0);
const Since = z.strictObject({ count, since: Instant.nullable() }).meta({ id: "CountSince" });
const reasons = UNKNOWN_REASONS.filter((reason) => reason !== "notWatched");

const Queue = z
  .strictObject({
    queue: z.string(),
    messages: count.nullable(),
    poison: count.nullable(),
    waitingSince: Instant.nullable(),
    lastTakenAt: Instant.nullable(),
    silent: z.boolean().describe("Messages are there, and none was taken for 10 minutes."),
  })
  .meta({ id: "QueueStatus" });

export const Status = z
  .strictObject({
    time: Instant,
    countedAt: Instant.nullable(),
    countedFrom: Instant.nullable(),
    ageSeconds: count.nullable(),
    calendars: z.strictObject({
      ...{ total: count, fresh: count, stale: count, unknown: count },
      reasons: z.strictObject(Object.fromEntries(reasons.map((reason) => [reason, count]))),
      removing: count,
      oldestAsOf: Instant.nullable(),
      ...{ overdue: Since, failing: Since, poisoned: Since },
    }),
    subscriptions: z.strictObject({
      ...{ push: count, polling: count, expiring: count, expired: count, overdue: Since, failing: Since },
    }),
    queues: z.array(Queue),
    queueSilent: z.boolean(),
  })
  .meta({ id: "Status" });
