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

/** Both as URLs. */
export async function underLoad(empty: string, read: string): Promise<readonly Result[]> {
  await shoot(read);
  const [empties, reads]: [Sample[], Sample[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    empties.push(await shoot(empty));
    reads.push(await shoot(read));
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
      what: `Time a read in that stream (floor: empty function)`,
      unit: "ms",
      value: of(reads, "msEach"),
      floor: of(empties, "msEach"),
      level: { of: "ratio", max: RATIO_MAX },
    },
  ];
}

async function shoot(url: string): Promise<Sample> {
  const { latency, requests, errors, non2xx } = await autocannon({ url, connections: IN_FLIGHT, duration: SECONDS });
  if (errors + non2xx > 0) throw new Error(`${errors + non2xx} requests under load were not answered with 200`);
  return { p99: latency.p99, msEach: 1_000 / requests.average };
}
