/** Worlds that once found a fault: lived through again in every run, for ever. */

export interface KeptSeed {
  readonly seed: number;
  readonly found: string;
}

export const KEPT_SEEDS: readonly KeptSeed[] = [];
