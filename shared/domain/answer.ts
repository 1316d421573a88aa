/** What a calendar's copy says about the time somebody asks for. Pure; unknown is never free. */
import type { Interval, Layer, Layers, Span, Status } from "./blocks.js";
import { clipped, merged, without } from "./intervals.js";
import { BLOCKED_REASONS } from "./row.js";
import { DAY_MS, type EpochMs, instant, later, MINUTE_MS } from "./time.js";
import { viewOf } from "./view.js";
import { dayInterval, type ZoneId } from "./zones.js";

/** A copy older than this says nothing any more [A1]. */
export const TOO_OLD_MS = DAY_MS;

/** Why nothing is known of a calendar. */
export const UNKNOWN_REASONS = ["neverRefreshed", "notWatched", ...BLOCKED_REASONS, "tooOld"] as const;
export type UnknownReason = (typeof UNKNOWN_REASONS)[number];

/** How changes come in: told by Graph, found by the timer, not at all. */
export const DELIVERIES = ["push", "polling", "none"] as const;
export type Delivery = (typeof DELIVERIES)[number];

export const STATES = ["fresh", "stale", "unknown"] as const;
export type State = (typeof STATES)[number];

/** What a reader may know of a calendar. */
export type Knowledge =
  | {
      readonly kind: "known";
      readonly asOf: EpochMs;
      /** Within it every block is in `layers`; some are beyond it. */
      readonly window: Interval;
      readonly layers: Layers;
      /** Where all-day events are placed; none: as wide as they can be [R10]. */
      readonly zones: readonly ZoneId[];
      readonly delivery: Delivery;
    }
  | {
      readonly kind: "unknown";
      readonly reason: UnknownReason;
      readonly delivery: Delivery;
      readonly asOf?: EpochMs;
    };

export interface AvailabilityQuery {
  /** Before `end`. */
  readonly start: EpochMs;
  readonly end: EpochMs;
  readonly blockOn: readonly Status[];
  readonly allDay: "respect" | "ignore";
  readonly bufferMs: { readonly before: number; readonly after: number };
  readonly maxAgeMs: number;
  /** Adds `blocks` to the answer. */
  readonly detail: boolean;
  /** Adds `view`, one digit for each of these. */
  readonly viewIntervalMs?: number;
}

export interface Block extends Interval {
  readonly status: Status;
  readonly allDay: boolean;
}

export interface UnknownInterval extends Interval {
  readonly reason: UnknownReason | "beyondHorizon";
}

/** All intervals sorted and clipped to the request; `busy` and `unknown` disjoint. What is in neither is free. */
export interface CalendarAnswer {
  readonly state: State;
  /** Only where `state` is unknown. */
  readonly reason: UnknownReason | undefined;
  readonly asOf: EpochMs | undefined;
  readonly delivery: Delivery;
  /** With buffers, merged. */
  readonly busy: readonly Interval[];
  readonly unknown: readonly UnknownInterval[];
  /** Without buffers and not merged: what the calendar holds of what the query blocks on. */
  readonly blocks?: readonly Block[];
  /** See `viewOf`; with buffers, as `busy` and `unknown` have them. */
  readonly view?: string;
}

export interface Judgement {
  readonly state: State;
  readonly reason: UnknownReason | undefined;
}

/** What a judgement needs of what is known. */
type Judged = { readonly kind: "known"; readonly asOf: EpochMs } | Pick<Unknown, "kind" | "reason">;
type Unknown = Extract<Knowledge, { kind: "unknown" }>;

/** Whether what is known is fresh, stale or worth nothing [A1]. The only place that decides it. */
export function judgeKnowledge(knowledge: Judged, maxAgeMs: number, now: EpochMs): Judgement {
  if (knowledge.kind === "unknown") return { state: "unknown", reason: knowledge.reason };
  if (isTooOld(knowledge.asOf, now)) return { state: "unknown", reason: "tooOld" };
  return { state: now - knowledge.asOf <= maxAgeMs ? "fresh" : "stale", reason: undefined };
}

const isTooOld = (asOf: EpochMs, now: EpochMs): boolean => now - asOf > TOO_OLD_MS;

function stillKnown(knowledge: Knowledge, now: EpochMs): Knowledge {
  if (knowledge.kind === "unknown" || !isTooOld(knowledge.asOf, now)) return knowledge;
  return { kind: "unknown", reason: "tooOld", delivery: knowledge.delivery, asOf: knowledge.asOf };
}

/**
 * The answer for one calendar [A1, A2, A4]. `now` is when the request came in, so that what the request itself has read is
 * fresh whatever its `maxAgeMs` [A9]. n log n in the blocks that reach the request, linear in the others.
 */
