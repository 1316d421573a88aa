import fc from "fast-check";
import { expect, test } from "vitest";
import { timed } from "../../test/timeline.js";
import type { Layer, Layers, Span } from "./blocks.js";
import { DAYS_MAX, LAYER_KINDS, MINUTES_MAX, pack, SPANS_MAX, unpack } from "./packing.js";
import { EVENTS_MAX } from "./readView.js";

const distance = fc.oneof(fc.nat(200), fc.nat(20_000), fc.nat(50_000));
const spans = fc.array(fc.tuple(distance, distance), { minLength: 1, maxLength: 20 }).map((pairs) => {
  let end = -1;
  return pairs.map(([gap, length]): Span => {
    const start = end + 1 + gap;
    end = start + 1 + length;
    return { start, end };
  });
});
const layers: fc.Arbitrary<Layers> = fc
  .tuple(fc.subarray([...LAYER_KINDS]), fc.infiniteStream(spans))
  .map(([kinds, some]) => kinds.map((kind): Layer => ({ ...kind, spans: [...some.take(1)].flat() })));

const busy = (...own: readonly Span[]): Layers => [{ status: "busy", allDay: false, spans: own }];
const allDay = (...own: readonly Span[]): Layers => [{ status: "busy", allDay: true, spans: own }];

test("D2: what was packed is unpacked", () => {
  fc.assert(
    fc.property(layers, (some) => {
      expect(unpack(pack(some))).toEqual(some);
    }),
  );
});

test("D2: bytes that are not refused are exactly what their layers pack to", () => {
  const edit = fc.record({ at: fc.nat(), remove: fc.nat(2), insert: fc.uint8Array({ maxLength: 2 }) });
  fc.assert(
    fc.property(layers, edit, (some, { at, remove, insert }) => {
      const bytes = [...pack(some)];
      bytes.splice(at % (bytes.length + 1), remove, ...insert);
      const read = unpack(Uint8Array.from(bytes));
      if (read !== undefined) expect([...pack(read)]).toEqual(bytes);
    }),
    { numRuns: 2_000 },
  );
});

test("D2: bytes cut short are refused, wherever that is inside a layer", () => {
  const bytes = pack(busy({ start: 29_767_680, end: 29_767_725 }, { start: 29_768_000, end: 29_768_300 }));
  for (let length = 2; length < bytes.length; length++) expect(unpack(bytes.subarray(0, length))).toBeUndefined();
});

test("D2: the bytes in storage mean what they meant when they were written", () => {
  const rows = ["0220", "0003", "1000", "0400"];
  const days = LAYER_KINDS.filter((kind) => kind.allDay).map((kind, day) => ({
    ...kind,
    spans: [{ start: 20_000 + day, end: 20_001 + day }],
  }));
  const hex = "01" + "00000101" + "01000300" + "02000000" + "03000100";
  const hexOfDays = "0400a09c0100" + "0500a19c0100" + "0600a29c0100" + "0700a39c0100";
  expect(Buffer.from(pack([...timed(rows), ...days])).toString("hex")).toBe(hex + hexOfDays);
  expect(Buffer.from(pack([])).toString("hex")).toBe("01");
});

test("D2: 720 meetings take at most 4 KiB", () => {
  const meetings = Array.from({ length: 720 }, (_, index) => ({
    start: 29_767_680 + index * 190,
    end: 29_767_680 + index * 190 + (index % 2 === 0 ? 30 : 180),
  }));
  expect(pack(busy(...meetings)).length).toBeLessThanOrEqual(4_096);
});

test("D2: a snapshot has room for a span from every event that a read may find", () => {
  const many = Array.from({ length: EVENTS_MAX }, (_, index) => ({ start: 2 * index, end: 2 * index + 1 }));
  expect(unpack(pack(busy(...many)))).toEqual(busy(...many));
});

test.each<[string, readonly number[]]>([
  ["nothing at all", []],
  ["another version", [2]],
  ["no version's number", [0]],
  ["a kind of layer that there is not", [1, 8, 0, 0, 0]],
  ["a layer twice", [1, 0, 0, 5, 0, 0, 0, 5, 0]],
  ["layers in another order", [1, 1, 0, 5, 0, 0, 0, 5, 0]],
  ["a number that is longer than it needs to be", [1, 0, 0, 0x85, 0, 0]],
  ["a number of six bytes", [1, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 0]],
  ["fewer spans than announced", [1, 0, 1, 5, 0]],
  ["something after the last layer", [1, 0, 0, 5, 0, 0]],
])("D2: refused is %s", (_name, bytes) => {
  expect(unpack(Uint8Array.from(bytes))).toBeUndefined();
});

test("D2: refused is a span beyond the last day or minute, and more spans than any snapshot has", () => {
  const lastDay = pack(allDay({ start: DAYS_MAX - 1, end: DAYS_MAX }));
  const lastMinute = pack(busy({ start: MINUTES_MAX - 1, end: MINUTES_MAX }));
  expect(unpack(lastDay)).toEqual(allDay({ start: DAYS_MAX - 1, end: DAYS_MAX }));
  expect(unpack(lastMinute)).toEqual(busy({ start: MINUTES_MAX - 1, end: MINUTES_MAX }));
  expect(unpack(lastDay.with(-1, 1))).toBeUndefined();
  expect(unpack(lastMinute.with(-1, 1))).toBeUndefined();
  const tooMany = [1, 0, 0x90, 0x4e, ...new Array(2 * (SPANS_MAX + 1)).fill(0)]; // 0x4e90 is 10,000: one more spans
  expect(unpack(Uint8Array.from(tooMany))).toBeUndefined();
  const spread = [1, 0, 0x87, 0x27, ...new Array(10_000).fill(0), 1, 0x87, 0x27, ...new Array(10_000).fill(0)];
  expect(unpack(Uint8Array.from(spread))).toHaveLength(2);
  expect(unpack(Uint8Array.from([...spread, 2, 0, 0, 0]))).toBeUndefined();
});

test.each<[string, Layers]>([
  ["touching spans", busy({ start: 1, end: 2 }, { start: 2, end: 3 })],
  ["spans in another order", busy({ start: 5, end: 6 }, { start: 1, end: 2 })],
  ["an empty span", busy({ start: 5, end: 5 })],
  ["half a minute", busy({ start: 5.5, end: 7 })],
  ["a minute before 1970", busy({ start: -1, end: 7 })],
  ["a day after 9999", allDay({ start: 5, end: DAYS_MAX + 1 })],
  ["a layer without spans", busy()],
  ["a layer twice", [...busy({ start: 1, end: 2 }), ...busy({ start: 3, end: 4 })]],
  ["layers in another order", [...allDay({ start: 1, end: 2 }), ...busy({ start: 3, end: 4 })]],
  ["too many spans", busy(...Array.from({ length: SPANS_MAX + 1 }, (_, at) => ({ start: 2 * at, end: 2 * at + 1 })))],
])("D2: never packed is %s", (_name, some) => {
  expect(() => pack(some)).toThrow(RangeError);
});
