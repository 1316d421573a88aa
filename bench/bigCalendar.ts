/** A calendar of 5,000 events read anew: the product's own CPU and memory. Graph's answers are made beforehand, rows are in memory. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { GraphClient } from "../shared/adapters/graph/graphClient.js";
import { GraphCalendarReader } from "../shared/adapters/graph/graphViews.js";
import { calendarIdOf } from "../shared/domain/calendarId.js";
import { refresh } from "../shared/domain/refresh.js";
import { MINUTE_MS, SECOND_MS } from "../shared/domain/time.js";
import { watch } from "../shared/domain/watch.js";
import { nameOf } from "../test/graphBed.js";
import { openService } from "../test/service.js";
import type { Result } from "./result.js";
import { median } from "./samples.js";

const EVENTS = 5_000;
const WARM_UPS = 3;
const ROUNDS = 15;
const MAILBOX = "busy@contoso.com";
const GRAPH = "https://graph.microsoft.com";
const CPU_MS_MAX = 150;
const GROWTH_MB_MAX = 64;

export async function bigCalendar(): Promise<readonly Result[]> {
  const service = openService();
  const { sim, clock } = service;
  sim.outlook.addMailbox({ address: MAILBOX, timeZone: "UTC" });
  const name = nameOf(MAILBOX);
  for (let index = 0; index < EVENTS; index++) {
    const start = clock.now() + index * 8 * MINUTE_MS;
    const times = { start: new Date(start).toISOString(), end: new Date(start + 5 * MINUTE_MS).toISOString() };
    sim.outlook.addEvent(MAILBOX, "primary", { ...times, subject: `Meeting ${index}` });
  }
  await watch(service.deps, "booking", [{ name, reference: "" }]);
  await service.work();
  const client = new GraphClient({
    baseUrl: GRAPH,
    tokens: { token: async () => "a token" },
    fetch: remembered(sim.fetch),
  });
  const deps = { ...service.deps, reader: new GraphCalendarReader(client, clock.now) };
  const calendars = [calendarIdOf(name)];
  const readOnce = async (): Promise<void> => {
    clock.advance(3 * SECOND_MS);
    await refresh(deps, { calendars, wake: { kind: "notified", notifiedAt: clock.now() }, cause: "notification" });
  };
  for (let count = 0; count < WARM_UPS; count++) await readOnce();
  const cpuMs: number[] = [];
  const growthMb: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    collect();
    const before = heldBytes();
    mark = before;
    const cpu = process.cpuUsage();
    await readOnce();
    const { user, system } = process.cpuUsage(cpu);
    cpuMs.push((user + system) / 1_000);
    growthMb.push((Math.max(mark, heldBytes()) - before) / 1_000_000);
  }
  const found = service.rowOf(calendars[0] ?? calendarIdOf(name)).sync.lastRead;
  if (found?.outcome !== "read" || found.events !== EVENTS) throw new Error("the calendar was not read");
  return [
    {
      what: `Refresh of ${EVENTS} events in ${found.pages} pages, CPU`,
      unit: "ms",
      value: median(cpuMs),
      level: { of: "value", max: CPU_MS_MAX },
    },
    {
      what: "Memory that it adds, garbage included, the most of all rounds",
      unit: "MB",
      value: Math.max(...growthMb),
      level: { of: "value", max: GROWTH_MB_MAX },
    },
  ];
}

/** The most that was held when a page came in. */
let mark = 0;

function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Garbage of the round before must not count. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  const gc: unknown = runInNewContext("gc");
  if (typeof gc === "function") gc();
}

/** Every answer made once: what Graph's side costs is not the product's. */
function remembered(fetchOnce: typeof fetch): typeof fetch {
  const answers = new Map<string, { readonly text: string; readonly headers: Headers }>();
  return async (input, init) => {
    mark = Math.max(mark, heldBytes());
    const url = String(input);
    const known = answers.get(url);
    if (known !== undefined) return new Response(known.text, { headers: known.headers });
    const answer = await fetchOnce(url, init);
    const made = { text: await answer.text(), headers: answer.headers };
    answers.set(url, made);
    return new Response(made.text, { headers: made.headers });
  };
}
