/** Times taken, and what is said of many of them. */

/** How long the work took, in milliseconds. Rejects as the work does: a failed call is no fast call. */
export async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** The smallest sample that `percent` of all samples do not exceed. `NaN` of none. */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

/** The same of one field of many samples. */
export const percentileOf = <Field extends string>(
  samples: readonly Readonly<Record<Field, number>>[],
  field: Field,
  percent: number,
): number =>
  percentile(
    samples.map((sample) => sample[field]),
    percent,
  );

export const median = (samples: readonly number[]): number => percentile(samples, 50);

export interface Pace {
  readonly warmUps: number;
  readonly rounds: number;
  readonly perRound: number;
}

/**
 * All works in turn, again and again, so that whatever else the machine does meets them alike. Of each the median of the
 * rounds' medians, in milliseconds.
 */
export async function inTurn<Name extends string>(
  works: Readonly<Record<Name, () => unknown>>,
  { warmUps, rounds, perRound }: Pace,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(works) as Name[];
  for (let count = 0; count < warmUps; count++) for (const name of names) await works[name]();
  const medians = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const samples = new Map<Name, number[]>(names.map((name) => [name, []]));
    for (let count = 0; count < perRound; count++)
      for (const name of names) samples.get(name)?.push(await timed(works[name]));
    for (const name of names) medians.get(name)?.push(median(samples.get(name) ?? []));
  }
  return Object.fromEntries(names.map((name) => [name, median(medians.get(name) ?? [])])) as Record<Name, number>;
}
