/** Availability read for one consumer: a point read a calendar and no call to Graph [A3], unless the request asks for one. */
import { type AvailabilityQuery, answerCalendar, type CalendarAnswer, type Knowledge } from "./answer.js";
import { bounded } from "./bounded.js";
import type { CalendarId } from "./calendarId.js";
import { readRow } from "./change.js";
import type { Deps } from "./deps.js";
import { knowledgeOf, type Reader } from "./knowledge.js";
import { refresh, type Waiting } from "./refresh.js";
import { type CalendarRow, idOfRow } from "./row.js";
import { type EpochMs, earliest, later, latest } from "./time.js";
import { groupsOf } from "./wakes.js";
import { isVisible } from "./watch.js";

const ROWS_AT_ONCE = 50;
/** How long a request takes that asks for reads, what of it is kept for looking at their results, and how many groups go on at once [A9]. */
const REFRESH_MS = 2_500;
const LAST_LOOK_MS = 250;
const REFRESHES_AT_ONCE = 4;
const LOOK_AGAIN_MS = 100;

export interface ReadCalendar {
  /** Absent where the reader may not know of it, or there is none [A6]. */
  readonly row: CalendarRow | undefined;
  readonly answer: CalendarAnswer;
}

/** The answers without the rows. */
export const answersOf = (read: ReadonlyMap<CalendarId, ReadCalendar>): ReadonlyMap<CalendarId, CalendarAnswer> =>
  new Map([...read].map(([id, { answer }]) => [id, answer]));

type Reading = Pick<Deps, "store" | "clock" | "policy">;

/** Every calendar read once, however often it was named. Throws where storage failed for one: part of a team is no team. */
export async function readKnowledge<Answer>(
  deps: Reading,
  reader: Reader,
  ids: Iterable<CalendarId>,
  answer: (knowledge: Knowledge, row: CalendarRow | undefined) => Answer,
): Promise<ReadonlyMap<CalendarId, Answer>> {
  const read = await bounded([...new Set(ids)], ROWS_AT_ONCE, async (id): Promise<[CalendarId, Answer]> => {
    const row = (await readRow(deps, id))?.row;
    const visible = row !== undefined && isVisible(row, reader.consumer, reader.seesAll) ? row : undefined;
    return [id, answer(knowledgeOf(visible, reader, deps.clock.now()), visible)];
  });
  return new Map(read);
}

export const readAvailability = (
  deps: Reading,
  reader: Reader,
  ids: Iterable<CalendarId>,
  query: AvailabilityQuery,
): Promise<ReadonlyMap<CalendarId, ReadCalendar>> => readJudged(deps, reader, ids, query, () => deps.clock.now());

/** `at`: the instant at which the age of a row's copy is counted. */
const readJudged = (
  deps: Reading,
  reader: Reader,
  ids: Iterable<CalendarId>,
  query: AvailabilityQuery,
  at: (row: CalendarRow | undefined) => EpochMs,
): Promise<ReadonlyMap<CalendarId, ReadCalendar>> =>
  readKnowledge(deps, reader, ids, (knowledge, row) => ({ row, answer: answerCalendar(knowledge, query, at(row)) }));

/**
 * The same, after those that are not fresh were read from Graph, as far as that goes within the wait [A9]. What was read
 * since is fresh whatever age the request allows: its age is counted at `requestedAt`, before any of those reads. What was
 * not has some age, also where another instance's clock, a second ahead of this one's, has timed it.
 */
export async function readAvailabilityNow(
  deps: Deps,
  reader: Reader,
  ids: Iterable<CalendarId>,
  query: AvailabilityQuery,
): Promise<ReadonlyMap<CalendarId, ReadCalendar>> {
  const endsAt = later(deps.clock.now(), REFRESH_MS - LAST_LOOK_MS);
  const known = await readJudged(deps, reader, ids, query, (row) => aged(row, deps.clock.now()));
  const requestedAt = deps.clock.now();
  const before = readsOn(known);
  const old = [...known]
    .filter(([, { row, answer }]) => row !== undefined && answer.state !== "fresh")
    .map(([id]) => id);
  if (old.length === 0) return known;
  const waiting: Waiting = { endsAt, before };
  const reads = bounded(groupsOf(old), REFRESHES_AT_ONCE, (group) => readNow(deps, group, requestedAt, waiting));
  // Graph is waited for no longer than the request waits; what then is still to be written is written without it.
  await Promise.race([reads, deps.sleep(Math.max(0, endsAt - requestedAt))]);
  reads.catch(() => deps.log({ event: "refresh.failed", outcome: "unfinished", cause: "requested" }));
  return readJudged(deps, reader, known.keys(), query, (row) => {
    const { asOf, readBy } = row?.sync ?? {};
    if (row === undefined || asOf === undefined || readBy === undefined) return aged(row, requestedAt);
    const isLater = before.get(idOfRow(row))?.has(readBy) === false;
    return isLater ? earliest(requestedAt, asOf) : aged(row, requestedAt);
  });
}

/**
 * By calendar, the tokens of the read that its row is from, and of the one under way. None for a row that is not seen or not
 * believed: no read that is found there afterwards is known to be a later one.
 */
const readsOn = (known: ReadonlyMap<CalendarId, ReadCalendar>): ReadonlyMap<CalendarId, ReadonlySet<string>> =>
  new Map(
    [...known].flatMap(([id, { row }]) => {
      if (row === undefined || row.unreadable) return [];
      const tokens = [row.sync.readBy, row.sync.lease?.token].filter((token) => token !== undefined);
      return [[id, new Set(tokens)] as const];
    }),
  );

/** An instant at which the row's copy is not of age 0. */
const aged = (row: CalendarRow | undefined, at: EpochMs): EpochMs =>
  row?.sync.asOf === undefined ? at : latest(at, later(row.sync.asOf, 1));

/**
 * Asks as a confirmation does, so that no notification's own confirmation is taken to be made; without the pause [R3]. A
 * team is asked for together, in one `$batch`. Where somebody else is reading, it asks again when they have ended, as long
 * as there is time.
 */
async function readNow(deps: Deps, group: readonly CalendarId[], at: EpochMs, waiting: Waiting): Promise<void> {
  const unhurried = { ...deps, policy: { ...deps.policy, minRefreshIntervalMs: 0 } };
  for (let calendars = group; calendars.length > 0 && deps.clock.now() < waiting.endsAt; ) {
    const wake = { kind: "confirm", notifiedAt: at, at } as const;
    await refresh(unhurried, { calendars, wake, cause: "requested" }, waiting);
    calendars = await underLease(deps, calendars);
    if (calendars.length > 0) await deps.sleep(LOOK_AGAIN_MS);
  }
}

async function underLease(deps: Deps, ids: readonly CalendarId[]): Promise<CalendarId[]> {
  const rows = await bounded(ids, ROWS_AT_ONCE, (id) => readRow(deps, id));
  return ids.filter((_, index) => rows[index]?.row.sync.lease !== undefined);
}
