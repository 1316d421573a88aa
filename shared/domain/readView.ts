/** One calendar's whole window, read so that nothing can hide in it [R5]. A partial result is never returned. */
import type { CalendarId } from "./calendarId.js";
import { changeRow } from "./change.js";
import type { Deps } from "./deps.js";
import type { CalendarEvent } from "./event.js";
import { LEASE_MS, LONG_READ_MS, READ_MS } from "./policy.js";
import type { GraphFailure, Page, Throttled, ViewRequest } from "./ports.js";
import { type Lease, withSync } from "./row.js";
import { type EpochMs, earliest, later, latest, MINUTE_MS, SECOND_MS } from "./time.js";

export const EVENTS_MAX = 10_000;
export const PAGES_MAX = 100;
export const PASSES_MAX = 4;
/** Pages without a single new event id after which Graph is taken to go round in circles. */
const STALE_PAGES_MAX = 2;

/** A calendar that this delivery may read. */
export interface Reading {
  readonly id: CalendarId;
  readonly view: ViewRequest;
  readonly lease: Lease;
  /** Graph is asked for no longer, where that is sooner than the lease allows. */
  readonly endsAt?: EpochMs | undefined;
}

export type ViewOutcome =
  | { readonly kind: "view"; readonly events: readonly CalendarEvent[]; readonly asOf: EpochMs; readonly pages: number }
  | { readonly kind: "tooManyEvents"; readonly pages: number }
  /** The lease ran out and somebody else took it: what was read is worth nothing. */
  | { readonly kind: "lost" }
  | GraphFailure;

type ReadDeps = Pick<Deps, "reader" | "store" | "clock" | "policy" | "random" | "sleep">;

/** How long a request may take so that its answer is still written under the lease, and not after `endsAt`. */
export const timeLeftMs = (lease: Lease, now: EpochMs, endsAt?: EpochMs): number =>
  Math.max(1, Math.min(lease.until - (LEASE_MS - READ_MS), endsAt ?? Number.POSITIVE_INFINITY) - now);

/**
 * The view that begins with `first`. One page is whole by itself. Several are read over and over until two passes running
 * agree, since pages are cut by offset and a change in between hides an event; `asOf` is then the start of the second.
 */
export async function completeView(deps: ReadDeps, reading: Reading, first: Page | GraphFailure): Promise<ViewOutcome> {
  if (first.kind !== "page") return first;
  if (first.next === undefined) return whole(first.events, reading.lease.asOf, 1);
  let pages = 0;
  let previous: string | undefined;
  for (let pass = 1; pass <= PASSES_MAX; pass++) {
    const asOf = pass === 1 ? reading.lease.asOf : latest(reading.lease.asOf, deps.clock.now());
    const found = await readPass(deps, reading, asOf, pages, pass === 1 ? first : undefined);
    if (found.kind !== "pass") return found;
    pages = found.pages;
    const fingerprint = fingerprintOf(found.events);
    if (fingerprint === previous) return whole([...found.events.values()], asOf, pages);
    previous = fingerprint;
  }
  return { kind: "transient", detail: `the calendar changed during each of ${PASSES_MAX} passes` };
}

const whole = (events: readonly CalendarEvent[], asOf: EpochMs, pages: number): ViewOutcome =>
  events.length > EVENTS_MAX ? { kind: "tooManyEvents", pages } : { kind: "view", events, asOf, pages };

interface Pass {
  readonly kind: "pass";
  readonly events: ReadonlyMap<string, CalendarEvent>;
  readonly pages: number;
}

/** All pages once. `pages` counts over all passes. */
async function readPass(
  deps: ReadDeps,
  reading: Reading,
  asOf: EpochMs,
  pagesBefore: number,
  first: Page | undefined,
): Promise<Pass | Exclude<ViewOutcome, { kind: "view" }>> {
  const events = new Map<string, CalendarEvent>();
  let stalePages = 0;
  let page: Page | GraphFailure | "lost" = first ?? (await nextPage(deps, reading, asOf, undefined));
  for (let pages = pagesBefore + 1; pages <= PAGES_MAX; pages++) {
    if (page === "lost") return { kind: "lost" };
    if (page.kind !== "page") return page;
    const known = events.size;
    for (const event of page.events) events.set(event.id, event);
    stalePages = events.size > known ? 0 : stalePages + 1;
    if (events.size > EVENTS_MAX) return { kind: "tooManyEvents", pages };
    if (page.next === undefined) return { kind: "pass", events, pages };
    if (stalePages >= STALE_PAGES_MAX)
      return { kind: "transient", detail: `${STALE_PAGES_MAX} pages without a new event` };
    page = await nextPage(deps, reading, asOf, page.next);
  }
  return { kind: "transient", detail: `more than ${PAGES_MAX} pages` };
}

/** The next page, or the first of a new pass; the lease is made to last for it. */
async function nextPage(
  deps: ReadDeps,
  { id, view, lease, endsAt }: Reading,
  asOf: EpochMs,
  next: string | undefined,
): Promise<Page | GraphFailure | "lost"> {
  const extended = await extendLease(deps, id, lease, asOf);
  if (extended === undefined) return "lost";
  if ("kind" in extended) return extended;
  const now = deps.clock.now();
  if (extended.until <= now) return { kind: "transient", detail: `no end after ${LONG_READ_MS / MINUTE_MS} minutes` };
  const timeoutMs = timeLeftMs(extended, now, endsAt);
  if (next !== undefined) return deps.reader.nextPage(view, next, timeoutMs);
  const [page] = await deps.reader.firstPages([view], timeoutMs);
  return page ?? { kind: "transient", detail: "no answer" };
}

/**
 * `undefined`: the lease is no longer ours. It is not extended past all the time that a read may take. Throttled: Graph has
 * said to another reader of the mailbox that it is to be left alone, so that this read does not go on either [R4].
 */
function extendLease(deps: ReadDeps, id: CalendarId, lease: Lease, asOf: EpochMs) {
  return changeRow<Lease | Throttled | undefined>(deps, id, (row, now) => {
    if (row?.sync.lease?.token !== lease.token) return { result: undefined };
    const restMs = (row.sync.notBefore ?? now) - now;
    if (restMs > 0) return { result: { kind: "throttled", retryAfterSeconds: restMs / SECOND_MS, detail: MEANWHILE } };
    const until = earliest(later(now, LEASE_MS), later(lease.asOf, LONG_READ_MS));
    const extended = { ...lease, asOf, until };
    return { result: extended, row: withSync(row, { lease: extended }) };
  });
}

const MEANWHILE = "the mailbox was throttled meanwhile";

/** Everything that two passes must agree on. */
const fingerprintOf = (events: ReadonlyMap<string, CalendarEvent>): string =>
  JSON.stringify(
    [...events.values()].map(({ id, etag, start, end }) => [id, etag, start.dateTime, end.dateTime]).sort(),
  );
