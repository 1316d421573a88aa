/** Calendars under lease: read together, settled one by one. */
import { bounded } from "./bounded.js";
import { type CalendarId, mailboxPart } from "./calendarId.js";
import { amendRow, calendarsOfMailbox, changeRow } from "./change.js";
import type { Deps } from "./deps.js";
import { layersOf } from "./mapping.js";
import type { RefreshMessage } from "./messages.js";
import { ZONE_EVERY_MS } from "./policy.js";
import type { GraphFailure, Page, ViewRequest } from "./ports.js";
import { completeView, timeLeftMs, type ViewOutcome } from "./readView.js";
import { logRead, logStateChange } from "./refreshLog.js";
import { type CalendarRow, type Lease, type MailboxZone, withSync } from "./row.js";
import { pauseEnd, type Result, settled } from "./settle.js";
import type { Taken, Wakeup } from "./taken.js";
import { type EpochMs, later } from "./time.js";
import { sendWakeups } from "./wakes.js";
import { askedFor, windowAt } from "./window.js";

/** Long calendars of one message read at the same time; each mailbox is still asked one thing at a time. */
const VIEWS_AT_ONCE = 4;
const ROWS_AT_ONCE = 4;
const ZONE_TIMEOUT_MS = 5_000;

/**
 * Reads the calendars, writes what was found and sends the wake-ups that are owed then. `endsAt`: whoever asks waits no
 * longer, and nor is Graph waited for. What has come whole waits for nobody else's further pages. Throws only for storage.
 */
export async function readCalendars(
  deps: Deps,
  group: readonly Taken[],
  message: RefreshMessage,
  endsAt?: EpochMs,
): Promise<void> {
  const startedAt = deps.clock.now();
  const views = group.map(({ row, lease }) => viewOf(row, lease, deps.policy.horizonDays));
  const timeoutMs = Math.min(...group.map(({ lease }) => timeLeftMs(lease, startedAt, endsAt)));
  const firsts = await deps.reader.firstPages(views, timeoutMs);
  const throttled = group.filter((_, index) => firsts[index]?.kind === "throttled");
  const zones: Zones = new Map(throttled.map(({ id }) => [mailboxPart(id), Promise.resolve(undefined)])); // not now [R4]
  const finish = async ([index, taken]: readonly [number, Taken]): Promise<readonly Wakeup[]> => {
    const view = views[index] ?? viewOf(taken.row, taken.lease, deps.policy.horizonDays);
    const first = firsts[index] ?? ({ kind: "transient", detail: "no answer" } as const);
    const outcome = await completeView(deps, { id: taken.id, view, lease: taken.lease, endsAt }, first);
    const zone = outcome.kind === "view" ? await zoneOf(deps, taken, zones, endsAt) : undefined;
    return settle(deps, taken, { outcome, zone, startedAt, isHurried: endsAt !== undefined }, message);
  };
  const { whole = [], long = [] } = Object.groupBy(group.entries(), ([index]) =>
    hasMore(firsts[index]) ? "long" : "whole",
  );
  await Promise.all([
    bounded(whole, ROWS_AT_ONCE, finish).then((wakeups) => sendWakeups(deps, wakeups.flat())),
    bounded(long, VIEWS_AT_ONCE, async (one) => sendWakeups(deps, await finish(one))),
  ]);
}

const hasMore = (first: Page | GraphFailure | undefined): boolean => first?.kind === "page" && first.next !== undefined;

const viewOf = (row: CalendarRow, lease: Lease, horizonDays: number): ViewRequest => ({
  name: row.name,
  ...askedFor(windowAt(lease.asOf, horizonDays)),
});

/** What each mailbox tells, once it was asked for any of its calendars. */
type Zones = Map<string, Promise<MailboxZone | undefined>>;

