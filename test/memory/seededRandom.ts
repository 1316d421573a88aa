/** Chance that repeats: the same seed gives the same fractions and tokens. */
import { seededRandom as fractions } from "../../local/graph/surroundings.js";
import type { Random } from "../../shared/domain/ports.js";

export function seededRandom(seed: number): Random {
  const fraction = fractions(seed);
  let tokens = 0;
  return { fraction, token: () => `token ${++tokens} of ${seed}` };
}
