/** Table `calendars` in memory, holding what the Table adapter writes: rows go in and out through its own parsing. */
import { Buffer } from "node:buffer";
import { type Entity, entityOf, rowOf, type StoredEntity } from "../../shared/adapters/calendarEntity.js";
import { sweptRow } from "../../shared/adapters/sweptRow.js";
import { type CalendarId, mailboxPart } from "../../shared/domain/calendarId.js";
import type { DueTimes } from "../../shared/domain/due.js";
import type { KeyRange } from "../../shared/domain/keyRange.js";
import type { CalendarStore, DueQuery, ETag, RowPage, StoredRow, SweptPage } from "../../shared/domain/ports.js";
import { type CalendarRow, idOfRow, SCHEMA_VERSION } from "../../shared/domain/row.js";
import { listPage, rangePage } from "../memory/keyOrder.js";

interface Kept {
  readonly entity: Entity;
  readonly etag: ETag;
  /** The entity as it is read, parsed once. */
  stored?: StoredRow | undefined;
}

/** `newer`: a version that is still to come wrote it; `older`: one from before the columns for the sweep; `torn`: half of it. */
export const DAMAGES = ["newer", "older", "torn"] as const;
export type Damage = (typeof DAMAGES)[number];

/** `entity`: what is stored of the row that there is now. */
export type WriteListener = (
  id: CalendarId,
  before: CalendarRow | undefined,
  after: CalendarRow | undefined,
  entity?: Entity,
) => void;

export class EntityStore implements CalendarStore {
  readonly #kept = new Map<CalendarId, Kept>();
  readonly #onWrite: WriteListener;
  #writes = 0;
  #order: readonly CalendarId[] | undefined;

  constructor(onWrite: WriteListener = () => undefined) {
    this.#onWrite = onWrite;
  }

  async read(id: CalendarId): Promise<StoredRow | undefined> {
    return this.#stored(id);
  }

  async readMailbox(id: CalendarId): Promise<readonly StoredRow[]> {
    return this.#ids
      .filter((other) => mailboxPart(other) === mailboxPart(id))
      .flatMap((other) => this.#stored(other) ?? []);
  }

  async write(row: CalendarRow, due: DueTimes, expected: ETag | "absent"): Promise<ETag | "conflict"> {
    const id = idOfRow(row);
    if ((this.#kept.get(id)?.etag ?? "absent") !== expected) return "conflict";
    const before = this.#stored(id)?.row;
    const kept = { entity: entityOf(row, due), etag: this.#nextEtag() };
    if (!this.#kept.has(id)) this.#order = undefined;
    this.#kept.set(id, kept);
    this.#onWrite(id, before, row, kept.entity);
    return kept.etag;
  }

  async remove(id: CalendarId, expected: ETag): Promise<"removed" | "conflict"> {
    const kept = this.#kept.get(id);
    if (kept !== undefined && kept.etag !== expected) return "conflict";
    const before = this.#stored(id)?.row;
    this.#kept.delete(id);
    this.#order = undefined;
    if (before !== undefined) this.#onWrite(id, before, undefined);
    return "removed";
  }

  async listRange(range: KeyRange, limit: number, due?: DueQuery): Promise<SweptPage> {
    return rangePage(this.#ids, range, limit, due, (id) =>
      sweptRow((this.#kept.get(id)?.entity ?? {}) as StoredEntity),
    );
  }

  async list(limit: number, cursor?: string): Promise<RowPage> {
    return listPage(this.#ids, limit, cursor, (id) => this.#stored(id));
  }

  /** Makes of a stored row what another version of this app, or half a write, would have left. */
  damage(id: CalendarId, damage: Damage): void {
    const kept = this.#kept.get(id);
    if (kept !== undefined) this.#kept.set(id, { entity: damaged(kept.entity, damage), etag: this.#nextEtag() });
  }

  /** The row as it reads, without the journey. */
  peek(id: CalendarId): StoredRow | undefined {
    return this.#stored(id);
  }

  get rows(): readonly CalendarRow[] {
    return this.#ids.flatMap((id) => this.#stored(id)?.row ?? []);
  }

  /** Everything that is stored, as text. */
  get text(): string {
    const shown = (_: string, value: unknown): unknown =>
      value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value;
    return JSON.stringify(
      [...this.#kept.values()].map(({ entity }) => entity),
      shown,
    );
  }

  /** Sorted anew only where a row has come or gone. */
  get #ids(): readonly CalendarId[] {
    this.#order ??= [...this.#kept.keys()].sort();
    return this.#order;
  }

  #stored(id: CalendarId): StoredRow | undefined {
    const kept = this.#kept.get(id);
    if (kept === undefined) return undefined;
    kept.stored ??= storedRow(kept);
    return kept.stored;
  }

  #nextEtag(): ETag {
    this.#writes += 1;
    return `etag ${this.#writes}` as ETag;
  }
}

function storedRow({ entity, etag }: Kept): StoredRow | undefined {
  const row = rowOf({ ...entity, etag } as StoredEntity);
  return row === undefined ? undefined : { row, etag };
}

function damaged(entity: Entity, damage: Damage): Entity {
  switch (damage) {
    case "newer":
      return {
        ...entity,
        schemaVersion: SCHEMA_VERSION + 1,
        sync: `{"inWords":"from a version that is still to come"}`,
      };
    case "older": {
      const {
        schemaVersion: _,
        watched: __,
        leased: ___,
        refreshDueAt: ____,
        subscriptionDueAt: _____,
        ...old
      } = entity;
      return old as Entity;
    }
    case "torn":
      return { ...entity, sync: String(entity.sync).slice(0, 20) };
    default:
      return damage satisfies never;
  }
}
