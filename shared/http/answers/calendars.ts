/** What `/calendars` and the routes below it answer. */
import * as z from "zod";
import { REFRESH_CAUSES } from "../../domain/messages.js";
import { Id } from "../calendarRefs.js";
import { Delivery, fresh, Instant, Interval, Named, stale, unknown } from "./common.js";

const listed = <const Extra extends z.ZodRawShape>(name: string, extra: Extra) =>
  z
    .discriminatedUnion("state", [
      z.strictObject({ ...Named, ...fresh, delivery: Delivery, ...extra }).meta({ id: `Fresh${name}` }),
      z.strictObject({ ...Named, ...stale, delivery: Delivery, ...extra }).meta({ id: `Stale${name}` }),
      z.strictObject({ ...Named, ...unknown, delivery: Delivery, ...extra }).meta({ id: `Unknown${name}` }),
    ])
    .meta({ id: name });

export const CalendarList = z
  .strictObject({
    calendars: z.array(listed("ListedCalendar", {})),
    cursor: z.string().nullable().describe("Asks for the next ones; null at the end. A page may be short, even empty."),
  })
  .meta({ id: "CalendarList" });

const count = z.int().min(0);
const since = (text: string) => Instant.nullable().describe(text);

const Subscription = z
  .strictObject({
    state: z
      .enum(["active", "expired", "creating", "refused", "failing", "none"])
      .describe(
        "`refused`: for good, so that the calendar is polled. `failing`: tried again. `none`: none is wanted, or not yet.",
      ),
    id: z.string().nullable(),
    expiresAt: Instant.nullable(),
    renewAt: Instant.nullable(),
    failures: count,
    lastError: z.string().nullable(),
    nextTryAt: Instant.nullable(),
    removing: count.describe("Superseded ones that are still to be deleted at Graph."),
    dueAt: Instant.nullable(),
  })
  .meta({ id: "Subscription", description: "Graph's subscription on the calendar." });

const LastRefresh = z
  .strictObject({
    at: Instant,
    why: z.string().describe(`What led to it: ${REFRESH_CAUSES.join(", ")}.`),
    outcome: z
      .string()
      .describe(
        [
          "`read`; or why not: `blocked` (`reason` says by what), `throttled`, `transient` (an outage),",
          "`unfinished` (a request that asked for it waited no longer).",
        ].join(" "),
      ),
    durationMs: z.number().min(0),
    pages: count,
    events: count.describe("Of those that take time and of those that do not."),
  })
  .meta({ id: "LastRefresh" });

const TimeZones = z.strictObject({
  used: z
    .array(z.string())
    .describe("IANA names of the zones that all-day events are placed in; none: as wide as can be."),
  from: z.enum(["watch", "mailbox", "none"]),
  mailbox: z.string().nullable().describe("The mailbox's zone as Graph names it."),
});

const Watch = z
  .strictObject({ consumer: z.string(), reference: z.string(), timeZone: z.string().nullable() })
  .meta({ id: "Watch" });

export const CalendarExplanation = listed("CalendarExplanation", {
  window: Interval.nullable().describe("The time that the copy covers."),
  counts: z
    .strictObject({ events: count, blocks: count.nullable(), bytes: count })
    .nullable()
    .describe("What the copy holds; `blocks` is null where it cannot be read."),
  changedAt: since("When a read last found something else than the one before."),
  timeZone: TimeZones,
  watches: z.array(Watch).describe("The caller's own; everybody's for a caller who may read everything."),
  subscription: Subscription,
  lastNotificationAt: Instant.nullable(),
  lastRefresh: LastRefresh.nullable(),
  failures: count.describe("Reads that failed, since the last good one."),
  crashes: count,
  lastError: z.string().nullable(),
  notBefore: since("Graph asked to be left alone until then."),
  nextRefreshDueAt: Instant,
});

export const RefreshQueued = z.strictObject({ id: Id }).meta({ id: "RefreshQueued" });
