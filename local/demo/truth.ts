/** What the app should answer for a calendar, worked out from simulated Outlook alone, not with the app's own code. */
import type { GraphSimulator, TrueBlock } from "../graph/simulator.js";
import { dateStart, resolveZone } from "../graph/zones.js";
import type { AnsweredBlock } from "./appClient.js";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Outlook places days in the mailbox's zone, the answer in the reader's: a day and more apart at most. */
const SLACK_DAYS = 3;

export interface TruthQuery {
  readonly mailbox: string;
  readonly calendar: string;
  /** Of the reader, else of the mailbox. */
  readonly zoneName: string;
  readonly start: number;
  readonly end: number;
  /** The truth as it was then. */
  readonly at: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Merged for each status and all-day flag, clipped; in the one order of `canonical`. */
export function trueBlocks(sim: GraphSimulator, query: TruthQuery): string[] {
  const { mailbox, calendar, zoneName, start, end, at } = query;
  const slack = SLACK_DAYS * DAY_MS;
  const zone = resolveZone(zoneName) ?? "UTC";
  const layers = new Map<string, Span[]>();
  for (const block of sim.truth(mailbox, calendar, start - slack, end + slack, at)) {
    const status = block.status === "unknown" ? "busy" : block.status;
    const layer = `${status}${block.allDay ? ", all day" : ""}`;
    layers.set(layer, [...(layers.get(layer) ?? []), spanOf(block, zone)]);
  }
  const all = [...layers].flatMap(([layer, spans]) =>
    merged(spans)
      .map((span) => ({ start: Math.max(span.start, start), end: Math.min(span.end, end) }))
      .filter((span) => span.start < span.end)
      .map((span) => shown(span, layer)),
  );
  return all.sort();
}

/** Answered blocks in the form in which the truth can be compared with them. */
export const canonical = (blocks: readonly AnsweredBlock[]): string[] =>
  blocks
    .map(({ start, end, status, allDay }) =>
      shown({ start: Date.parse(start), end: Date.parse(end) }, `${status}${allDay ? ", all day" : ""}`),
    )
    .sort();

const shown = ({ start, end }: Span, layer: string): string =>
  `${new Date(start).toISOString()} to ${new Date(end).toISOString()} ${layer}`;

/** Whole minutes, widened; whole days in the reader's zone. */
function spanOf({ start, end, dates }: TrueBlock, zone: string): Span {
  if (dates !== undefined) return { start: dateStart(dates.start, zone), end: dateStart(dates.end, zone) };
  return { start: Math.floor(start / MINUTE_MS) * MINUTE_MS, end: Math.ceil(end / MINUTE_MS) * MINUTE_MS };
}

function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last === undefined || last.end < span.start) result.push(span);
    else result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return result;
}
