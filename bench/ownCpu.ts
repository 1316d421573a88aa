/** What the product's own code costs a read: no SDK, no host, rows from memory; from the request's text to the answer's. */
import { answersOf, readAvailability } from "../shared/domain/availability.js";
import { type CalendarId, calendarIdOf } from "../shared/domain/calendarId.js";
import { oldest } from "../shared/domain/combine.js";
import { pack } from "../shared/domain/packing.js";
import type { CalendarStore, ETag, StoredRow } from "../shared/domain/ports.js";
import { type CalendarRow, newRow, withSync } from "../shared/domain/row.js";
import { slotsOf } from "../shared/domain/slots.js";
import { DAY_MS, instant, MINUTE_MS, startOfUtcDay, toRfc3339 } from "../shared/domain/time.js";
import { windowAt } from "../shared/domain/window.js";
import { availabilityText } from "../shared/http/availabilityAnswer.js";
import { availabilityRequest } from "../shared/http/availabilityRequest.js";
import { conditional } from "../shared/http/etag.js";
import { slotsBody } from "../shared/http/slotsAnswer.js";
import { slotsRequest } from "../shared/http/slotsRequest.js";
import { DEFAULT_MAX_AGE_MS, DEFAULT_POLICY } from "./defaults.js";
import type { Result } from "./result.js";
import { median } from "./samples.js";

const NOW = instant(Date.now());
const MIDNIGHT = startOfUtcDay(NOW);
const READER = { consumer: "booking", seesAll: false };
const DEFAULTS = { defaultTenantId: "contoso.com", defaultMaxAgeMs: DEFAULT_MAX_AGE_MS };
const WARM_UP_MS = 1_000;
const ROUND_MS = 200;
const ROUNDS = 7;
const DAYS = ["mon", "tue", "wed", "thu", "fri"];

/** Meetings of half an hour, evenly over the days; with some tentative ones and a day off among them. */
function rowWith(mailbox: string, meetings: number, days: number): CalendarRow {
  const [first, every] = [MIDNIGHT / MINUTE_MS, Math.floor((days * 24 * 60) / meetings)];
  const spans = Array.from({ length: meetings }, (_, index) => ({
    start: first + index * every,
    end: first + index * every + Math.min(30, every - 1),
  }));
  const blocks = pack([
    { status: "busy", allDay: false, spans: spans.filter((_, index) => index % 5 > 0) },
    { status: "tentative", allDay: false, spans: spans.filter((_, index) => index % 5 === 0) },
    { status: "oof", allDay: true, spans: [{ start: MIDNIGHT / DAY_MS + 3, end: MIDNIGHT / DAY_MS + 4 }] },
  ]);
  const window = windowAt(NOW, DEFAULT_POLICY.horizonDays);
  const snapshot = {
    windowStart: window.start,
    windowEnd: window.end,
    blocks,
    contentHash: "",
    changedAt: NOW,
    events: meetings,
  };
  const row = newRow({ tenantId: "contoso.com", mailbox, calendar: "primary" }, NOW);
  const watches = [{ consumer: READER.consumer, reference: "", timeZone: "Europe/Berlin" }];
  const subscription = { ...row.subscription, id: "s", grantedAt: NOW, expiresAt: instant(NOW + 7 * DAY_MS) };
  return withSync({ ...row, watches, subscription, snapshot }, { asOf: NOW });
}

/** As storage gives it: bytes of its own, which nobody has unpacked yet. */
function fresh({ row, etag }: StoredRow): StoredRow {
  const { snapshot } = row;
  return snapshot === undefined
    ? { row, etag }
    : { row: { ...row, snapshot: { ...snapshot, blocks: snapshot.blocks.slice() } }, etag };
}

/** Rows that are only ever read. */
function depsOf(rows: readonly CalendarRow[]) {
  const stored = new Map(rows.map((row) => [calendarIdOf(row.name), { row, etag: "e" as ETag }]));
  const refuse = (): never => {
    throw new Error("a read writes and lists nothing");
  };
  const store: CalendarStore = {
    read: async (id: CalendarId) => {
      const kept = stored.get(id);
      return kept && fresh(kept);
    },
    ...{ readMailbox: refuse, write: refuse, remove: refuse, listRange: refuse, list: refuse },
  };
  return {
    ids: [...stored.keys()],
    deps: { store, clock: { now: () => NOW, synced: () => true }, policy: DEFAULT_POLICY },
  };
}

