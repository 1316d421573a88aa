/** A long snapshot's size and what it costs to make and to read one. No host: these are pure functions. */
import type { Layers } from "../shared/domain/blocks.js";
import { pack, unpack } from "../shared/domain/packing.js";
import type { Result } from "./result.js";
import { inTurn } from "./samples.js";

const MEETINGS = 720;
const BYTES_MAX = 4 * 1024;
const MS_MAX = 1;
const PACE = { warmUps: 2_000, rounds: 9, perRound: 200 } as const;

/** Meetings a bit over three hours apart, of half an hour and of three hours in turn: 720 fill 95 days. */
const LONG: Layers = [
  {
    status: "busy",
    allDay: false,
    spans: Array.from({ length: MEETINGS }, (_, index) => {
      const start = 29_767_680 + index * 190;
      return { start, end: start + (index % 2 === 0 ? 30 : 180) };
    }),
  },
];

export async function packing(): Promise<readonly Result[]> {
  const bytes = pack(LONG);
  const json = JSON.stringify(LONG);
  const ms = await inTurn(
    {
      pack: () => pack(LONG),
      unpack: () => unpack(bytes),
      stringify: () => JSON.stringify(LONG),
      parse: () => JSON.parse(json),
    },
    PACE,
  );
  const level = { of: "value", max: MS_MAX } as const;
  return [
    {
      what: "Snapshot of 720 meetings, size (floor: as JSON)",
      unit: "bytes",
      value: bytes.length,
      floor: Buffer.byteLength(json),
      level: { of: "value", max: BYTES_MAX },
    },
    { what: "Packing it (floor: JSON.stringify)", unit: "ms", value: ms.pack, floor: ms.stringify, level },
    { what: "Unpacking it (floor: JSON.parse)", unit: "ms", value: ms.unpack, floor: ms.parse, level },
  ];
}
