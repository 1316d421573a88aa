/** Single reads with many in flight, beside as many requests to an empty function, in turns. */
import autocannon from "autocannon";
import type { Result } from "./result.js";
import { median } from "./samples.js";

const IN_FLIGHT = 50;
const ROUNDS = 5;
const SECONDS = 3;
const P99_MS_MAX = 60;
/** At least 60 % of the empty function's throughput: at most so many times the time a request. */
const RATIO_MAX = 1 / 0.6;

interface Sample {
  readonly p99: number;
  /** Of the whole stream of requests: a second through the throughput. */
  readonly msEach: number;
}

/** `read`: of one calendar, again and again; `others`: of others in turns. */
export async function underLoad(
  url: string,
  { empty, read, others }: { readonly empty: string; readonly read: string; readonly others: readonly string[] },
): Promise<readonly Result[]> {
  await shoot(url, [read]);
  const [empties, reads, spread]: [Sample[], Sample[], Sample[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    empties.push(await shoot(url, [empty]));
    reads.push(await shoot(url, [read]));
    spread.push(await shoot(url, others));
  }
  const of = (samples: readonly Sample[], field: keyof Sample) => median(samples.map((sample) => sample[field]));
  return [
    {
      what: `Read of 1 calendar, ${IN_FLIGHT} in flight, p99 (floor: empty function)`,
      unit: "ms",
      value: of(reads, "p99"),
      floor: of(empties, "p99"),
      level: { of: "value", max: P99_MS_MAX },
    },
    {
      what: "Time a read in that stream (floor: empty function)",
      unit: "ms",
      value: of(reads, "msEach"),
      floor: of(empties, "msEach"),
      level: { of: "ratio", max: RATIO_MAX },
    },
    {
      what: `The same, over ${others.length} calendars in turns`,
      unit: "ms",
      value: of(spread, "msEach"),
      floor: of(empties, "msEach"),
    },
  ];
}

async function shoot(url: string, paths: readonly string[]): Promise<Sample> {
  const sent = { requests: paths.map((path) => ({ method: "GET", path })), connections: IN_FLIGHT, duration: SECONDS };
  const { latency, requests, errors, non2xx } = await autocannon({ url, ...sent });
  if (errors + non2xx > 0) throw new Error(`${errors + non2xx} requests under load were not answered with 200`);
  return { p99: latency.p99, msEach: 1_000 / requests.average };
}
