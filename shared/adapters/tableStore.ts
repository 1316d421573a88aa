/** Table `calendars`: one entity a calendar. */
import { odata, type TableClient } from "@azure/data-tables";
import { type CalendarId, calendarPart, isCalendarId, mailboxPart } from "../domain/calendarId.js";
import type { DueTimes } from "../domain/due.js";
import type { KeyRange } from "../domain/keyRange.js";
import type { CalendarStore, DueQuery, ETag, RowPage, StoredRow, SweptPage, SweptRow } from "../domain/ports.js";
import { type CalendarRow, idOfRow } from "../domain/row.js";
import { entityOf, keysOf, rowOf, type StoredEntity } from "./calendarEntity.js";
import { SharedReads } from "./sharedReads.js";
import { SWEPT_COLUMNS, sweptFilter, sweptRow } from "./sweptRow.js";
import { inTable } from "./tables.js";

/** The service's own page size. Source: https://learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination */
export const PAGE_ROWS_MAX = 1_000;
/** Far more calendars than one mailbox can have. */
const MAILBOX_ROWS_MAX = 1_000;

export class TableStore implements CalendarStore {
  readonly #table: TableClient;
  /** A calendar that many ask about is read from storage only as often as it can change anybody's answer. */
  readonly #reads = new SharedReads((id: CalendarId) => this.#read(id));

  constructor(table: TableClient) {
    this.#table = table;
  }

  read(id: CalendarId): Promise<StoredRow | undefined> {
    return this.#reads.read(id);
  }

  async #read(id: CalendarId): Promise<StoredRow | undefined> {
    const { partitionKey, rowKey } = keysOf(id);
    const answer = await inTable(this.#table, () => this.#table.getEntity<StoredEntity>(partitionKey, rowKey));
    return answer.kind === "done" ? storedRow(answer.value) : undefined;
  }

  async readMailbox(id: CalendarId): Promise<readonly StoredRow[]> {
    const entities = await this.#query(odata`PartitionKey eq ${mailboxPart(id)}`, MAILBOX_ROWS_MAX);
    return entities.flatMap((entity) => storedRow(entity) ?? []);
  }

  async write(row: CalendarRow, due: DueTimes, expected: ETag | "absent"): Promise<ETag | "conflict"> {
    const entity = entityOf(row, due);
    const answer = await inTable(this.#table, () =>
      expected === "absent"
        ? this.#table.createEntity(entity)
        : this.#table.updateEntity(entity, "Replace", { etag: expected }),
    );
    return answer.kind === "done" && answer.value.etag !== undefined ? (answer.value.etag as ETag) : "conflict";
  }

  async remove(id: CalendarId, expected: ETag): Promise<"removed" | "conflict"> {
    const { partitionKey, rowKey } = keysOf(id);
    const answer = await inTable(this.#table, () => this.#table.deleteEntity(partitionKey, rowKey, { etag: expected }));
    return answer.kind === "conflict" ? "conflict" : "removed";
  }

  /** Reads all of the range's keys: Table Storage indexes no other column. Whole mailboxes only, so that none is split. */
  async listRange(range: KeyRange, limit: number, due?: DueQuery): Promise<SweptPage> {
    const filter = sweptFilter(range, due);
    const queryOptions = { select: SWEPT_COLUMNS, ...(filter !== undefined && { filter }) };
    const answer = await inTable(this.#table, async (): Promise<SweptPage> => {
      const rows: SweptRow[] = [];
      let mailbox = "";
      const pages = this.#table.listEntities<StoredEntity>({ queryOptions });
      for await (const page of pages.byPage({ maxPageSize: PAGE_ROWS_MAX }))
        for (const entity of page) {
          const { partitionKey = "" } = entity;
          if (rows.length >= limit && partitionKey !== mailbox) return { rows, next: partitionKey };
          mailbox = partitionKey;
          const row = sweptRow(entity);
          if (row !== undefined) rows.push(row);
        }
      return { rows };
    });
    return answer.kind === "done" ? answer.value : { rows: [] };
  }

  async list(limit: number, cursor?: string): Promise<RowPage> {
    const after = cursor !== undefined && isCalendarId(cursor) ? filterAfter(cursor) : undefined;
    const entities = await this.#query(after, limit + 1);
    const rows = entities.slice(0, limit).flatMap((entity) => storedRow(entity) ?? []);
    const last = entities[limit - 1];
    return entities.length > limit && last !== undefined ? { rows, cursor: idOfEntity(last) } : { rows };
  }

  async #query(filter: string | undefined, limit: number): Promise<StoredEntity[]> {
    const queryOptions = filter === undefined ? {} : { filter };
    const answer = await inTable(this.#table, async () => {
      const found: StoredEntity[] = [];
      const pages = this.#table.listEntities<StoredEntity>({ queryOptions });
      for await (const page of pages.byPage({ maxPageSize: Math.min(limit, PAGE_ROWS_MAX) })) {
        found.push(...page);
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    });
    return answer.kind === "done" ? answer.value : [];
  }
}

function storedRow(entity: StoredEntity): StoredRow | undefined {
  const row = rowOf(entity);
  // A row under keys that are not its name's own is nobody's: writing it would make a second one.
  return row === undefined || idOfRow(row) !== idOfEntity(entity) ? undefined : { row, etag: entity.etag as ETag };
}

const idOfEntity = (entity: StoredEntity): string => `${entity.partitionKey}${entity.rowKey}`;

function filterAfter(id: CalendarId): string {
  const [mailbox, calendar] = [mailboxPart(id), calendarPart(id)];
  return odata`PartitionKey gt ${mailbox} or (PartitionKey eq ${mailbox} and RowKey gt ${calendar})`;
}
