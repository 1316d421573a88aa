/** What `/availability` answers. A union on `state`: whoever reads `busy` meets `unknown`. */
import * as z from "zod";
import { UNKNOWN_REASONS } from "../../domain/answer.js";
import { STATUSES } from "../../domain/blocks.js";
import { AsOf, Delivery, fresh, Identity, Instant, Interval, stale, unknown } from "./common.js";

const UnknownInterval = z
  .strictObject({ start: Instant, end: Instant, reason: z.enum([...UNKNOWN_REASONS, "beyondHorizon"]) })
  .meta({
    id: "UnknownInterval",
    description:
      "Time of which nothing is known: neither busy nor free. `beyondHorizon`: before yesterday, or later than is kept.",
  });

const Block = z
  .strictObject({ start: Instant, end: Instant, status: z.enum(STATUSES), allDay: z.boolean() })
  .meta({ id: "Block" });

const extras = {
  delivery: Delivery,
  busy: z.array(Interval).describe("Merged, sorted, clipped to the request, widened by the buffers."),
  unknown: z.array(UnknownInterval).describe("Never free. What is neither here nor in `busy` is free."),
  blocks: z
    .array(Block)
    .exactOptional()
    .describe("With `detail`: what blocks, clipped to the request, not merged, without buffers."),
  view: z
    .string()
    .regex(/^[0-4?]*$/)
    .exactOptional()
    .describe(
      [
        "With `viewIntervalMinutes`: Graph's digits, one a slot, the last of which may be shorter: `0` free, `1` tentative, `2` busy,",
        "`3` oof, `4` workingElsewhere; `?` unknown. Of several the first of 3, 2, 1, 4, `?`. A buffer has the digit of what it belongs to.",
      ].join(" "),
    ),
};

const FreshCalendar = z.strictObject({ ...Identity, ...fresh, ...extras }).meta({ id: "FreshCalendar" });
const StaleCalendar = z
  .strictObject({ ...Identity, ...stale, ...extras })
  .meta({ id: "StaleCalendar", description: "Older than `maxAgeSeconds`." });
const UnknownCalendar = z
  .strictObject({ ...Identity, ...unknown, ...extras })
  .meta({ id: "UnknownCalendar", description: "The whole time asked for is in `unknown`." });

export const CalendarAvailability = z
  .discriminatedUnion("state", [FreshCalendar, StaleCalendar, UnknownCalendar])
  .meta({ id: "CalendarAvailability" });

const parts = {
  busy: z.array(Interval),
  unknown: z.array(Interval).describe("Neither busy nor free."),
  free: z.array(Interval),
};
const Combined = z
  .discriminatedUnion("state", [
    z.strictObject({ state: z.literal("fresh"), asOf: AsOf, ...parts }).meta({ id: "FreshCombined" }),
    z.strictObject({ state: z.literal("stale"), asOf: AsOf, ...parts }).meta({ id: "StaleCombined" }),
    z.strictObject({ state: z.literal("unknown"), asOf: AsOf.nullable(), ...parts }).meta({ id: "UnknownCombined" }),
  ])
  .meta({
    id: "Combined",
    description:
      "All calendars as one, in the worst of their states and of the oldest age. Its parts cover the request.",
  });

export const availability = {
  start: Instant,
  end: Instant,
  calendars: z.array(CalendarAvailability).describe("In the order of the request."),
  combined: Combined.exactOptional(),
};
export const Availability = z.strictObject(availability).meta({ id: "Availability" });
