/** Slots as they are answered. */
import type { Slots } from "../domain/slots.js";
import { interval, time } from "./times.js";

export const slotsBody = ({ slots, unknown, state, asOf }: Slots): object => ({
  slots: slots.map((slot) => ({ ...interval(slot), calendars: slot.calendars })),
  unknown: unknown.map(interval),
  state,
  asOf: time(asOf),
});
