/** What the parts of a refresh hand to each other. */
import type { CalendarId } from "./calendarId.js";
import type { CalendarRow, Lease } from "./row.js";
import type { EpochMs } from "./time.js";

/** A calendar whose lease is ours; `row` is as it was with the lease on it. */
export interface Taken {
  readonly id: CalendarId;
  readonly row: CalendarRow;
  readonly lease: Lease;
  readonly alone: boolean;
}

/** A calendar that must be looked at again, when. */
export interface Wakeup {
  readonly id: CalendarId;
  readonly at: EpochMs;
  /** Suspected of crashing its reader: travels by itself. */
  readonly alone: boolean;
}
