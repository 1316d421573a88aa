/** What `/slots` answers. A union on `state`: whoever reads `slots` meets `unknown`. */
import * as z from "zod";
import { Id } from "../calendarRefs.js";
import { AsOf, Instant, Interval } from "./common.js";

const Slot = z
  .strictObject({
    start: Instant,
    end: Instant,
    calendars: z.array(Id).describe("Which are free, of those asked for."),
  })
  .meta({ id: "Slot" });

const parts = {
  slots: z.array(Slot).describe("Sorted. None of them lies in time that is not known."),
  unknown: z.array(Interval).describe("Where there might be slots, if more were known."),
};

export const SlotsAnswer = z
  .discriminatedUnion("state", [
    z.strictObject({ state: z.literal("fresh"), asOf: AsOf, ...parts }).meta({ id: "FreshSlots" }),
    z.strictObject({ state: z.literal("stale"), asOf: AsOf, ...parts }).meta({ id: "StaleSlots" }),
    z.strictObject({ state: z.literal("unknown"), asOf: AsOf.nullable(), ...parts }).meta({ id: "UnknownSlots" }),
  ])
  .meta({ id: "Slots", description: "In the worst of the calendars' states, and of the oldest age." });
