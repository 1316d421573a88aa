/** So many calendars that only their due times matter: the real sweeps over a list of rows, and readers of no length. */
import type { CalendarId } from "../../shared/domain/calendarId.js";
import { mailboxPart } from "../../shared/domain/calendarId.js";
import type { Deps } from "../../shared/domain/deps.js";
import type { KeyRange } from "../../shared/domain/keyRange.js";
import type { RefreshMessage, SubscriptionMessage } from "../../shared/domain/messages.js";
import type { DueQuery, Outgoing, SweptPage, SweptRow } from "../../shared/domain/ports.js";
import { isDue } from "../../shared/domain/sweepMessages.js";
import { type EpochMs, later, MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { openService, POLICY } from "../service.js";

type Row = { -readonly [Key in keyof SweptRow]: SweptRow[Key] };

const BASE_32 = "234567abcdefghijklmnopqrstuvwxyz";

export interface ManyOptions {
  readonly count: number;
  /** When the one at this place, of 0 to 1, was read last, before now. */
  readonly readAgoMs?: (place: number) => number;
}

/** A read: how long after the row was due. */
export interface Served {
  readonly id: CalendarId;
  readonly lateMs: number;
}

export function manyCalendars({ count, readAgoMs = () => 0 }: ManyOptions) {
  const visible = new Map<EpochMs, RefreshMessage[]>();
  const looks: SubscriptionMessage[] = [];
  const sent: Outgoing<RefreshMessage>[] = [];
  const served: Served[] = [];
  const service = openService();
  const { clock } = service;
  const list = Array.from({ length: count }, (_, index) => rowOf(idAt(index / count), index / count));
  const rows = new Map(list.map((row) => [row.id, row]));

  function rowOf(id: CalendarId, place: number): Row {
    const asOf = later(clock.now(), -Math.floor(readAgoMs(place)));
    const times = { asOf, refreshDueAt: later(asOf, POLICY.reconcileMs), subscriptionDueAt: clock.now() };
    return { id, ...times, expiresAt: later(asOf, 6e8), watched: true, leased: false, newer: false };
  }

  const queues: Deps["queues"] = {
    refresh: async (messages) => {
      for (const one of messages) {
        const at = later(clock.now(), (one.delaySeconds ?? 0) * SECOND_MS);
        const others = visible.get(at);
        if (others === undefined) visible.set(at, [one.message]);
        else others.push(one.message);
        sent.push(one);
      }
    },
    subscriptions: async (messages) => {
      for (const { message } of messages) looks.push(message);
    },
  };
  const listRange = async (range: KeyRange, limit: number, due?: DueQuery) => listed(list, range, limit, due);
  const store: Deps["store"] = Object.assign(Object.create(service.store), { listRange });
  const deps: Deps = { ...service.deps, store, queues };

  /** Reads what is due, at once and without Graph. */
  function read(id: CalendarId): void {
    const row = rows.get(id);
    const lateMs = clock.now() - (row?.refreshDueAt ?? Number.POSITIVE_INFINITY);
    if (row === undefined || lateMs < 0) return;
    row.asOf = clock.now();
    row.refreshDueAt = later(clock.now(), POLICY.reconcileMs);
    served.push({ id, lateMs });
  }

  /** Lets minutes pass; `tick` is called at the beginning of each. */
  async function pass(minutes: number, tick: (minute: number) => Promise<unknown>): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      await tick(minute);
      const until = later(clock.now(), MINUTE_MS);
      for (const at of [...visible.keys()].filter((one) => one < until).sort((a, b) => a - b)) {
        clock.advance(Math.max(0, at - clock.now()));
        for (const { calendars } of visible.get(at) ?? []) for (const id of calendars) read(id);
        visible.delete(at);
      }
      clock.advance(until - clock.now());
    }
  }

  return { clock, deps, ledger: service.ledger, lines: service.lines, served, sent, looks, pass };
}

/** Spread over the keys as hashes are; in their order, and different for places that are 2^-30 apart. */
function idAt(place: number): CalendarId {
  const index = Math.floor(place * 2 ** 30);
  const letters = [25, 20, 15, 10, 5, 0].map((shift) => BASE_32.charAt((index >> shift) & 31)).join("");
  return letters.padEnd(26, BASE_32) as CalendarId;
}

/** As the contract of `listRange` has it. */
function listed(
  list: readonly SweptRow[],
  { from = "", to = "~" }: KeyRange,
  limit: number,
  due?: DueQuery,
): SweptPage {
  const found: SweptRow[] = [];
  for (let index = firstFrom(list, from); index < list.length; index++) {
    const row = list[index];
    if (row === undefined || mailboxPart(row.id) >= to) break;
    if (due !== undefined && !isDue(row, due)) continue;
    if (found.length >= limit) return { rows: found, next: mailboxPart(row.id) };
    found.push(row);
  }
  return { rows: found };
}

function firstFrom(list: readonly SweptRow[], from: string): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((list[middle]?.id ?? "") < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
