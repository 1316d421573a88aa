/** The sweeps' own notes, in memory. */
import type { ETag, Ledger } from "../../shared/domain/ports.js";
import type { Round, Sweep } from "../../shared/domain/round.js";
import type { EpochMs } from "../../shared/domain/time.js";
import { frozen } from "./frozen.js";

interface Kept {
  readonly round: Round;
  readonly etag: ETag;
}

export class MemoryLedger implements Ledger {
  readonly #rounds = new Map<Sweep, Kept>();
  readonly #taken = new Map<string, EpochMs>();
  #writes = 0;

  async round(sweep: Sweep): Promise<Kept | undefined> {
    return this.#rounds.get(sweep);
  }

  async writeRound(sweep: Sweep, round: Round, expected: ETag | "any"): Promise<ETag | "conflict"> {
    if (expected !== "any" && this.#rounds.get(sweep)?.etag !== expected) return "conflict";
    this.#writes += 1;
    const etag = `round ${this.#writes}` as ETag;
    this.#rounds.set(sweep, { round: frozen(round), etag });
    return etag;
  }

  async noteTaken(queue: string, at: EpochMs): Promise<void> {
    this.#taken.set(queue, at);
  }

  async takenAt(queue: string): Promise<EpochMs | undefined> {
    return this.#taken.get(queue);
  }
}
