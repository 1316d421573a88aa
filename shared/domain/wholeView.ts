/** Busy time for readers who cannot be told "unknown": everything in the range, or the reason why not. */
import { type Judgement, judgeKnowledge, type Knowledge, placed, spansNear, type UnknownReason } from "./answer.js";
import { readKnowledge } from "./availability.js";
import type { Interval, Layer, Span, Status } from "./blocks.js";
import type { CalendarId } from "./calendarId.js";
import type { Deps } from "./deps.js";
import type { Reader } from "./knowledge.js";
import type { EpochMs } from "./time.js";
import type { ZoneId } from "./zones.js";

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

const instancesOf = (layer: Layer, zones: readonly ZoneId[], range: Interval): Instance[] =>
  spansNear(layer, range)
    .map((days) => ({ status: layer.status, ...placed(days, layer, zones), ...(layer.allDay && { days }) }))
    .filter(({ start, end }) => start < range.end && end > range.start && start < end);

export interface ReadWhole {
  readonly answer: Judgement;
  readonly view: WholeView;
}

/** One point read a calendar and no call to Graph [A3]; as the reader may see them [A6]. Throws where storage failed. */
export function readWhole(
  deps: Deps,
  reader: Reader,
  ids: Iterable<CalendarId>,
  range: Interval,
  maxAgeMs: number,
): Promise<ReadonlyMap<CalendarId, ReadWhole>> {
  return readKnowledge(deps, reader, ids, (knowledge) => {
    const now = deps.clock.now(); // after storage has answered, and told its time
    return { answer: judgeKnowledge(knowledge, maxAgeMs, now), view: wholeView(knowledge, range, maxAgeMs, now) };
  });
}
