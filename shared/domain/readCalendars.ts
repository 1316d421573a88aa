/** Calendars under lease: read together, settled one by one. */
import { bounded } from "./bounded.js";
import { mailboxPart } from "./calendarId.js";
import { changeRow } from "./change.js";
import type { Deps } from "./deps.js";
import { isZoneDue, learnZone, quietenThrottled } from "./mailbox.js";
import { layersOf } from "./mapping.js";
import type { RefreshMessage } from "./messages.js";
import type { GraphFailure, Page, ViewRequest } from "./ports.js";
import { completeView, timeLeftMs, type ViewOutcome } from "./readView.js";
import { logRead, logStateChange } from "./refreshLog.js";
import { type CalendarRow, idOfRow, type Lease } from "./row.js";
import { type Result, settled } from "./settle.js";
import type { Taken, Wakeup } from "./taken.js";
import type { EpochMs } from "./time.js";
import { sendWakeups } from "./wakes.js";
import { askedFor, windowAt } from "./window.js";

/** Long calendars of one message read at the same time; each mailbox is still asked one thing at a time. */
const VIEWS_AT_ONCE = 4;
const ROWS_AT_ONCE = 4;

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
  const isHurried = endsAt !== undefined;
  const views = group.map(({ row, lease }) => viewOf(row, lease, deps.policy.horizonDays));
  const timeoutMs = Math.min(...group.map(({ lease }) => timeLeftMs(lease, startedAt, endsAt)));
  const firsts = await deps.reader.firstPages(views, timeoutMs);
  const finish = async ([index, taken]: readonly [number, Taken]): Promise<readonly CalendarRow[]> => {
    const view = views[index] ?? viewOf(taken.row, taken.lease, deps.policy.horizonDays);
    const first = firsts[index] ?? ({ kind: "transient", detail: "no answer" } as const);
    const outcome = await completeView(deps, { id: taken.id, view, lease: taken.lease, endsAt }, first);
    if (first !== outcome) await quietenThrottled(deps, [[taken, outcome]]); // what the first pages say is heard below
    return settle(deps, taken, { outcome, startedAt, isHurried }, message);
  };
  const { whole = [], long = [] } = Object.groupBy(group.entries(), ([index]) =>
    hasMore(firsts[index]) ? "long" : "whole",
  );
  const quiet = quietenThrottled(
    deps,
    group.map((taken, index) => [taken, firsts[index]]),
  );
  await Promise.all([
    Promise.all([bounded(whole, ROWS_AT_ONCE, finish), quiet]).then(([rows]) =>
      afterwards(deps, rows.flat(), isHurried),
    ),
    quiet.then(() => bounded(long, VIEWS_AT_ONCE, async (one) => afterwards(deps, await finish(one), isHurried))),
  ]);
}

const hasMore = (first: Page | GraphFailure | undefined): boolean => first?.kind === "page" && first.next !== undefined;

const viewOf = (row: CalendarRow, lease: Lease, horizonDays: number): ViewRequest => ({
  name: row.name,
  ...askedFor(windowAt(lease.asOf, horizonDays)),
});

/** What is owed when the rows are written. Whoever is in a hurry leaves the zones to others. */
async function afterwards(deps: Deps, rows: readonly CalendarRow[], isHurried: boolean): Promise<void> {
  await sendWakeups(deps, rows.flatMap(wakeupOf));
  if (isHurried) return;
  const now = deps.clock.now();
  const zoneless = rows.filter((row) => row.sync.lastRead?.outcome === "read" && isZoneDue(row, now));
  const mailboxes = new Map(zoneless.map((row) => [mailboxPart(idOfRow(row)), idOfRow(row)]));
  await bounded([...mailboxes.values()], VIEWS_AT_ONCE, (id) => learnZone(deps, id));
}

interface Read {
  readonly outcome: ViewOutcome;
  readonly startedAt: EpochMs;
  /** It had less time than a read may have. */
  readonly isHurried: boolean;
}

async function settle(
  deps: Deps,
  taken: Taken,
  { outcome, startedAt, isHurried }: Read,
  message: RefreshMessage,
): Promise<readonly CalendarRow[]> {
  if (outcome.kind === "lost") return [];
  const found = resultOf(outcome, deps.policy.horizonDays);
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
  if (row === undefined) return [];
  logRead(deps, taken, row, result, message);
  logStateChange(deps, taken.row, row);
  return [row];
}

/** A view becomes layers; what cannot be understood is no view [R5]. */
function resultOf(outcome: Exclude<ViewOutcome, { kind: "lost" }>, horizonDays: number): Result {
  if (outcome.kind === "tooManyEvents")
    return { kind: "blocked", reason: "tooManyEvents", detail: "more events than a snapshot holds" };
  if (outcome.kind !== "view") return outcome;
  const mapped = layersOf(outcome.events);
  if (mapped.kind === "malformed") return { kind: "transient", detail: `malformed: ${mapped.detail}` };
  const { asOf } = outcome;
  const window = windowAt(asOf, horizonDays);
  return { kind: "read", asOf, window, layers: mapped.layers, events: outcome.events.length };
}

function wakeupOf(row: CalendarRow): Wakeup[] {
  const { retryAt, wakeAt, crashes } = row.sync;
  const at = retryAt ?? wakeAt;
  return at === undefined ? [] : [{ id: idOfRow(row), at, alone: crashes > 0 }];
}