/** Asked again daily, once for all calendars of a mailbox in the message. A mailbox that will not tell has none [R10]. */
function zoneOf(
  deps: Deps,
  { id, row }: Taken,
  zones: Zones,
  endsAt: EpochMs = later(deps.clock.now(), ZONE_TIMEOUT_MS),
): Promise<MailboxZone | undefined> {
  const now = deps.clock.now();
  if (row.mailboxZone !== undefined && now - row.mailboxZone.readAt < ZONE_EVERY_MS) return Promise.resolve(undefined);
  const asked =
    zones.get(mailboxPart(id)) ??
    deps.reader.mailboxZone(row.name, Math.max(1, Math.min(ZONE_TIMEOUT_MS, endsAt - now))).then(async (told) => {
      if (told === undefined || !("kind" in told)) return told && { readAt: now, ...told };
      await quieten(deps, id, pauseEnd(told, 1, deps.random.fraction(), deps.clock.now()));
      return undefined;
    });
  zones.set(mailboxPart(id), asked);
  return asked;
}

interface Read {
  readonly outcome: ViewOutcome;
  readonly zone: MailboxZone | undefined;
  readonly startedAt: EpochMs;
  /** It had less time than a read may have. */
  readonly isHurried: boolean;
}

async function settle(
  deps: Deps,
  taken: Taken,
  { outcome, zone, startedAt, isHurried }: Read,
  message: RefreshMessage,
): Promise<readonly Wakeup[]> {
  if (outcome.kind === "lost") return [];
  const found = resultOf(outcome, deps.policy.horizonDays, zone);
  const isUnfinished = isHurried && found.kind === "transient" && found.late === true;
  const result = isUnfinished ? ({ kind: "unfinished", detail: found.detail } as const) : found;
  const pages = "pages" in outcome ? outcome.pages : 0;
  const events = result.kind === "read" ? result.events : 0;
  const fraction = deps.random.fraction();
  const row = await changeRow<CalendarRow | undefined>(deps, taken.id, (current, now) => {
    if (current?.sync.settledBy === taken.lease.token) return { result: current }; // written before; the answer was lost
    const durationMs = now - startedAt;
    const report = { at: startedAt, why: message.cause, outcome: result.kind, durationMs, pages, events };
    const written = settled(current, { token: taken.lease.token, result, report, now, fraction }, deps.policy);
    return written === undefined ? { result: undefined } : { result: written, row: written };
  });
  // Graph's wish is the mailbox's, also where the lease was lost meanwhile and what was read is worth nothing.
  if (result.kind === "throttled")
    await quieten(deps, taken.id, row?.sync.notBefore ?? pauseEnd(result, 1, fraction, deps.clock.now()));
  if (row === undefined) return [];
  logRead(deps, taken, row, result, message);
  logStateChange(deps, taken.row, row);
  return wakeupOf(taken.id, row);
}

/** A view becomes layers; what cannot be understood is no view [R5]. */
function resultOf(outcome: Exclude<ViewOutcome, { kind: "lost" }>, horizonDays: number, zone?: MailboxZone): Result {
  if (outcome.kind === "tooManyEvents")
    return { kind: "blocked", reason: "tooManyEvents", detail: "more events than a snapshot holds" };
  if (outcome.kind !== "view") return outcome;
  const mapped = layersOf(outcome.events);
  if (mapped.kind === "malformed") return { kind: "transient", detail: `malformed: ${mapped.detail}` };
  const { asOf } = outcome;
  const window = windowAt(asOf, horizonDays);
  const read = { kind: "read", asOf, window, layers: mapped.layers, events: outcome.events.length } as const;
  return zone === undefined ? read : { ...read, zone };
}

/** Graph's limits are the mailbox's: all its calendars wait [R4]. */
async function quieten(deps: Deps, id: CalendarId, notBefore: EpochMs): Promise<void> {
  for (const one of await calendarsOfMailbox(deps, id))
    await amendRow(deps, one, (row) =>
      (row.sync.notBefore ?? 0) >= notBefore ? undefined : withSync(row, { notBefore }),
    );
}

function wakeupOf(id: CalendarId, { sync }: CalendarRow): Wakeup[] {
  const at = sync.retryAt ?? sync.wakeAt;
  return at === undefined ? [] : [{ id, at, alone: sync.crashes > 0 }];
}
