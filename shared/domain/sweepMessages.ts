/** What a sweep puts on queues for the rows that it listed: looks, each at its own time. Pure. */
import type { CalendarId } from "./calendarId.js";
import { deliveryUntil } from "./knowledge.js";
import type { RefreshMessage, SubscriptionMessage } from "./messages.js";
import type { Policy } from "./policy.js";
import type { DueQuery, Outgoing, SweptRow } from "./ports.js";
import { type EpochMs, instant, later, latest, MINUTE_MS, SECOND_MS } from "./time.js";
import { delaySeconds, dueMessage, groupsOf } from "./wakes.js";

/** What falls due within this time of each other is looked at together. */
export const SLOT_MS = 10 * SECOND_MS;
/** A sweep's message that nobody took is worthless when the next sweeps have sent theirs. */
const LIVES_MS = 5 * MINUTE_MS;
/** A round longer than a calendar's own period looks at it again and again; each time this much after the period. */
const REPEAT_SLACK_MS = 3 * SLOT_MS;
const REPEATS_MAX = 100;

export interface Looks<Message> {
  /** How many calendars are in them. */
  readonly calendars: number;
  readonly messages: readonly Outgoing<Message>[];
}

interface Look {
  readonly id: CalendarId;
  readonly at: EpochMs;
  readonly alone: boolean;
}

/** Whether somebody must act on the row by `until`. Lost and impossible times, and foreign rows, are due at once [D4, D5]. */
export function isDue(row: SweptRow, { what, until, implausibleFrom }: DueQuery): boolean {
  const dueAt = dueAtOf(row, what);
  return row.newer || dueAt <= until || dueAt >= implausibleFrom;
}

const dueAtOf = (row: SweptRow, what: DueQuery["what"]): EpochMs =>
  what === "refresh" ? row.refreshDueAt : row.subscriptionDueAt;

/** Looks at the watched calendars among the rows that are due before the round comes by again. */
export function refreshLooks(
  rows: readonly SweptRow[],
  due: DueQuery,
  now: EpochMs,
  roundMs: number,
  policy: Policy,
): Looks<RefreshMessage> {
  const wanted = rows.filter((row) => row.watched && isDue(row, due));
  const looks = wanted.flatMap((row) => {
    const periodMs = deliveryUntil(row.expiresAt, now) === "polling" ? policy.pollMs : policy.reconcileMs;
    return instantsOf(row, due, now, periodMs).map((at): Look => ({ id: row.id, at, alone: row.leased }));
  });
  const messages = together(looks, now).flatMap(({ at, groups }) =>
    groups.map((ids) => lasting(dueMessage(ids, at, now, "sweep"), roundMs)),
  );
  return { calendars: wanted.length, messages };
}

/** Looks at the subscriptions that are due before the round comes by again. */
export function subscriptionLooks(
  rows: readonly SweptRow[],
  due: DueQuery,
  now: EpochMs,
  roundMs: number,
): Looks<SubscriptionMessage> {
  const looks = rows.map((row): Look => ({ id: row.id, at: firstAt(row, due, now), alone: false }));
  const messages = together(looks, now).flatMap(({ at, groups }) =>
    groups.map((calendars) => {
      const message: SubscriptionMessage = { kind: "look", calendars, at };
      return lasting({ message, delaySeconds: delaySeconds(now, at) }, roundMs);
    }),
  );
  return { calendars: rows.length, messages };
}

/** When to look: when it is due, and where the round is longer than the period, each period after that. */
function instantsOf(row: SweptRow, due: DueQuery, now: EpochMs, periodMs: number): EpochMs[] {
  const instants: EpochMs[] = [];
  let at = firstAt(row, due, now);
  while (instants.length < REPEATS_MAX && (instants.length === 0 || at < due.until)) {
    instants.push(at);
    at = later(at, periodMs + REPEAT_SLACK_MS);
  }
  return instants;
}

const firstAt = (row: SweptRow, { what, until }: DueQuery, now: EpochMs): EpochMs => {
  const dueAt = dueAtOf(row, what);
  return row.newer || dueAt > until ? now : latest(now, dueAt);
};

/** The looks by their slots, in groups of one message each; those to be alone are. */
function together(looks: readonly Look[], now: EpochMs): { at: EpochMs; groups: CalendarId[][] }[] {
  const slots = Map.groupBy(looks, ({ at }) => instant(now + Math.ceil((at - now) / SLOT_MS) * SLOT_MS));
  return [...slots].map(([at, inSlot]) => {
    const alone = inSlot.filter((look) => look.alone).map(({ id }) => [id]);
    return { at, groups: [...alone, ...groupsOf(inSlot.filter((look) => !look.alone).map(({ id }) => id))] };
  });
}

/** Lives until the sweep has come by again, counted from when it is visible. */
function lasting<Message>(message: Outgoing<Message>, roundMs: number): Outgoing<Message> {
  const lives = Math.max(LIVES_MS, roundMs) / SECOND_MS;
  return { ...message, timeToLiveSeconds: (message.delaySeconds ?? 0) + lives };
}
