/** What operators of a booking service ask: which calendars there are, why one answers as it does, and a new read. */
import type { State } from "./answer.js";
import type { CalendarId } from "./calendarId.js";
import { readRow } from "./change.js";
import type { Deps } from "./deps.js";
import { believable } from "./due.js";
import { type Explanation, explainCalendar, type Standard } from "./explain.js";
import type { Reader } from "./knowledge.js";
import { notifiedMessages } from "./wakes.js";
import { isVisible } from "./watch.js";

/** Rows a page of the list looks at, and pages of storage one request may look at for those that are the reader's. */
const ROWS_PER_PAGE = 200;
const PAGES_MAX = 10;

/** Everything known about one calendar; `undefined` where it is not the reader's to know [A6]. */
export async function explain(
  deps: Deps,
  reader: Reader,
  standard: Standard,
  id: CalendarId,
): Promise<Explanation | undefined> {
  const stored = await readRow(deps, id);
  return explainCalendar(stored?.row, reader, standard, deps.clock.now());
}

export interface ListRequest {
  readonly state?: State;
  /** Where the page before ended. */
  readonly cursor?: string;
}

export interface ListPage {
  readonly calendars: readonly Explanation[];
  /** Absent at the end. A page may be short, even empty, and still have one. */
  readonly cursor?: string;
}

/** The reader's calendars in the order of their ids, some at a time. */
export async function list(
  deps: Deps,
  reader: Reader,
  standard: Standard,
  { state, cursor }: ListRequest,
): Promise<ListPage> {
  const calendars: Explanation[] = [];
  let next = cursor;
  for (let pages = 0; pages < PAGES_MAX && calendars.length < ROWS_PER_PAGE; pages++) {
    const page = await deps.store.list(ROWS_PER_PAGE, next);
    const now = deps.clock.now();
    const known = page.rows.map(({ row }) => explainCalendar(believable(row, deps.policy, now), reader, standard, now));
    calendars.push(
      ...known.filter((one) => one !== undefined).filter((one) => state === undefined || one.state === state),
    );
    next = page.cursor;
    if (next === undefined) return { calendars };
  }
  return next === undefined ? { calendars } : { calendars, cursor: next };
}

/** Queues a read, and its confirmation, as a notification would. False where the calendar is not the reader's [A6]. */
export async function requestRefresh(deps: Deps, { consumer, seesAll }: Reader, id: CalendarId): Promise<boolean> {
  const row = (await readRow(deps, id))?.row;
  if (row === undefined || !isVisible(row, consumer, seesAll)) return false;
  await deps.queues.refresh(notifiedMessages([id], deps.clock.now(), "requested", deps.policy));
  return true;
}
