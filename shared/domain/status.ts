/** How the service does: numbers over all calendars, counted by the last sweep; and the queues as they are now. */
import type { Deps } from "./deps.js";
import type { QueueGauge, QueueLength } from "./ports.js";
import { NOTHING_COUNTED, type Tally } from "./tally.js";
import { type EpochMs, later, MINUTE_MS } from "./time.js";

/** A queue that has messages to be taken, and none taken for so long, is worked on by nobody. */
export const SILENT_MS = 10 * MINUTE_MS;

export interface QueueStatus extends QueueLength {
  readonly lastTakenAt: EpochMs | undefined;
  readonly silent: boolean;
}

export interface ServiceStatus {
  readonly now: EpochMs;
  /** When the counts were taken: from the first row to the last. None before the first whole round. */
  readonly counted: { readonly from: EpochMs; readonly until: EpochMs } | undefined;
  readonly tally: Tally;
  readonly queues: readonly QueueStatus[];
}

/** Costs one point read of the sweep's note and, a queue, one of its own and three questions to storage. No row is read. */
export async function serviceStatus(
  { ledger, clock }: Pick<Deps, "ledger" | "clock">,
  gauge: QueueGauge,
): Promise<ServiceStatus> {
  const [stored, lengths] = await Promise.all([ledger.round("refresh"), gauge.lengths()]);
  const takenAt = await Promise.all(lengths.map(({ queue }) => ledger.takenAt(queue)));
  const now = clock.now();
  const last = stored?.round.last;
  return {
    now,
    counted: last && { from: last.startedAt, until: last.endedAt },
    tally: last?.tally ?? NOTHING_COUNTED,
    queues: lengths.map((length, index) => queueStatus(length, takenAt[index], now)),
  };
}

function queueStatus(length: QueueLength, lastTakenAt: EpochMs | undefined, now: EpochMs): QueueStatus {
  const longAgo = later(now, -SILENT_MS);
  const waits = length.waitingSince !== undefined && length.waitingSince <= longAgo;
  return { ...length, lastTakenAt, silent: waits && (lastTakenAt === undefined || lastTakenAt <= longAgo) };
}
