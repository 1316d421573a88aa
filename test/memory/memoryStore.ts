/** Table `calendars`, in memory. Rows that are stored are frozen, so that nobody changes one by accident. */
import { type CalendarId, mailboxPart } from "../../shared/domain/calendarId.js";
import type { DueTimes } from "../../shared/domain/due.js";
import type { KeyRange } from "../../shared/domain/keyRange.js";
import type {
  CalendarStore,
  DueQuery,
  ETag,
  RowPage,
  StoredRow,
  SweptPage,
  SweptRow,
} from "../../shared/domain/ports.js";
import { type CalendarRow, INITIAL_SUBSCRIPTION, INITIAL_SYNC, idOfRow } from "../../shared/domain/row.js";
import { sweptFields } from "../../shared/domain/sweptFields.js";
import { instant } from "../../shared/domain/time.js";
import { frozen } from "./frozen.js";
import { listPage, rangePage } from "./keyOrder.js";

/** What of a stored row was damaged, by the group of fields; `schemaVersion`: somebody newer wrote it. */
export const DAMAGES = [
  "schemaVersion",
  "createdAt",
  "watches",
  "subscription",
  "sync",
  "snapshot",
  "refreshDueAt",
  "subscriptionDueAt",
] as const;
export type Damage = (typeof DAMAGES)[number];

interface Kept {
  readonly row: CalendarRow;
  readonly due: DueTimes;
  readonly etag: ETag;
  readonly damage?: Damage;
  /** The columns that a table has of this row: most that are listed have not changed since they last were. */
  swept?: SweptRow;
}

export class MemoryStore implements CalendarStore {
  readonly #rows = new Map<CalendarId, Kept>();
  #writes = 0;
  #order: readonly CalendarId[] | undefined;

  async read(id: CalendarId): Promise<StoredRow | undefined> {
    const kept = this.#rows.get(id);
    return kept && stored(kept);
  }

  async readMailbox(id: CalendarId): Promise<readonly StoredRow[]> {
    return this.#sorted().flatMap(([other, kept]) => (mailboxPart(other) === mailboxPart(id) ? [stored(kept)] : []));
  }

  async write(row: CalendarRow, due: DueTimes, expected: ETag | "absent"): Promise<ETag | "conflict"> {
    const id = idOfRow(row);
    if ((this.#rows.get(id)?.etag ?? "absent") !== expected) return "conflict";
    const { unreadable: _, ...whole } = row;
    const etag = this.#nextEtag();
    if (!this.#rows.has(id)) this.#order = undefined;
    this.#rows.set(id, { row: frozen(whole), due: { ...due }, etag });
    return etag;
  }

  async remove(id: CalendarId, expected: ETag): Promise<"removed" | "conflict"> {
    const kept = this.#rows.get(id);
    if (kept !== undefined && kept.etag !== expected) return "conflict";
    this.#rows.delete(id);
    this.#order = undefined;
    return "removed";
  }

  async listRange(range: KeyRange, limit: number, due?: DueQuery): Promise<SweptPage> {
    return rangePage(this.#idsInOrder(), range, limit, due, (id) => {
      const kept = this.#rows.get(id);
      if (kept !== undefined) kept.swept ??= swept(id, kept);
      return kept?.swept;
    });
  }

  async list(limit: number, cursor?: string): Promise<RowPage> {
    return listPage(this.#idsInOrder(), limit, cursor, (id) => {
      const kept = this.#rows.get(id);
      return kept && stored(kept);
    });
  }

  /** Spoils a part of the row, as a foreign hand or a newer version would. */
  damage(id: CalendarId, damage: Damage): void {
    const kept = this.#rows.get(id);
    if (kept === undefined) return;
    const { row, due } = kept;
    this.#rows.set(id, { row, due, damage, etag: this.#nextEtag() });
  }

  /** All rows, in key order. */
  get rows(): readonly CalendarRow[] {
    return this.#sorted().map(([, { row }]) => row);
  }

  #sorted(): [CalendarId, Kept][] {
    return this.#idsInOrder().flatMap((id): [CalendarId, Kept][] => {
      const kept = this.#rows.get(id);
      return kept === undefined ? [] : [[id, kept]];
    });
  }

  /** Sorted anew only where a row has come or gone. */
  #idsInOrder(): readonly CalendarId[] {
    this.#order ??= [...this.#rows.keys()].sort();
    return this.#order;
  }

  #nextEtag(): ETag {
    this.#writes += 1;
    return `etag ${this.#writes}` as ETag;
  }
}

const swept = (id: CalendarId, { row, due, damage }: Kept): SweptRow => ({
  id,
  ...sweptFields(row),
  refreshDueAt: damage === "refreshDueAt" ? instant(0) : due.refreshDueAt,
  subscriptionDueAt: damage === "subscriptionDueAt" ? instant(0) : due.subscriptionDueAt,
  newer: damage === "schemaVersion",
});

/** What is left of a damaged row knows nothing of any read; its name is always kept [D4]. */
function stored({ row, damage, etag }: Kept): StoredRow {
  if (damage === undefined || damage.endsWith("DueAt")) return { row, etag };
  const { snapshot: _, ...rest } = row;
  const left = {
    ...rest,
    ...(damage === "createdAt" && { createdAt: instant(0) }),
    ...(damage === "watches" && { watches: [] }),
    ...(damage === "subscription" && { subscription: INITIAL_SUBSCRIPTION }),
  };
  const isAbandoned = row.watches.length === 0 && damage !== "watches" && damage !== "subscription";
  const unreadable = damage === "watches" ? "watches" : "rest";
  return { row: { ...left, sync: INITIAL_SYNC, ...(!isAbandoned && { unreadable }) }, etag };
}
