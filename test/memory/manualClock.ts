/** Storage's time as a test wants it; sleepers wake in the order of their instants. */
import { OwnedTime } from "../../local/graph/testBed.js";
import type { Clock } from "../../shared/domain/ports.js";
import type { EpochMs } from "../../shared/domain/time.js";

export class ManualClock extends OwnedTime implements Clock {
  declare readonly now: () => EpochMs;
  /** False: storage has not told its time yet. */
  isSynced = true;

  synced(): boolean {
    return this.isSynced;
  }
}
