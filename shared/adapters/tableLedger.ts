/** Table `subscriptions`, the sweeps' own entities: where each stands and what it has counted. */
import type { TableClient } from "@azure/data-tables";
import * as z from "zod";
import type { ETag, Ledger } from "../domain/ports.js";
import type { Round, Sweep } from "../domain/round.js";
import { COUNTS, SINCES } from "../domain/tally.js";
import { type EpochMs, instant, MINUTE_MS } from "../domain/time.js";
import { parsed } from "./storedJson.js";
import { inTable } from "./tables.js";

const ROUNDS = "sweep rounds";
const TAKEN = "taken queues";
/** How often an instance notes that it takes messages. */
const TAKEN_EVERY_MS = MINUTE_MS;

const at = z.int().min(0).max(8.64e15).transform(instant);
const TallyData = z.object({
  counts: z.partialRecord(z.enum(COUNTS), z.int().min(0)),
  since: z.partialRecord(z.enum(SINCES), at),
});
const RoundData = z.object({
  from: z.string().exactOptional(),
  startedAt: at.exactOptional(),
  soFar: TallyData,
  last: z.object({ tally: TallyData, startedAt: at, endedAt: at }).exactOptional(),
  taken: z.object({ token: z.string(), until: at }).exactOptional(),
});

interface RoundEntity {
  readonly round?: unknown;
}

interface TakenEntity {
  readonly takenAt?: unknown;
}

export class TableLedger implements Ledger {
  readonly #table: TableClient;
  readonly #noted = new Map<string, EpochMs>();

  constructor(table: TableClient) {
    this.#table = table;
  }

  async round(sweep: Sweep): Promise<{ readonly round: Round; readonly etag: ETag } | undefined> {
    const answer = await inTable(this.#table, () => this.#table.getEntity<RoundEntity>(ROUNDS, sweep));
    const round = answer.kind === "done" ? parsed(RoundData, answer.value.round) : undefined;
    return answer.kind === "done" && round !== undefined ? { round, etag: answer.value.etag as ETag } : undefined;
  }

  async writeRound(sweep: Sweep, round: Round, expected: ETag | "any"): Promise<ETag | "conflict"> {
    const entity = { partitionKey: ROUNDS, rowKey: sweep, round: JSON.stringify(round) };
    const answer = await inTable(this.#table, () =>
      expected === "any"
        ? this.#table.upsertEntity(entity, "Replace")
        : this.#table.updateEntity(entity, "Replace", { etag: expected }),
    );
    return answer.kind === "done" && answer.value.etag !== undefined ? (answer.value.etag as ETag) : "conflict";
  }

  async noteTaken(queue: string, takenAt: EpochMs): Promise<void> {
    const since = takenAt - (this.#noted.get(queue) ?? 0);
    if (since >= 0 && since < TAKEN_EVERY_MS) return;
    this.#noted.set(queue, takenAt);
    const entity = { partitionKey: TAKEN, rowKey: queue, takenAt: new Date(takenAt) };
    await inTable(this.#table, () => this.#table.upsertEntity(entity, "Replace"));
  }

  async takenAt(queue: string): Promise<EpochMs | undefined> {
    const answer = await inTable(this.#table, () => this.#table.getEntity<TakenEntity>(TAKEN, queue));
    const takenAt = answer.kind === "done" ? answer.value.takenAt : undefined;
    return takenAt instanceof Date ? instant(takenAt.getTime()) : undefined;
  }
}
