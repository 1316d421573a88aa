/** The only way a row is written: read, decide, compare-and-swap; and decide again where somebody was faster [D3]. */
import type { CalendarId } from "./calendarId.js";
import type { Deps } from "./deps.js";
import { believable, dueTimes } from "./due.js";
import { RowContended, type StoredRow, WatchesUnreadable } from "./ports.js";
import { type CalendarRow, idOfRow } from "./row.js";
import type { EpochMs } from "./time.js";

const WRITE_ATTEMPTS_MAX = 12;
const PAUSE_MIN_MS = 5;
/** A pause is anything up to its bound, which doubles: so 64 writers of one row, the most that it has room for, part. */
const PAUSE_BOUND_FIRST_MS = 60;
const PAUSE_BOUND_LAST_MS = 1_000;

/** What is decided of a row: a new value for it, or that it goes, or that it stays; and what the caller learns. */
export interface Decision<Result> {
  readonly result: Result;
  readonly row?: CalendarRow;
  readonly remove?: true;
}

type Storage = Pick<Deps, "store" | "clock" | "policy" | "random" | "sleep">;

/**
 * Decides on the row as it is now and writes the decision, at most 12 times, which takes a few seconds.
 * `decide` may run several times: it must have no side effect, and recognise its own earlier write by its token, whose
 * answer may have been lost.
 * Errors: `RowContended` after 12 conflicts; `StorageUnavailable` where storage cannot be reached; `WatchesUnreadable` for a
 * change of a row whose watches cannot be read: it is left as it is, for a version that can, or for an operator [D4].
 */
export async function changeRow<Result>(
  deps: Storage,
  id: CalendarId,
  decide: (row: CalendarRow | undefined, now: EpochMs) => Decision<Result>,
): Promise<Result> {
  for (let attempt = 1; attempt <= WRITE_ATTEMPTS_MAX; attempt++) {
    const stored = await readRow(deps, id);
    const decision = decide(stored?.row, deps.clock.now());
    if (await written(deps, stored, decision)) return decision.result;
    if (attempt < WRITE_ATTEMPTS_MAX) await deps.sleep(pauseAfter(attempt, deps));
  }
  throw new RowContended(`row ${id}: ${WRITE_ATTEMPTS_MAX} writes in a row met somebody else's`);
}

function pauseAfter(attempt: number, { random }: Pick<Deps, "random">): number {
  const bound = Math.min(PAUSE_BOUND_FIRST_MS * 2 ** (attempt - 1), PAUSE_BOUND_LAST_MS);
  return PAUSE_MIN_MS + random.fraction() * (bound - PAUSE_MIN_MS);
}

/** Changes a row that is there and whose watches can be read; `undefined` leaves it as it is. `amend` and errors: as for `changeRow`. */
export const amendRow = (
  deps: Storage,
  id: CalendarId,
  amend: (row: CalendarRow, now: EpochMs) => CalendarRow | undefined,
): Promise<void> =>
  changeRow(deps, id, (row, now) => {
    const amended = row === undefined || row.unreadable === "watches" ? undefined : amend(row, now);
    return { result: undefined, ...(amended && { row: amended }) };
  });

/** The row as far as it can be believed. Storage's clock is known once this has returned. */
export async function readRow(
  deps: Pick<Deps, "store" | "clock" | "policy">,
  id: CalendarId,
): Promise<StoredRow | undefined> {
  const stored = await deps.store.read(id);
  return stored && { ...stored, row: believable(stored.row, deps.policy, deps.clock.now()) };
}

async function written(
  { store, policy }: Storage,
  stored: StoredRow | undefined,
  { row, remove }: Decision<unknown>,
): Promise<boolean> {
  if ((remove || row !== undefined) && stored?.row.unreadable === "watches")
    throw new WatchesUnreadable(idOfRow(stored.row));
  if (remove && stored) return (await store.remove(idOfRow(stored.row), stored.etag)) === "removed";
  if (row === undefined) return true;
  return (await store.write(row, dueTimes(row, policy), stored?.etag ?? "absent")) !== "conflict";
}
