/** Watching and unwatching: which calendars a consumer wishes to have cached. */
import { bounded } from "./bounded.js";
import { type CalendarId, type CalendarName, calendarIdOf } from "./calendarId.js";
import { changeRow } from "./change.js";
import type { Deps } from "./deps.js";
import type { SubscriptionMessage } from "./messages.js";
import { type Outgoing, type StoredRow, WatchesUnreadable } from "./ports.js";
import { type CalendarRow, newRow, WATCHES_MAX, type Watch, withSync } from "./row.js";
import { type EpochMs, latest } from "./time.js";
import { notifiedMessages } from "./wakes.js";

const ROWS_AT_ONCE = 16;

export interface WatchRequest {
  readonly name: CalendarName;
  readonly reference: string;
  readonly timeZone?: string;
}

export type WatchResult =
  /** `created`: this consumer had no watch with this reference before. */
  | { readonly kind: "watched"; readonly id: CalendarId; readonly created: boolean }
  | { readonly kind: "tooManyWatches"; readonly id: CalendarId };

/**
 * Adds the consumer's watches; asking twice is asking once. Results in the order asked.
 * Errors: throws where storage failed, `WatchesUnreadable` where others' wishes would be overwritten; what was written by
 * then is found by the sweep, and asking again is safe.
 */
export async function watch(
  deps: Deps,
  consumer: string,
  requests: readonly WatchRequest[],
): Promise<readonly WatchResult[]> {
  const { outcomes, unreadable } = await rowByRow(
    requests,
    ({ name }) => calendarIdOf(name),
    (request) => watchOne(deps, consumer, request),
  );
  const unread = outcomes.flatMap(({ result, isNew }) => (isNew ? [result.id] : []));
  await wakeUp(deps, new Set(unread), deps.clock.now());
  if (unreadable !== undefined) throw unreadable;
  return outcomes.map(({ result }) => result);
}

/**
 * Outcomes in the order asked. What is asked of one row is done one after another: it would only be in its own way. A row
 * whose watches cannot be read costs the others nothing: it has no outcome, and is told beside them.
 */
async function rowByRow<Request, Outcome>(
  requests: readonly Request[],
  idOf: (request: Request) => CalendarId,
  work: (request: Request) => Promise<Outcome>,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly unreadable: WatchesUnreadable | undefined }> {
  const rows = Map.groupBy(requests.entries(), ([, request]) => idOf(request));
  const outcomes: Outcome[] = new Array(requests.length);
  let unreadable: WatchesUnreadable | undefined;
  await bounded([...rows.values()], ROWS_AT_ONCE, async (own) => {
    try {
      for (const [index, request] of own) outcomes[index] = await work(request);
    } catch (error) {
      if (!(error instanceof WatchesUnreadable)) throw error;
      unreadable = error;
    }
  });
  return { outcomes, unreadable };
}

async function watchOne(deps: Deps, consumer: string, { name, reference, timeZone }: WatchRequest) {
  const id = calendarIdOf(name);
  const token = deps.random.token();
  const siblings = await deps.store.readMailbox(id);
  return changeRow<{ readonly result: WatchResult; readonly isNew: boolean }>(deps, id, (stored, now) => {
    const row = stored ?? withPause(newRow(name, now), siblings);
    const known = row.watches.find((one) => isSameWatch(one, { consumer, reference }));
    // Written before, and the answer was lost; whether it was the first watch is lost with it.
    if (known?.token === token) return { result: { result: { kind: "watched", id, created: true }, isNew: true } };
    const others = row.watches.filter((one) => one !== known);
    if (others.length >= WATCHES_MAX) return { result: { result: { kind: "tooManyWatches", id }, isNew: false } };
    const { timeZone: _, ...same } = known ?? { consumer, reference, token };
    const wish: Watch = { ...same, ...(timeZone !== undefined && { timeZone }) };
    const result = { kind: "watched", id, created: known === undefined } as const;
    return { result: { result, isNew: row.watches.length === 0 }, row: { ...row, watches: [...others, wish] } };
  });
}

/** Graph's wish to be left alone is the mailbox's, so that a calendar which is new here has it too [R4]. */
function withPause(row: CalendarRow, siblings: readonly StoredRow[]): CalendarRow {
  const pauses = siblings.flatMap((one) => one.row.sync.notBefore ?? []);
  return pauses.length === 0 ? row : withSync(row, { notBefore: latest(...pauses) });
}

const isSameWatch = (a: Watch, b: Pick<Watch, "consumer" | "reference">): boolean =>
  a.consumer === b.consumer && a.reference === b.reference;

/** A first read and a subscription for calendars that nobody watched before. */
async function wakeUp(deps: Deps, ids: ReadonlySet<CalendarId>, now: EpochMs): Promise<void> {
  await Promise.all([
    deps.queues.refresh(notifiedMessages(ids, now, "watched", deps.policy)),
    deps.queues.subscriptions([...ids].map((id) => lookAt(id, now))),
  ]);
}

const lookAt = (calendar: CalendarId, at: EpochMs): Outgoing<SubscriptionMessage> => ({
  message: { kind: "subscription", calendar, request: "look", at },
});

export interface UnwatchRequest {
  readonly id: CalendarId;
  /** Absent: every watch this consumer has on the calendar. */
  readonly reference?: string;
}

export type UnwatchResult =
  /** Both count the consumer's own watches only. */
  | { readonly kind: "unwatched"; readonly id: CalendarId; readonly removed: number; readonly remaining: number }
  | { readonly kind: "notWatched"; readonly id: CalendarId };

/** Takes back the consumer's watches. With the last watch of all gone, the subscription and the row follow [S6]. */
export async function unwatch(
  deps: Deps,
  consumer: string,
  requests: readonly UnwatchRequest[],
): Promise<readonly UnwatchResult[]> {
  const { outcomes, unreadable } = await rowByRow(
    requests,
    ({ id }) => id,
    (request) => unwatchOne(deps, consumer, request),
  );
  const unwanted = new Set(outcomes.flatMap(({ result, isLast }) => (isLast ? [result.id] : [])));
  await deps.queues.subscriptions([...unwanted].map((id) => lookAt(id, deps.clock.now())));
  if (unreadable !== undefined) throw unreadable;
  return outcomes.map(({ result }) => result);
}

function unwatchOne(deps: Deps, consumer: string, { id, reference }: UnwatchRequest) {
  const isMeant = (one: Watch): boolean =>
    one.consumer === consumer && (reference === undefined || one.reference === reference);
  let tried = 0; // what is taken away leaves no token behind: whoever finds it gone after an attempt takes it for their own
  return changeRow<{ readonly result: UnwatchResult; readonly isLast: boolean }>(deps, id, (row) => {
    if (row?.unreadable === "watches") throw new WatchesUnreadable(id);
    const { watches = [] } = row ?? {};
    const left = watches.filter((one) => !isMeant(one));
    const found = watches.length - left.length;
    const removed = found || tried;
    if (removed === 0) return { result: { result: { kind: "notWatched", id }, isLast: false } };
    tried = removed;
    const remaining = left.filter((one) => one.consumer === consumer).length;
    const result: UnwatchResult = { kind: "unwatched", id, removed, remaining };
    const outcome = { result, isLast: left.length === 0 };
    return row === undefined || found === 0 ? { result: outcome } : { result: outcome, row: { ...row, watches: left } };
  });
}

/** Whether the consumer may know of this calendar [A6]. */
export const isVisible = (row: CalendarRow, consumer: string, seesAll: boolean): boolean =>
  row.watches.length > 0 && (seesAll || row.watches.some((one) => one.consumer === consumer));