const range = (days: number) => ({ start: toRfc3339(MIDNIGHT), end: toRfc3339(instant(MIDNIGHT + days * DAY_MS)) });

/** A read as the availability function does it: `blocks` over `spread` days in each snapshot, `days` of them asked for. */
function availabilityRead(calendars: number, blocks: number, spread: number, days: number, more: object = {}) {
  const people = Array.from({ length: calendars }, (_, index) => rowWith(`p${index}@contoso.com`, blocks, spread));
  const { ids, deps } = depsOf(people);
  const text = JSON.stringify({ calendars: ids, ...range(days), ...more });
  return async (): Promise<unknown> => {
    const wanted = availabilityRequest(JSON.parse(text), DEFAULTS);
    const found = await readAvailability(deps, READER, ids, wanted.query);
    return conditional(availabilityText(wanted, found), null, oldest(answersOf(found).values()));
  };
}

/** A search as the slots function does it. */
function slotsSearch(people: number, days: number) {
  const rows = Array.from({ length: people }, (_, index) => rowWith(`p${index}@contoso.com`, days * 3, days));
  const { ids, deps } = depsOf(rows);
  const text = JSON.stringify({
    participants: [{ calendars: ids.slice(0, 2) }, { calendars: ids.slice(2), required: "any" }],
    ...range(days),
    durationMinutes: 30,
    stepMinutes: 15,
    timeZone: "Europe/Berlin",
    workingHours: [{ days: DAYS, start: "08:00", end: "18:00" }],
  });
  return async (): Promise<unknown> => {
    const { participants, query, starts, durationMs } = slotsRequest(JSON.parse(text), DEFAULTS);
    const found = await readAvailability(deps, READER, ids, query);
    return JSON.stringify(slotsBody(slotsOf(starts, durationMs, participants, answersOf(found))));
  };
}

/** Some 15 of 200 blocks in 90 days are in a week; `dense`: all of them are. */
const works = () => ({
  one: availabilityRead(1, 200, 90, 7),
  hundred: availabilityRead(100, 200, 90, 7),
  combined: availabilityRead(100, 200, 90, 7, { combine: "all" }),
  most: availabilityRead(200, 500, 90, 7),
  dense: availabilityRead(100, 200, 7, 7),
  whole: availabilityRead(200, 500, 90, 90),
  slots: slotsSearch(20, 14),
});

/** CPU time of this process, so that it matters little what else the machine does. Median of the rounds, in ms a call. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  await cpuFor(work, WARM_UP_MS);
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await cpuFor(work, ROUND_MS));
  return median(rounds);
}

async function cpuFor(work: () => Promise<unknown>, ms: number): Promise<number> {
  const [before, endsAt] = [process.cpuUsage(), performance.now() + ms];
  let calls = 0;
  for (; calls === 0 || performance.now() < endsAt; calls++) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / calls;
}

export async function ownCpu(): Promise<readonly Result[]> {
  const { one, hundred, combined, most, dense, whole, slots } = works();
  const own = async (what: string, work: () => Promise<unknown>, max?: number): Promise<Result> => ({
    what: `Own CPU: ${what}`,
    unit: "ms",
    value: await cpuOf(work),
    ...(max !== undefined && { level: { of: "value", max } }),
  });
  return [
    await own("1 calendar of 200 blocks, 7 days", one, 0.3),
    await own("100 calendars of 200 blocks, 7 days", hundred, 5),
    await own("the same, combined", combined),
    await own("200 calendars of 500 blocks, 7 days", most, 20),
    await own("100 calendars, 200 blocks of each in the answer", dense),
    await own("200 calendars, 500 blocks of each in the answer", whole),
    await own("slots for 20 people, 14 days", slots, 10),
  ];
}
