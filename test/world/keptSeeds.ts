/**
 * Seeds whose worlds once found a fault: lived through again in every run, for ever. What is drawn has changed since 12, 18, 124
 * and 344 did: their worlds are others now, and need not meet that fault again. What holds it is the named test that each fault
 * has in `test/domain/`; the seed is kept as one more world.
 */

export interface KeptSeed {
  readonly seed: number;
  readonly found: string;
}

export const KEPT_SEEDS: readonly KeptSeed[] = [
  { seed: 12, found: "a row of a newer version that nobody watches never went" },
  { seed: 18, found: "a throttled reader that had lost its lease kept Retry-After to itself" },
  { seed: 344, found: "a read under way ended the mailbox's Retry-After" },
  { seed: 124, found: "two confirmations by clocks a second apart cost two reads" },
  { seed: 911, found: "a row that a wrong clock had written on forgot Graph's Retry-After" },
  { seed: 5282, found: "Retry-After was counted by a clock that had leapt an hour while Graph was waited for" },
];
