/** Damage done to a stored entity behind the store's back. */
import type { TableClient } from "@azure/data-tables";
import { keysOf } from "../../shared/adapters/calendarEntity.js";
import type { CalendarId } from "../../shared/domain/calendarId.js";
import { SCHEMA_VERSION } from "../../shared/domain/row.js";
import type { Damage } from "../memory/memoryStore.js";

const CHANGES: Readonly<Record<Damage, Readonly<Record<string, unknown>>>> = {
  schemaVersion: { schemaVersion: SCHEMA_VERSION + 1 },
  createdAt: { createdAt: "soon" },
  watches: { watches: '[{"consumer":' },
  subscription: { subscription: '{"removing":"all","failures":0,"refused":false}' },
  sync: { sync: '{"dirty":false,"failures":-1,"crashes":0}' },
  snapshot: { blocks: "no bytes" },
  refreshDueAt: { refreshDueAt: undefined },
  subscriptionDueAt: { subscriptionDueAt: undefined },
};

export async function damageEntity(table: TableClient, id: CalendarId, damage: Damage): Promise<void> {
  const { partitionKey, rowKey } = keysOf(id);
  const { etag: _, timestamp: __, ...entity } = await table.getEntity(partitionKey, rowKey);
  const damaged = Object.entries({ ...entity, ...CHANGES[damage] }).filter(([, value]) => value !== undefined);
  await table.updateEntity({ ...Object.fromEntries(damaged), partitionKey, rowKey }, "Replace");
}
