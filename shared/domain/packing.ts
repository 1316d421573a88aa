/** A snapshot's blocks as bytes [D2]. A value has exactly one form, so equal blocks have equal hashes. */
import type { Layer, Layers, Span } from "./blocks.js";

/** The first byte of what is stored; bytes that begin with another one are unreadable, never guessed at. */
const VERSION = 1;

/** Every kind of layer, in the order layers are kept. A kind's position is its header byte in storage: only ever append. */
export const LAYER_KINDS = [
  { status: "busy", allDay: false },
  { status: "oof", allDay: false },
  { status: "tentative", allDay: false },
  { status: "workingElsewhere", allDay: false },
  { status: "busy", allDay: true },
  { status: "oof", allDay: true },
  { status: "tentative", allDay: true },
  { status: "workingElsewhere", allDay: true },
] as const satisfies readonly Omit<Layer, "spans">[];

/** One a calendar event, and no snapshot is made of more than 10,000 events. */
export const SPANS_MAX = 10_000;
/** Days from 1970-01-01 to 10000-01-01: Outlook's times have years of four digits. */
export const DAYS_MAX = 2_932_897;
export const MINUTES_MAX = DAYS_MAX * 24 * 60;

const latestEnd = (allDay: boolean): number => (allDay ? DAYS_MAX : MINUTES_MAX);

/**
 * The version, then for each layer: its header byte, how many spans, and each span as its distance from the one before
 * and its length. Whatever is at least 1 is written less 1, so that touching and empty spans have no form at all.
 * Errors: throws for layers that are not sorted, disjoint and in bounds; `layersOf` makes no others.
 */
export function pack(layers: Layers): Uint8Array {
  const bytes = [VERSION];
  let [previous, spans] = [-1, 0];
  for (const layer of layers) {
    const header = LAYER_KINDS.findIndex((kind) => kind.status === layer.status && kind.allDay === layer.allDay);
    spans += layer.spans.length;
    if (header <= previous || spans > SPANS_MAX) throw new RangeError("layers out of order, or too many spans");
    bytes.push(header);
    writeSpans(bytes, layer);
    previous = header;
  }
  return Uint8Array.from(bytes);
}

function writeSpans(bytes: number[], { spans, allDay }: Layer): void {
  writeNumber(bytes, spans.length - 1);
  let previousEnd = -1;
  for (const { start, end } of spans) {
    writeNumber(bytes, start - previousEnd - 1);
    writeNumber(bytes, end - start - 1);
    previousEnd = end;
  }
  if (previousEnd > latestEnd(allDay)) throw new RangeError("a span ends beyond the year 9999");
}

/** Seven bits a byte, the lowest first; the high bit says that more follow. */
function writeNumber(bytes: number[], value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError("spans empty, touching, unsorted or fractional");
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
  bytes.push(rest);
}

/** The layers that `pack` made these bytes of; `undefined` for bytes that it never makes. */
export function unpack(bytes: Uint8Array): Layers | undefined {
  if (bytes[0] !== VERSION) return undefined;
  const cursor: Cursor = { bytes, at: 1 };
  const layers: Layer[] = [];
  let [previous, spans] = [-1, 0];
  while (cursor.at < bytes.length) {
    const header = bytes[cursor.at++] ?? -1;
    const kind = LAYER_KINDS[header];
    if (kind === undefined || header <= previous) return undefined;
    const read = readSpans(cursor, latestEnd(kind.allDay), SPANS_MAX - spans);
    if (read === undefined) return undefined;
    layers.push({ ...kind, spans: read });
    spans += read.length;
    previous = header;
  }
  return layers;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function readSpans(cursor: Cursor, endMax: number, spansMax: number): readonly Span[] | undefined {
  const count = readNumber(cursor) + 1;
  if (!(count <= spansMax)) return undefined;
  const spans: Span[] = [];
  let previousEnd = -1;
  for (let index = 0; index < count; index++) {
    const start = previousEnd + 1 + readNumber(cursor);
    previousEnd = start + 1 + readNumber(cursor);
    if (!(previousEnd <= endMax)) return undefined;
    spans.push({ start, end: previousEnd });
  }
  return spans;
}

/** No number needs more bytes: 7 × 5 bits hold every minute there is. */
const NUMBER_BYTES_MAX = 5;

/** `NaN` where the bytes end too early or are not the shortest form: it passes through sums and fails every bound. */
function readNumber(cursor: Cursor): number {
  let [value, weight] = [0, 1];
  for (let index = 0; index < NUMBER_BYTES_MAX; index++) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) return Number.NaN;
    value += (byte & 127) * weight;
    if (byte < 128) return byte === 0 && index > 0 ? Number.NaN : value;
    weight *= 128;
  }
  return Number.NaN;
}
