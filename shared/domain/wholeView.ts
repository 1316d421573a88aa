/** Busy time for readers who cannot be told "unknown": everything in the range, or the reason why not. */
import { type AvailabilityQuery, judgeKnowledge, type Knowledge, type UnknownReason } from "./answer.js";
import { type ReadCalendar, readAvailability } from "./availability.js";
import { type Interval, type Layer, type Span, STATUSES, type Status } from "./blocks.js";
import type { CalendarId } from "./calendarId.js";
import type { Deps } from "./deps.js";
import { knowledgeOf, type Reader } from "./knowledge.js";
import { DAY_MS, type EpochMs, instant, MINUTE_MS } from "./time.js";
import { dayInterval, type ZoneId } from "./zones.js";

/** A block at its full length, also where it reaches out of the range. */
export interface Instance extends Interval {
  readonly status: Status;
  /** Of an all-day block: its dates, in days since the epoch. */
  readonly days?: Span;
}

export type RefusedReason = UnknownReason | "stale" | "beyondHorizon";

export type WholeView =
  /** Sorted by start, then end. */
  | { readonly kind: "whole"; readonly asOf: EpochMs; readonly instances: readonly Instance[] }
  /** `window`: what could have been answered, where only the range is at fault. */
  | { readonly kind: "refused"; readonly reason: RefusedReason; readonly window?: Interval };

/** Fresh and wholly inside the window, or refused: the range's unseen end must not look free [A2]. */
export function wholeView(knowledge: Knowledge, range: Interval, maxAgeMs: number, now: EpochMs): WholeView {
  const { state, reason } = judgeKnowledge(knowledge, maxAgeMs, now);
  if (knowledge.kind === "unknown" || state !== "fresh") return { kind: "refused", reason: reason ?? "stale" };
  const { window, layers, zones, asOf } = knowledge;
  if (range.start < window.start || range.end > window.end) return { kind: "refused", reason: "beyondHorizon", window };
  const instances = layers.flatMap((layer) => instancesOf(layer, zones, range));
  instances.sort((a, b) => a.start - b.start || a.end - b.end);
  return { kind: "whole", asOf, instances };
}

function instancesOf({ status, allDay, spans }: Layer, zones: readonly ZoneId[], range: Interval): Instance[] {
  const unitMs = allDay ? DAY_MS : MINUTE_MS;
  const slackMs = allDay ? DAY_MS : 0; // no zone moves a midnight further
  return spans
    .filter(({ start, end }) => start * unitMs < range.end + slackMs && end * unitMs > range.start - slackMs)
    .map(
      (span): Instance =>
        allDay
          ? { status, ...dayInterval(span, zones), days: span }
          : { status, start: instant(span.start * unitMs), end: instant(span.end * unitMs) },
    )
    .filter(({ start, end }) => start < range.end && end > range.start && start < end);
}

export interface ReadWhole extends ReadCalendar {
  readonly view: WholeView;
}

/** One point read a calendar and no call to Graph [A3]; as the reader may see them [A6]. Throws where storage failed. */
export async function readWhole(
  deps: Deps,
  reader: Reader,
  ids: Iterable<CalendarId>,
  range: Interval,
  maxAgeMs: number,
): Promise<ReadonlyMap<CalendarId, ReadWhole>> {
  const now = deps.clock.now();
  const found = await readAvailability(deps, reader, ids, everything(range, maxAgeMs), now);
  return new Map(
    [...found].map(([id, read]) => [
      id,
      { ...read, view: wholeView(knowledgeOf(read.row, reader, now), range, maxAgeMs, now) },
    ]),
  );
}

const everything = ({ start, end }: Interval, maxAgeMs: number): AvailabilityQuery => ({
  start,
  end,
  blockOn: STATUSES,
  allDay: "respect",
  bufferMs: { before: 0, after: 0 },
  maxAgeMs,
  detail: false,
});
