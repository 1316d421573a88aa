/** Slots as they are answered. */
import type { Interval } from "../domain/blocks.js";
import type { Slots } from "../domain/slots.js";
import { toRfc3339 } from "../domain/time.js";

export const slotsBody = ({ slots, unknown, state, asOf }: Slots): object => ({
  slots: slots.map((slot) => ({ ...interval(slot), calendars: slot.calendars })),
  unknown: unknown.map(interval),
  state,
  asOf: asOf === undefined ? null : toRfc3339(asOf),
});

const interval = ({ start, end }: Interval) => ({ start: toRfc3339(start), end: toRfc3339(end) });
