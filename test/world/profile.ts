/** What a world may suffer from, drawn from its seed: not everything at once, so that each trouble is also met alone. */
import { seededRandom } from "../../local/graph/surroundings.js";

export interface Dice {
  /** 0 ≤ x < 1. */
  readonly fraction: () => number;
  readonly chance: (share: number) => boolean;
  /** A whole number below. */
  readonly below: (end: number) => number;
  readonly pick: <const Items extends readonly [unknown, ...unknown[]]>(items: Items) => Items[number];
}

export function diceOf(seed: number): Dice {
  const fraction = seededRandom(seed);
  const below = (end: number): number => Math.floor(fraction() * end);
  return {
    fraction,
    chance: (share) => fraction() < share,
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
  };
}

export interface Profile {
  /** Winter; two days before Europe's clocks go forward; and back. */
  readonly start: string;
  readonly crashes: boolean;
  /** The gate at which a process dies, counted from the first: over the seeds, every await in turn. */
  readonly killAt: number;
  readonly storageFaults: boolean;
  readonly graphFaults: boolean;
  /** Clocks that are storage's own; otherwise they are told the time by storage's answers, and jump. */
  readonly exactClocks: boolean;
  readonly jumps: boolean;
  /** Graph answers in pages of three. */
  readonly smallPages: boolean;
  /** How old a view Graph may serve; 0: none. */
  readonly oldViewMs: number;
  /** Mailboxes, calendars and permissions go and come back. */
  readonly access: boolean;
  readonly drop: number;
  readonly damage: boolean;
  /** Further calendars of Anna's. */
  readonly sides: number;
  /** Graph notifies Event Grid's partner topics, and not the webhook. */
  readonly eventGrid: boolean;
}

const KILLS = 250;

export function profileOf(seed: number, { chance, pick }: Dice): Profile {
  return {
    start: pick(["2026-12-01T12:00:00Z", "2027-03-26T12:00:00Z", "2026-10-23T12:00:00Z"]),
    crashes: chance(0.6),
    killAt: 1 + (seed % KILLS),
    storageFaults: chance(0.5),
    graphFaults: chance(0.6),
    exactClocks: chance(0.5),
    jumps: chance(0.3),
    smallPages: chance(0.3),
    oldViewMs: chance(0.25) ? 45_000 : 0,
    access: chance(0.3),
    drop: pick([0, 0, 0.3, 1]),
    damage: chance(0.25),
    sides: pick([1, 1, 2, 5]),
    eventGrid: seed % 3 === 0,
  };
}