export function answerCalendar(knowledge: Knowledge, query: AvailabilityQuery, now: EpochMs): CalendarAnswer {
  const current = stillKnown(knowledge, now);
  const request = { start: query.start, end: query.end };
  return {
    ...judgeKnowledge(current, query.maxAgeMs, now),
    asOf: current.asOf,
    delivery: current.delivery,
    ...(current.kind === "known"
      ? known(current, query, request)
      : { busy: [], unknown: [{ ...request, reason: current.reason }], ...extras([], [request], query, request) }),
  };
}

type Known = Extract<Knowledge, { kind: "known" }>;
type Content = Pick<CalendarAnswer, "busy" | "unknown" | "blocks" | "view">;

function known({ layers, zones, window }: Known, query: AvailabilityQuery, request: Interval): Content {
  const { before, after } = query.bufferMs;
  // A block within a buffer's length of the request reaches into it.
  const reach = { start: later(request.start, -after), end: later(request.end, before) };
  const found = layers
    .filter((layer) => blocksTime(layer, query))
    .map((layer) => ({ layer, intervals: intervalsOf(layer, zones, reach) }));
  const blocked = found.flatMap(({ intervals }) => intervals);
  const busy: Interval[] = clipped(merged(before + after === 0 ? blocked : widened(blocked, before, after)), request);
  // And so does a block that nobody has seen, just outside the window.
  const seen = { start: later(window.start, after), end: later(window.end, -before) };
  const unknown = without(outside(seen, request), busy);
  return {
    busy,
    unknown: unknown.map((one) => ({ ...one, reason: "beyondHorizon" })),
    ...extras(found, outside(seen, request), query, request),
  };
}

const blocksTime = ({ status, allDay }: Layer, query: AvailabilityQuery): boolean =>
  query.blockOn.includes(status) && !(allDay && query.allDay === "ignore");

const widened = (intervals: readonly Interval[], before: number, after: number): Interval[] =>
  intervals.map(({ start, end }) => ({ start: later(start, -before), end: later(end, after) }));

function intervalsOf(layer: Layer, zones: readonly ZoneId[], bounds: Interval): Interval[] {
  const intervals = spansNear(layer, bounds).map((span) => placed(span, layer, zones));
  if (!layer.allDay) return intervals;
  return intervals.filter(({ start, end }) => start < end); // a day that the zone left out has no buffers either
}

/** The layer's spans, at least those that meet the bounds in any zone. Linear in these, log n in the others. */
export function spansNear({ allDay, spans }: Layer, bounds: Interval): readonly Span[] {
  const unitMs = allDay ? DAY_MS : MINUTE_MS;
  const slackMs = allDay ? DAY_MS : 0; // no zone moves a midnight further
  const [from, until] = [(bounds.start - slackMs) / unitMs, (bounds.end + slackMs) / unitMs];
  return spans.slice(
    firstWhere(spans, ({ end }) => end > from),
    firstWhere(spans, ({ start }) => start >= until),
  );
}

/** Where in sorted spans those begin that fulfil a condition which all later ones fulfil as well; their number if none does. */
function firstWhere(spans: readonly Span[], holds: (span: Span) => boolean): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const span = spans[middle];
    if (span !== undefined && holds(span)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** When a span of the layer is. Empty only for days that every zone has left out. */
export const placed = (span: Span, { allDay }: Layer, zones: readonly ZoneId[]): Interval =>
  allDay ? dayInterval(span, zones) : { start: instant(span.start * MINUTE_MS), end: instant(span.end * MINUTE_MS) };

/** The parts of the request that are not in the window; all of it where the window ends before it starts. */
const outside = (window: Interval, request: Interval): Interval[] =>
  clipped(
    merged([
      { start: request.start, end: window.start },
      { start: window.end, end: request.end },
    ]),
    request,
  );

interface Found {
  readonly layer: Layer;
  readonly intervals: readonly Interval[];
}

function extras(
  found: readonly Found[],
  unknown: readonly Interval[],
  { detail, viewIntervalMs, bufferMs: { before, after } }: AvailabilityQuery,
  request: Interval,
): Pick<CalendarAnswer, "blocks" | "view"> {
  const blocksBy = (reach: (intervals: readonly Interval[]) => readonly Interval[]): Block[] =>
    found.flatMap(({ layer: { status, allDay }, intervals }) =>
      clipped(reach(intervals), request).map((one) => ({ ...one, status, allDay })),
    );
  const buffered = (intervals: readonly Interval[]): readonly Interval[] => widened(intervals, before, after);
  return {
    ...(detail && { blocks: blocksBy((own) => own).sort((a, b) => a.start - b.start || a.end - b.end) }),
    ...(viewIntervalMs !== undefined && { view: viewOf(blocksBy(buffered), unknown, request, viewIntervalMs) }),
  };
}
