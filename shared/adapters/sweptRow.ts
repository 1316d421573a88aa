/** Table `calendars` as the sweeps see it: a few columns of many rows. */
import { odata } from "@azure/data-tables";
import { isCalendarId } from "../domain/calendarId.js";
import type { KeyRange } from "../domain/keyRange.js";
import type { DueQuery, SweptRow } from "../domain/ports.js";
import { BLOCKED_REASONS, SCHEMA_VERSION } from "../domain/row.js";
import { type EpochMs, instant } from "../domain/time.js";
import type { StoredEntity } from "./calendarEntity.js";

const OPTIONAL_TIMES = ["asOf", "failingSince", "poisonedAt", "expiresAt", "subscriptionFailingSince"] as const;

export const SWEPT_COLUMNS: string[] = [
  ...["PartitionKey", "RowKey", "schemaVersion", "refreshDueAt", "subscriptionDueAt", "watched", "leased", "blocked"],
  ...OPTIONAL_TIMES,
];

/** `undefined` where the keys are no calendar's: nothing can be done for such an entity. */
export function sweptRow(entity: StoredEntity): SweptRow | undefined {
  const id = `${entity.partitionKey}${entity.rowKey}`;
  if (!isCalendarId(id)) return undefined;
  const { schemaVersion, refreshDueAt, subscriptionDueAt, watched, leased } = entity;
  const blocked = BLOCKED_REASONS.find((reason) => reason === entity.blocked);
  const times = OPTIONAL_TIMES.flatMap((name) => (entity[name] instanceof Date ? [[name, timeOf(entity[name])]] : []));
  return {
    id,
    refreshDueAt: timeOf(refreshDueAt),
    subscriptionDueAt: timeOf(subscriptionDueAt),
    watched: watched !== false,
    leased: leased === true,
    newer: !(schemaVersion === undefined || Number(schemaVersion) <= SCHEMA_VERSION),
    ...(blocked && { blocked }),
    ...Object.fromEntries(times),
  };
}

const timeOf = (column: unknown): EpochMs => instant(column instanceof Date ? column.getTime() : 0);

/** The filter of a query; `undefined` where everything is wanted. `not` also finds rows whose due time is missing. */
export function sweptFilter({ from, to }: KeyRange, due: DueQuery | undefined): string | undefined {
  const column = `${due?.what}DueAt`;
  const conditions = [
    from !== undefined && odata`PartitionKey ge ${from}`,
    to !== undefined && odata`PartitionKey lt ${to}`,
    due !== undefined &&
      `(not (${column} gt ${date(due.until)} and ${column} lt ${date(due.implausibleFrom)}) or schemaVersion gt ${SCHEMA_VERSION})`,
  ].filter((condition) => condition !== false);
  return conditions.length === 0 ? undefined : conditions.join(" and ");
}

const date = (at: number): string => `datetime'${new Date(at).toISOString()}'`;
