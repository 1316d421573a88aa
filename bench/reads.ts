/** Reads of a warm app, each beside what its parts cost alone: the same rows by the bare SDK, and an empty function. */
import { TableClient } from "@azure/data-tables";
import { type CalendarId, calendarPart, mailboxPart } from "../shared/domain/calendarId.js";
import names from "../shared/names.json" with { type: "json" };
import { WEEK, watchedMailboxes } from "./mailboxes.js";
import { memoryMb } from "./memory.js";
import type { Result } from "./result.js";
import { inTurn } from "./samples.js";
import { onStand, type Stand } from "./stand.js";

const CALENDARS = 100;
const TEAM = 20;
const RATIO_MAX = 1.5;
const PACE = { warmUps: 200, rounds: 9, perRound: 40 } as const;
const MANY_READS = 10_000;
const READERS = 8;
const MEMORY_MB_MAX = 250;

export const reads = (): Promise<readonly Result[]> =>
  onStand(async (stand) => {
    const ids = (await watchedMailboxes(stand, CALENDARS)).map(({ id }) => id as CalendarId);
    const times = await timesOf(stand, ids);
    await manyReads(stand, ids);
    const memory = await memoryMb(stand.hostPid);
    return [
      ...times,
      {
        what: `Memory of the host after ${MANY_READS.toLocaleString("en")} reads`,
        unit: "MB",
        value: memory,
        level: { of: "value", max: MEMORY_MB_MAX },
      },
    ];
  });

async function timesOf({ app, connectionString }: Stand, ids: readonly CalendarId[]): Promise<readonly Result[]> {
  const table = TableClient.fromConnectionString(connectionString, names.calendarsTable, {
    allowInsecureConnection: true,
  });
  const raw = (some: readonly CalendarId[]) =>
    Promise.all(some.map((id) => table.getEntity(mailboxPart(id), calendarPart(id))));
  const [one, team] = [ids.slice(0, 1), ids.slice(0, TEAM)];
  const teamBody = bodyFor(team);
  const ms = await inTurn(
    {
      empty: () => app.get("/api/health"),
      rawOne: () => raw(one),
      one: () => app.get(pathFor(one)),
      rawTeam: () => raw(team),
      team: () => app.post("/api/availability", teamBody),
    },
    PACE,
  );
  const level = { of: "ratio", max: RATIO_MAX } as const;
  const [floor, teamFloor] = [ms.rawOne + ms.empty, ms.rawTeam + ms.empty];
  return [
    { what: "Empty function through the host", unit: "ms", value: ms.empty },
    { what: "Read of 1 calendar", unit: "ms", value: ms.one, floor, level },
    { what: `Read of ${TEAM} calendars`, unit: "ms", value: ms.team, floor: teamFloor, level },
  ];
}

function pathFor(ids: readonly CalendarId[]): string {
  const query = new URLSearchParams(WEEK);
  for (const id of ids) query.append("id", id);
  return `/api/availability?${query}`;
}

const bodyFor = (ids: readonly CalendarId[]): string => JSON.stringify({ calendars: ids, ...WEEK });

/** By several readers at once, over all calendars. */
async function manyReads({ app }: Stand, ids: readonly CalendarId[]): Promise<void> {
  let left = MANY_READS;
  const reader = async (): Promise<void> => {
    while (left-- > 0) await app.get(pathFor([ids[left % ids.length] ?? ("" as CalendarId)]));
  };
  await Promise.all(Array.from({ length: READERS }, reader));
}
