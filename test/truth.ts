/** Whether a copy is what the calendar really holds: computed here, from the simulator's own account. */
import type { GraphSimulator } from "../local/graph/simulator.js";
import { unpack } from "../shared/domain/packing.js";
import type { CalendarRow } from "../shared/domain/row.js";
import { DAY_MS, MINUTE_MS } from "../shared/domain/time.js";

/** One line for each busy stretch: its kind, its start and its end. */
type Stretches = readonly string[];
interface Stretch {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** What the row's snapshot claims of the window that it claims to cover; `undefined` where there is none. */
export function copied({ snapshot }: CalendarRow): Stretches | undefined {
  const layers = snapshot && unpack(snapshot.blocks);
  if (snapshot === undefined || layers === undefined) return undefined;
  const stretches = layers.flatMap(({ status, allDay, spans }) =>
    spans.map(({ start, end }): Stretch => {
      const unit = allDay ? DAY_MS : MINUTE_MS;
      return { kind: `${allDay ? "all day " : ""}${status}`, start: start * unit, end: end * unit };
    }),
  );
  return shown(stretches, snapshot.windowStart, snapshot.windowEnd);
}

/** What the calendar held at an instant, over the same window. */
export function held(sim: GraphSimulator, row: CalendarRow, asAt?: number): Stretches | undefined {
  const { snapshot, name } = row;
  if (snapshot === undefined) return undefined;
  const { windowStart, windowEnd } = snapshot;
  const blocks = sim.truth(name.mailbox, name.calendar, windowStart - 2 * DAY_MS, windowEnd + 2 * DAY_MS, asAt);
  const stretches = blocks.map(({ status, allDay, start, end, dates }): Stretch => {
    const kind = status === "unknown" ? "busy" : status;
    if (!allDay || dates === undefined) return { kind, start: floor(start, MINUTE_MS), end: -floor(-end, MINUTE_MS) };
    return { kind: `all day ${kind}`, start: Date.parse(dates.start), end: Date.parse(dates.end) };
  });
  return shown(stretches, windowStart, windowEnd);
}

const floor = (ms: number, unit: number): number => Math.floor(ms / unit) * unit;

function shown(stretches: readonly Stretch[], from: number, to: number): Stretches {
  const inside = stretches
    .map(({ kind, start, end }) => ({ kind, start: Math.max(start, from), end: Math.min(end, to) }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start);
  const merged: { kind: string; start: number; end: number }[] = [];
  for (const one of inside) {
    const before = merged.findLast(({ kind }) => kind === one.kind);
    if (before !== undefined && one.start <= before.end) before.end = Math.max(before.end, one.end);
    else merged.push({ ...one });
  }
  return merged
    .map(({ kind, start, end }) => `${kind} ${new Date(start).toISOString()} to ${new Date(end).toISOString()}`)
    .sort();
}
