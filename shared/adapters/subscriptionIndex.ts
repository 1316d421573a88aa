/** Table `subscriptions`: subscription id → calendar; one entity for each tenant, and for each kind of daily work. */
import { odata, type TableClient } from "@azure/data-tables";
import { type CalendarId, isCalendarId } from "../domain/calendarId.js";
import type { SubscriptionIndex } from "../domain/ports.js";
import { DAY_MS, type EpochMs } from "../domain/time.js";
import { inTable } from "./tables.js";

const ROW_KEY = "calendar";
const DAILY = "daily work";
const TENANTS = "tenants";

interface Entry {
  readonly calendar?: unknown;
}
interface TenantEntry {
  readonly tenantId?: unknown;
}
interface DailyEntry {
  readonly dueAt?: unknown;
}

export class TableSubscriptionIndex implements SubscriptionIndex {
  readonly #table: TableClient;

  constructor(table: TableClient) {
    this.#table = table;
  }

  async put(subscriptionId: string, calendar: CalendarId): Promise<void> {
    const entity = { partitionKey: key(subscriptionId), rowKey: ROW_KEY, calendar };
    await inTable(this.#table, () => this.#table.upsertEntity(entity, "Replace"));
  }

  async find(subscriptionId: string): Promise<CalendarId | undefined> {
    const answer = await inTable(this.#table, () => this.#table.getEntity<Entry>(key(subscriptionId), ROW_KEY));
    const calendar = answer.kind === "done" ? answer.value.calendar : undefined;
    return typeof calendar === "string" && isCalendarId(calendar) ? calendar : undefined;
  }

  async remove(subscriptionId: string): Promise<void> {
    await inTable(this.#table, () => this.#table.deleteEntity(key(subscriptionId), ROW_KEY));
  }

  async putTenant(tenantId: string): Promise<void> {
    const entity = { partitionKey: TENANTS, rowKey: key(tenantId), tenantId };
    await inTable(this.#table, () => this.#table.upsertEntity(entity, "Replace"));
  }

  async tenants(limit: number): Promise<readonly string[]> {
    const queryOptions = { filter: odata`PartitionKey eq ${TENANTS}` };
    const answer = await inTable(this.#table, async () => {
      const found: string[] = [];
      for await (const { tenantId } of this.#table.listEntities<TenantEntry>({ queryOptions })) {
        if (found.length >= limit) break;
        if (typeof tenantId === "string") found.push(tenantId);
      }
      return found;
    });
    return answer.kind === "done" ? answer.value : [];
  }

  async takeDaily(work: string, now: EpochMs, next: EpochMs): Promise<boolean> {
    const entity = { partitionKey: DAILY, rowKey: work, dueAt: new Date(next) };
    const stored = await inTable(this.#table, () => this.#table.getEntity<DailyEntry>(DAILY, work));
    if (stored.kind !== "done") {
      await inTable(this.#table, () => this.#table.createEntity(entity));
      return false;
    }
    const { dueAt, etag } = stored.value;
    const due = dueAt instanceof Date ? dueAt.getTime() : 0;
    if (due > now && due <= now + 2 * DAY_MS) return false; // farther ahead than any day's end: a broken clock wrote it
    const taken = await inTable(this.#table, () => this.#table.updateEntity(entity, "Replace", { etag }));
    return taken.kind === "done";
  }
}

/** Graph's ids are GUIDs; whatever else comes is made fit for a key. */
const key = (subscriptionId: string): string => encodeURIComponent(subscriptionId).replaceAll("%", "=");
