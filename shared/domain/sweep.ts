/** The timers' work: find what is due and put it on queues. Nothing is done here that a crash could lose [D1, S8]. */
import { bounded } from "./bounded.js";
import type { Deps } from "./deps.js";
import { refreshDueMaxMs, subscriptionDueMaxMs } from "./due.js";
import { DEFAULT_MAX_AGE_MS } from "./policy.js";
import type { DueQuery, ETag, SweptPage, SweptRow } from "./ports.js";
import { advanced, FIRST_ROUND, isTaken, nextPart, type Part, type Round, rowsExpected, takenBy } from "./round.js";
import { roundFields } from "./roundLog.js";
import { refreshLooks, subscriptionLooks } from "./sweepMessages.js";
import { counted } from "./tally.js";
import { DAY_MS, type EpochMs, later, SECOND_MS } from "./time.js";

/** Ranges of one part that are listed at the same time. */
const RANGES_AT_ONCE = 8;
/** Of a sweep's messages that one call of the queues sends: it has a minute for them, and storage takes 2,000 a second. */
const SENT_TOGETHER_MAX = 5_000;
/** Tenants whose lists are looked through a day. */
const TENANTS_MAX = 10_000;
/** Writing down how far a part went: again where another timer took over in between. */
const ADVANCE_ATTEMPTS = 3;

/**
 * One part of a round over all calendars: queues a look at each that falls due before the part's turn comes again, with
 * the delay that is left; one whose reader died is read alone [R9]. Counts what it lists; `maxAgeMs`: an older copy is
 * stale. Returns how many calendars; 0 also where another timer is at it.
 */
export async function sweepRefreshes(deps: Deps, maxAgeMs = DEFAULT_MAX_AGE_MS): Promise<number> {
  const claim = await claimed(deps, "refresh");
  if (claim === undefined) return 0;
  const { round, now } = claim;
  const part = nextPart(round, rowsExpected(round));
  const listed = await listPart(deps, part);
  const due = dueBefore(now, part, "refresh", refreshDueMaxMs(deps.policy));
  const { calendars, messages } = refreshLooks(listed.rows, due, now, part.roundMs, deps.policy);
  for (const some of chunks(messages)) await deps.queues.refresh(some);
  const tally = counted(round.soFar, listed.rows, maxAgeMs, now);
  await advance(deps, claim, "refresh", (current) => advanced(current, tally, listed.next, deps.clock.now()));
  const seen = { listed: listed.rows.length, overdue: calendars, messages: messages.length };
  const whole = listed.next === undefined ? roundFields(tally, now) : {}; // of the round that ends here
  deps.log({ event: "sweep.completed", sweep: "refresh", ...seen, roundSeconds: part.roundMs / SECOND_MS, ...whole });
  return calendars;
}

/**
 * The same for subscriptions that are to be renewed, created, deleted or tried again: of these storage is asked only for
 * what is due, so nothing is counted, and the other sweep's count says how many rows there are.
 */
export async function sweepSubscriptions(deps: Deps): Promise<number> {
  const claim = await claimed(deps, "subscription");
  if (claim === undefined) return 0;
  const { round, now } = claim;
  const other = await deps.ledger.round("refresh");
  const part = nextPart(round, rowsExpected(other?.round ?? FIRST_ROUND));
  const due = dueBefore(now, part, "subscription", subscriptionDueMaxMs);
  const listed = await listPart(deps, part, due);
  const { calendars, messages } = subscriptionLooks(listed.rows, due, now, part.roundMs);
  for (const some of chunks(messages)) await deps.queues.subscriptions(some);
  await advance(deps, claim, "subscription", (current) =>
    advanced(current, current.soFar, listed.next, deps.clock.now()),
  );
  const seen = { overdue: calendars, messages: messages.length };
  deps.log({ event: "sweep.completed", sweep: "subscriptions", ...seen, roundSeconds: part.roundMs / SECOND_MS });
  return calendars;
}

/** Starts the daily look for subscriptions that no row names, in every tenant, once a day over all instances [S1]. */
export async function startDailyWork(deps: Deps): Promise<void> {
  const now = deps.clock.now();
  if (!(await deps.index.takeDaily("orphans", now, later(now, DAY_MS)))) return;
  const tenants = await deps.index.tenants(TENANTS_MAX);
  await deps.queues.subscriptions(tenants.map((tenantId) => ({ message: { kind: "orphans", tenantId } })));
}

interface Claim {
  readonly round: Round;
  readonly etag: ETag;
  readonly now: EpochMs;
}

/** The right to the next part; `undefined` where another timer has it. One that dies with it costs a tick. */
async function claimed({ ledger, clock, random }: Deps, sweep: DueQuery["what"]): Promise<Claim | undefined> {
  const now = clock.now();
  const stored = await ledger.round(sweep);
  if (stored !== undefined && isTaken(stored.round, now)) return undefined;
  const round = stored?.round ?? FIRST_ROUND;
  const etag = await ledger.writeRound(sweep, takenBy(round, random.token(), now), stored?.etag ?? "any");
  return etag === "conflict" ? undefined : { round, etag, now };
}

/** What was done counts, whoever has the turn by now; unless they were faster with the very same part. */
async function advance(
  { ledger }: Deps,
  { round, etag }: Claim,
  sweep: DueQuery["what"],
  next: (current: Round) => Round,
): Promise<void> {
  let expected = etag;
  for (let attempt = 0; attempt < ADVANCE_ATTEMPTS; attempt++) {
    if ((await ledger.writeRound(sweep, next(round), expected)) !== "conflict") return;
    const current = await ledger.round(sweep);
    if (current === undefined) return;
    if (current.round.from !== round.from || current.round.startedAt !== round.startedAt) return;
    expected = current.etag;
  }
}

const dueBefore = (now: EpochMs, part: Part, what: DueQuery["what"], dueMaxMs: number): DueQuery => ({
  what,
  until: later(now, part.roundMs),
  implausibleFrom: later(now, dueMaxMs),
});

/** The part's rows up to where the first of its ranges was too long; from there on the next part lists. */
async function listPart({ store }: Deps, { ranges, rowsMax }: Part, due?: DueQuery): Promise<SweptPage> {
  const pages = await bounded(ranges, RANGES_AT_ONCE, (range) => store.listRange(range, rowsMax, due));
  const rows: SweptRow[] = [];
  for (const page of pages) {
    for (const row of page.rows) rows.push(row);
    if (page.next !== undefined) return { rows, next: page.next };
  }
  const end = ranges.at(-1)?.to;
  return end === undefined ? { rows } : { rows, next: end };
}

function* chunks<T>(messages: readonly T[]): Generator<readonly T[]> {
  for (let first = 0; first < messages.length; first += SENT_TOGETHER_MAX)
    yield messages.slice(first, first + SENT_TOGETHER_MAX);
}
