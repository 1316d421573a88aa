/** What `/status` answers. */
import * as z from "zod";
import { UNKNOWN_REASONS } from "../../domain/answer.js";
import { Instant } from "./common.js";

const count = z.int().min(0);
const Since = z
  .strictObject({ count, since: Instant.nullable().describe("Since when the longest of them is so.") })
  .meta({ id: "CountSince" });
const waiting = (what: string) => count.nullable().describe(`Approximate. ${what}`);
const reasons = UNKNOWN_REASONS.filter((reason) => reason !== "notWatched");

const Queue = z
  .strictObject({
    queue: z.string(),
    messages: waiting("With those that are hidden."),
    poison: waiting("Of what failed every time."),
    waitingSince: Instant.nullable().describe("Since when the first of those waits that could be taken."),
    lastTakenAt: Instant.nullable().describe("To about a minute."),
    silent: z.boolean().describe("Messages are there, and none was taken for 10 minutes."),
  })
  .meta({ id: "QueueStatus" });

export const Status = z
  .strictObject({
    time: Instant,
    countedAt: Instant.nullable().describe(
      "When the sweep had gone through all calendars; null before the first time.",
    ),
    countedFrom: Instant.nullable().describe("When it began."),
    ageSeconds: count.nullable().describe("Since `countedAt`."),
    calendars: z.strictObject({
      ...{ total: count, fresh: count, stale: count, unknown: count },
      reasons: z.strictObject(Object.fromEntries(reasons.map((reason) => [reason, count]))),
      removing: count.describe("Watched by nobody any more; not in `total`."),
      oldestAsOf: Instant.nullable(),
      overdue: Since.describe("Due to be looked at for over 2 minutes."),
      failing: Since.describe("Could not be read the last time."),
      poisoned: Since.describe("Had a message that failed every time, and were not read since."),
    }),
    subscriptions: z.strictObject({
      push: count,
      polling: count.describe("Calendars without one."),
      expiring: count.describe("End within 24 hours."),
      ...{ expired: count, overdue: Since, failing: Since },
    }),
    queues: z.array(Queue),
    queueSilent: z.boolean().describe("One of the queues is."),
  })
  .meta({ id: "Status" });
