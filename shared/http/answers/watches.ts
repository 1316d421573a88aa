/** What `/watch` and `/unwatch` answer, one item for each that was asked for, in that order. */
import * as z from "zod";
import { Id } from "../calendarRefs.js";
import { itemError, Named } from "./common.js";

const Watched = z
  .strictObject({ ...Named, created: z.boolean().describe("This consumer-and-reference watch is new.") })
  .meta({ id: "Watched" });
const NotWatched = z.strictObject({ ...Named, error: itemError("tooManyWatches") }).meta({ id: "WatchRefused" });

export const WatchAnswer = z
  .strictObject({ calendars: z.array(z.union([Watched, NotWatched])) })
  .meta({ id: "WatchAnswer" });

/** Names come back where the request gave them. */
const named = {
  id: Id,
  mailbox: z.string().exactOptional(),
  calendar: z.string().exactOptional(),
  tenantId: z.string().exactOptional(),
};
const Unwatched = z
  .strictObject({
    ...named,
    removed: z.int().min(0).describe("How many of the caller's watches were taken back."),
    remaining: z.int().min(0).describe("How many of the caller's own are left on the calendar."),
  })
  .meta({ id: "Unwatched" });
const UnwatchRefused = z.strictObject({ ...named, error: itemError("notWatched") }).meta({ id: "UnwatchRefused" });

export const UnwatchAnswer = z
  .strictObject({ calendars: z.array(z.union([Unwatched, UnwatchRefused])) })
  .meta({ id: "UnwatchAnswer" });
