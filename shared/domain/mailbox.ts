/** What concerns all calendars of a mailbox: that Graph wants it left alone, and which zone it is in. */
import { bounded } from "./bounded.js";
import { type CalendarId, mailboxPart } from "./calendarId.js";
import { amendRow, readRow } from "./change.js";
import type { Deps } from "./deps.js";
import { ZONE_EVERY_MS, ZONE_RETRY_MS } from "./policy.js";
import type { Page } from "./ports.js";
import type { ViewOutcome } from "./readView.js";
import { type CalendarRow, idOfRow, type MailboxZone, withSync } from "./row.js";
import { pauseMs } from "./settle.js";
import type { Taken } from "./taken.js";
import { type EpochMs, later } from "./time.js";

const ZONE_TIMEOUT_MS = 5_000;
const MAILBOXES_AT_ONCE = 4;

/**
 * Graph's wish is the mailbox's, which hears it once, with the longest of its calendars' pauses; also where a lease was lost
 * meanwhile and what was read is worth nothing [R4].
 */
export async function quietenThrottled(
  deps: Deps,
  answers: readonly (readonly [Taken, Page | ViewOutcome | undefined])[],
): Promise<void> {
  const pauses = answers.flatMap(([{ id, row }, answer]) =>
    answer?.kind === "throttled" ? [{ id, ms: pauseMs(answer, row.sync.failures + 1, deps.random.fraction()) }] : [],
  );
  const mailboxes = Map.groupBy(pauses, ({ id }) => mailboxPart(id)).values();
  await bounded([...mailboxes], MAILBOXES_AT_ONCE, async (own) => {
    for (const { id } of own.slice(0, 1)) await quieten(deps, id, Math.max(...own.map(({ ms }) => ms)));
  });
}

/** Counted from when storage has told its time: a clock that leapt while Graph was waited for would make it an hour longer [D5]. */
const quieten = (deps: Deps, id: CalendarId, ms: number): Promise<void> =>
  amendMailbox(deps, id, (row, now) => {
    const notBefore = later(now, ms);
    return (row.sync.notBefore ?? 0) >= notBefore ? undefined : withSync(row, { notBefore });
  });

/** Whether it was told a day ago or longer, or never; or not told when asked an hour ago. */
export const isZoneDue = ({ mailboxZone }: CalendarRow, now: EpochMs): boolean =>
  mailboxZone === undefined || now - mailboxZone.readAt >= ZONE_EVERY_MS;

/** Asks Graph for the mailbox's zone, unless it is to be left alone [R4]. One that will not tell has none [R10]. */
export async function learnZone(deps: Deps, id: CalendarId): Promise<void> {
  const row = (await readRow(deps, id))?.row;
  const now = deps.clock.now();
  if (row === undefined || !isZoneDue(row, now) || (row.sync.notBefore ?? 0) > now) return;
  const told = await deps.reader.mailboxZone(row.name, ZONE_TIMEOUT_MS);
  const isTold = told !== undefined && !("kind" in told);
  if (told !== undefined && !isTold) await quieten(deps, id, pauseMs(told, 1, deps.random.fraction()));
  await amendMailbox(deps, id, (current) => {
    if (current.unreadable || !isZoneDue(current, now)) return undefined; // what cannot be read is not written for this
    const zone: MailboxZone = isTold ? { ...told, readAt: now } : { ...current.mailboxZone, readAt: askedInVain(now) };
    return { ...current, mailboxZone: zone };
  });
}

/** As if it had been told so long ago that it is asked for again in an hour. */
const askedInVain = (now: EpochMs): EpochMs => later(now, ZONE_RETRY_MS - ZONE_EVERY_MS);

async function amendMailbox(
  deps: Deps,
  id: CalendarId,
  amend: (row: CalendarRow, now: EpochMs) => CalendarRow | undefined,
): Promise<void> {
  for (const { row } of await deps.store.readMailbox(id)) await amendRow(deps, idOfRow(row), amend);
}
