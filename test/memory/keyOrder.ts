/** Pages of a table that is kept in memory; `ids` are in key order. */
import { type CalendarId, mailboxPart } from "../../shared/domain/calendarId.js";
import type { KeyRange } from "../../shared/domain/keyRange.js";
import type { DueQuery, RowPage, StoredRow, SweptPage, SweptRow } from "../../shared/domain/ports.js";
import { isDue } from "../../shared/domain/sweepMessages.js";

/** For `CalendarStore.listRange`: whole mailboxes only. */
export function rangePage(
  ids: readonly CalendarId[],
  { from, to }: KeyRange,
  limit: number,
  due: DueQuery | undefined,
  rowOf: (id: CalendarId) => SweptRow | undefined,
): SweptPage {
  const rows: SweptRow[] = [];
  for (const id of ids) {
    if (from !== undefined && mailboxPart(id) < from) continue;
    if (to !== undefined && mailboxPart(id) >= to) break;
    const row = rowOf(id);
    if (row === undefined || (due !== undefined && !isDue(row, due))) continue;
    const last = rows.length < limit ? undefined : rows.at(-1);
    if (last !== undefined && mailboxPart(last.id) !== mailboxPart(id)) return { rows, next: mailboxPart(id) };
    rows.push(row);
  }
  return { rows };
}

/** For `CalendarStore.list`. */
export function listPage(
  ids: readonly CalendarId[],
  limit: number,
  cursor: string | undefined,
  rowOf: (id: CalendarId) => StoredRow | undefined,
): RowPage {
  const after = ids.filter((id) => cursor === undefined || id > cursor);
  const rows = after.slice(0, limit).flatMap((id) => rowOf(id) ?? []);
  const last = after[limit - 1];
  return after.length > limit && last !== undefined ? { rows, cursor: last } : { rows };
}
