/** Reads of a warm app, each beside what its parts cost alone: the same rows by the bare SDK, and an empty function. */
import { TableClient } from "@azure/data-tables";
import { type CalendarId, calendarPart, mailboxPart } from "../shared/domain/calendarId.js";
import names from "../shared/names.json" with { type: "json" };
import type { Caller } from "./caller.js";
import { LIVE_GRAPH_MS, liveReads } from "./liveGraph.js";
import { type WatchedMailbox, WEEK, watchedMailboxes } from "./mailboxes.js";
import { memoryMb } from "./memory.js";
import type { Result } from "./result.js";
import { inTurn } from "./samples.js";
import { onStand, type Stand } from "./stand.js";
import { underLoad } from "./underLoad.js";

const CALENDARS_PER_DOMAIN = 100;
const DOMAINS = ["contoso.com", "fabrikam.com"] as const;
const TEAM = 20;
/** How many calendars are read at once, and by how much that may cost more than its floor. */
const LEVELS = [
  { calendars: 1, ratioMax: 1.3, perRound: 40 },
  { calendars: TEAM, ratioMax: 1.3, perRound: 30 },
  { calendars: 100, ratioMax: 1.5, perRound: 6 },
  { calendars: 200, ratioMax: 1.5, perRound: 4 },
] as const;
const WARM_UPS = 30;
const ROUNDS = 9;
const LIVE_PACE = { warmUps: 2, rounds: 3, perRound: 3 } as const;
/** Twenty times faster than live Graph. */
const LIVE_RATIO_MAX = 1 / 20;
/** Two measurements of one and the same thing differ by as much. */
const NOISE = 1.03;
const MANY_READS = 10_000;
const READERS = 8;
const MEMORY_MB_MAX = 250;

export const reads = (): Promise<readonly Result[]> =>
  onStand(async (stand) => {
    const mailboxes: WatchedMailbox[] = [];
    for (const domain of DOMAINS) mailboxes.push(...(await watchedMailboxes(stand, CALENDARS_PER_DOMAIN, domain)));
    const ids = mailboxes.map(({ id }) => id as CalendarId);
    const results = [...(await readTimes(stand, ids)), await notModified(stand, ids.slice(0, TEAM))];
    const [read = "", ...others] = ids.slice(0, 1 + TEAM).map((id) => pathFor([id]));
    results.push(...(await underLoad(stand.appUrl, { empty: "/api/health", read, others })));
    await manyReads(stand.app, ids);
    results.push(await memory(stand), await besideLiveGraph(stand, mailboxes.slice(0, TEAM)));
    return results;
  });

async function readTimes({ app, connectionString }: Stand, ids: readonly CalendarId[]): Promise<Result[]> {
  const table = TableClient.fromConnectionString(connectionString, names.calendarsTable, {
    allowInsecureConnection: true,
  });
  const raw = (some: readonly CalendarId[]) =>
    Promise.all(some.map((id) => table.getEntity(mailboxPart(id), calendarPart(id))));
  const results: Result[] = [];
  for (const { calendars, ratioMax, perRound } of LEVELS) {
    const some = ids.slice(0, calendars);
    const works = { empty: () => app.get("/api/health"), raw: () => raw(some), read: readOf(app, some) };
    const ms = await inTurn(works, { warmUps: WARM_UPS, rounds: ROUNDS, perRound });
    const what = `Read of ${calendars} calendar${calendars === 1 ? "" : "s"}`;
    const level = { of: "ratio", max: ratioMax } as const;
    if (results.length === 0) results.push({ what: "Empty function through the host", unit: "ms", value: ms.empty });
    results.push({ what, unit: "ms", value: ms.read, floor: ms.raw + ms.empty, level });
  }
  return results;
}

const readOf = (app: Caller, ids: readonly CalendarId[]): (() => Promise<string>) => {
  const body = bodyFor(ids);
  return ids.length === 1 ? () => app.get(pathFor(ids)) : () => app.post("/api/availability", body);
};

function pathFor(ids: readonly CalendarId[]): string {
  const query = new URLSearchParams(WEEK);
  for (const id of ids) query.append("id", id);
  return `/api/availability?${query}`;
}

const bodyFor = (ids: readonly CalendarId[]): string => JSON.stringify({ calendars: ids, ...WEEK });

/** The same question with the tag of its answer. */
async function notModified({ app }: Stand, ids: readonly CalendarId[]): Promise<Result> {
  const path = pathFor(ids);
  const tag = await app.tagOf(path);
  const works = { whole: () => app.get(path), same: () => app.getIfChanged(path, tag) };
  const ms = await inTurn(works, { warmUps: WARM_UPS, rounds: ROUNDS, perRound: 30 });
  const what = `304 for ${ids.length} calendars (floor: 200 for them)`;
  return { what, unit: "ms", value: ms.same, floor: ms.whole, level: { of: "ratio", max: NOISE } };
}

async function besideLiveGraph(stand: Stand, team: readonly WatchedMailbox[]): Promise<Result> {
  const live = liveReads(
    stand,
    team.map(({ address }) => address),
  );
  const ours = readOf(
    stand.app,
    team.map(({ id }) => id as CalendarId),
  );
  const ms = await inTurn({ live, ours }, LIVE_PACE);
  const what = `Read of ${team.length} calendars (floor: from live Graph at ${LIVE_GRAPH_MS} ms a call, 4 at once)`;
  return { what, unit: "ms", value: ms.ours, floor: ms.live, level: { of: "ratio", max: LIVE_RATIO_MAX } };
}

/** By several readers at once, over all calendars. */
async function manyReads(app: Caller, ids: readonly CalendarId[]): Promise<void> {
  let left = MANY_READS;
  const reader = async (): Promise<void> => {
    while (left-- > 0) await app.get(pathFor([ids[left % ids.length] ?? ("" as CalendarId)]));
  };
  await Promise.all(Array.from({ length: READERS }, reader));
}

const memory = async ({ hostPid }: Stand): Promise<Result> => ({
  what: `Memory of the host after ${MANY_READS.toLocaleString("en")} reads and more`,
  unit: "MB",
  value: await memoryMb(hostPid),
  level: { of: "value", max: MEMORY_MB_MAX },
});
