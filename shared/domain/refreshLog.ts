/** The log lines of a refresh. Calendar ids, times and counts; never what is in a calendar. */

import type { Deps } from "./deps.js";
import type { RefreshMessage } from "./messages.js";
import { type CalendarRow, idOfRow } from "./row.js";
import type { Result } from "./settle.js";
import type { Taken } from "./taken.js";

type LogDeps = Pick<Deps, "log" | "clock">;

/** `refresh.completed`, `refresh.throttled` or `refresh.failed`; `lagMs` counts from the notification to the written row. */
export function logRead(
  deps: LogDeps,
  { id, row: before }: Taken,
  row: CalendarRow,
  result: Result,
  message: RefreshMessage,
): void {
  const { durationMs, pages, events } = row.sync.lastRead ?? { durationMs: 0, pages: 0, events: 0 };
  const { wake, cause } = message;
  const common = { calendar: id, cause, durationMs };
  if (result.kind === "read") {
    const lagMs = wake.kind === "notified" ? deps.clock.now() - wake.notifiedAt : undefined;
    const changed = row.snapshot?.contentHash !== before.snapshot?.contentHash;
    deps.log({ event: "refresh.completed", ...common, lagMs, pages, events, changed });
  } else {
    const event = result.kind === "throttled" ? "refresh.throttled" : "refresh.failed";
    deps.log({ event, ...common, failures: row.sync.failures, outcome: result.kind, detail: result.detail });
  }
}

/** Once a change: a calendar that becomes known, or unknown for a reason, or for another one. */
export function logStateChange(deps: LogDeps, before: CalendarRow, after: CalendarRow): void {
  const [from, to] = [stateOf(before), stateOf(after)];
  if (from === to) return;
  deps.log({ event: "calendar.stateChanged", calendar: idOfRow(after), from, to });
}

const stateOf = ({ sync }: CalendarRow): string =>
  sync.blocked ?? (sync.asOf === undefined ? "neverRefreshed" : "known");
