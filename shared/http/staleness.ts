/** What a caller is told about age, and what the log keeps of it. */
import { type Judgement, STATES, type UnknownReason } from "../domain/answer.js";
import type { CalendarId } from "../domain/calendarId.js";
import type { LogEvent } from "../domain/logEvents.js";
import { Problem } from "./problem.js";

type Found = ReadonlyMap<CalendarId, { readonly answer: Judgement }>;

/** Unknown for want of a read, not because Graph says so: the only kinds that waiting cures. */
const OF_AGE: readonly (UnknownReason | undefined)[] = ["neverRefreshed", "tooOld"];
const RETRY_AFTER_SECONDS = 5;

/** `ifStale: fail`. Errors: `staleData`, with the whole answer, given as JSON text, inside, where a calendar is older than was asked for. */
export function demandFresh(found: Found, text: string): void {
  const old = [...found.values()].filter(({ answer }) => answer.state === "stale" || OF_AGE.includes(answer.reason));
  if (old.length === 0) return;
  throw new Problem("staleData", `${old.length} of ${found.size} calendars are older than maxAgeSeconds`, {
    headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
    members: JSON.parse(text),
  });
}

/** One line a read: how many calendars, and in which states. */
export function readServed(found: Found, notModified: boolean): LogEvent {
  const counts = Object.fromEntries(STATES.map((state) => [state, 0]));
  for (const { answer } of found.values()) counts[answer.state] = (counts[answer.state] ?? 0) + 1;
  return { event: "read.served", calendars: found.size, ...counts, notModified };
}
