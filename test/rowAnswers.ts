/** Answers drawn as rows of marks, a minute each. */
import type { CalendarAnswer } from "../shared/domain/answer.js";
import type { Interval } from "../shared/domain/blocks.js";
import { type CalendarId, calendarIdOf } from "../shared/domain/calendarId.js";
import { instant, MINUTE_MS } from "../shared/domain/time.js";
import { runsOf } from "./timeline.js";

export const idOf = (index: number): CalendarId =>
  calendarIdOf({ tenantId: "t", mailbox: `${index}@contoso.com`, calendar: "primary" });

export const inMs = ({ start, end }: { readonly start: number; readonly end: number }): Interval => ({
  start: instant(start * MINUTE_MS),
  end: instant(end * MINUTE_MS),
});

/** Busy where the row shows 2, unknown where it shows ?, else free. */
export const answering = (row: string, change: Partial<CalendarAnswer> = {}): CalendarAnswer => ({
  state: "fresh",
  reason: undefined,
  asOf: instant(1_000),
  delivery: "push",
  busy: runsOf(row, "2").map(inMs),
  unknown: runsOf(row, "?").map((run) => ({ ...inMs(run), reason: "beyondHorizon" })),
  ...change,
});
