/**
 * A small world: calendars change, notifications go astray, workers overlap, stop between any two awaits and are lost,
 * storage and Graph fail. Everything is drawn from one seed; then the trouble ends, and all must come right.
 */
import { seededRandom } from "../local/graph/surroundings.js";
import { type CalendarId, calendarIdOf } from "../shared/domain/calendarId.js";
import type { Deps } from "../shared/domain/deps.js";
import { knowledgeOf } from "../shared/domain/knowledge.js";
import { unpack } from "../shared/domain/packing.js";
import { StorageUnavailable } from "../shared/domain/ports.js";
import { MINUTE_MS, SECOND_MS } from "../shared/domain/time.js";
import { unwatch, watch } from "../shared/domain/watch.js";
import { nameOf } from "./graphBed.js";
import { intercepted, stopped } from "./intercepted.js";
import type { Delivery } from "./memory/memoryQueues.js";
import { openService } from "./service.js";

const ANNA = "anna@contoso.com";
const BEN = "ben@contoso.com";
const SIDE = "AAMkADc5/Cal+side=";
export const CALENDARS = [nameOf(ANNA), nameOf(ANNA, SIDE), nameOf(BEN)];
const FIRST_HOUR = Date.parse("2026-12-02T00:00:00Z");

const FAULTS = [
  "throttled",
  "html",
  "truncatedJson",
  "answerLost",
  "unreachable",
  "createdYet503",
  "earlyNotFound",
  "pageShift",
] as const;

/** An event as it stood from one instant to another; while it still stands there is no end. */
interface Fact {
  readonly calendar: number;
  readonly event: string;
  readonly start: number;
  readonly end: number;
  readonly from: number;
  to?: number;
}

export function openWorld(seed: number) {
  const random = seededRandom(seed);
  const chance = (share: number): boolean => random() < share;
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const waiting: (() => void)[] = [];
  const facts: Fact[] = [];
  const trace: string[] = [];
  const unwatched = new Set<number>();
  let troubled = false;
  let raw: Deps | undefined;

  const gate = async (call: string): Promise<void> => {
    if (!troubled) return;
    if (chance(0.01)) {
      trace.push(`stopped at ${call}`);
      await stopped();
    }
    if (/^(store|queues|index)/.test(call) && chance(0.01)) throw new StorageUnavailable("a fault of the world");
    await new Promise<void>((go) => waiting.push(go));
  };
  const service = openService({
    seed,
    around: (deps) => {
      raw = deps;
      return intercepted(deps, gate);
    },
  });
  const { sim, clock, queues } = service;

  async function begin(): Promise<void> {
    for (const address of [ANNA, BEN]) sim.outlook.addMailbox({ address, timeZone: "UTC" });
    sim.outlook.addCalendar(ANNA, { name: "Side", id: SIDE });
    for (const { mailbox, calendar } of CALENDARS) await service.watched(mailbox, calendar);
    troubled = true;
    sim.subscriptions.setKnobs({
      dropProbability: pick([0, 0.3, 1]) ?? 0,
      duplicates: pick([0, 0, 2]) ?? 0,
      reorder: chance(0.5),
      delayMs: { min: 0, max: pick([0, 3_000, 90_000]) ?? 0 },
    });
  }

  function change(): void {
    const calendar = Math.floor(random() * CALENDARS.length);
    const { mailbox, calendar: name } = CALENDARS[calendar] ?? nameOf(ANNA);
    const now = clock.now();
    const start = FIRST_HOUR + Math.floor(random() * 500) * 30 * MINUTE_MS;
    const times = { start: new Date(start).toISOString(), end: new Date(start + 30 * MINUTE_MS).toISOString() };
    const old = chance(0.5)
      ? pick(facts.filter((fact) => fact.to === undefined && fact.calendar === calendar))
      : undefined;
    if (old !== undefined) old.to = now;
    const fact = { calendar, start, end: start + 30 * MINUTE_MS, from: now };
    trace.push(`${old?.event ?? "a new event"} changes at ${now}`);
    if (old === undefined) facts.push({ ...fact, event: sim.outlook.addEvent(mailbox, name, times).id });
    else if (chance(0.5)) sim.outlook.deleteEvent(mailbox, name, old.event);
    else facts.push({ ...fact, event: sim.outlook.updateEvent(mailbox, name, old.event, times).id });
  }

  function worker(): void {
    const isAsk = chance(0.3);
    const at = Math.floor(random() * 8);
    const run = <M>(delivery: Delivery<M> | undefined, handle: (message: M) => Promise<void>): void => {
      if (delivery !== undefined) handle(delivery.message).then(delivery.done, delivery.giveBack);
    };
    if (isAsk) run(queues.asks.take(at), service.handleAsk);
    else run(queues.refreshes.take(at), service.handleRefresh);
  }

  async function wish(): Promise<void> {
    const { id, index } = idOf(Math.floor(random() * CALENDARS.length));
    const name = CALENDARS[index];
    if (raw === undefined || name === undefined) return;
    if (unwatched.delete(index)) await watch(raw, "booking", [{ name, reference: "" }]);
    else if (id !== undefined) {
      unwatched.add(index);
      await unwatch(raw, "booking", [{ id }]);
    }
  }

  const idOf = (index: number): { readonly index: number; readonly id: CalendarId | undefined } => {
    const ids = service.store.rows.map((row) => ({ row, id: idOfName(row.name) }));
    return { index, id: ids.find(({ id }) => id === idOfName(CALENDARS[index] ?? nameOf(ANNA)))?.id };
  };

  function trouble(): void {
    sim.faults.clear();
    const fault = pick([undefined, ...FAULTS]);
    if (fault !== undefined) sim.faults.add({ kind: fault, probability: 0.5 });
  }

  /** One thing happens. */
  async function step(): Promise<void> {
    const what = random();
    if (what < 0.08) change();
    else if (what < 0.28) worker();
    else if (what < 0.31) trouble();
    else if (what < 0.33) await wish();
    else if (what < 0.36) void service.sweep().catch(() => undefined);
    else if (what < 0.44) clock.advance(Math.ceil(random() * (pick([1, 5, 60, 240]) ?? 1) * SECOND_MS));
    else waiting.splice(Math.floor(random() * waiting.length), 1)[0]?.();
    await settled();
  }

  /** The trouble is over: who still works comes to an end, who was stopped stays so. */
  async function calm(): Promise<void> {
    troubled = false;
    sim.faults.clear();
    sim.subscriptions.resetKnobs();
    while (waiting.length > 0) {
      for (const go of waiting.splice(0)) go();
      await settled();
    }
  }

  /** Events that a reader is told of as free time, though they stood before the copy's own age and stand still. */
  function hidden(): Fact[] {
    return service.store.rows.flatMap((row) => {
      const index = CALENDARS.findIndex(
        ({ mailbox, calendar }) => mailbox === row.name.mailbox && calendar === row.name.calendar,
      );
      const known = knowledgeOf(row, { consumer: "booking", seesAll: true });
      if (known.kind !== "known" || row.snapshot === undefined) return [];
      const spans = (unpack(row.snapshot.blocks) ?? []).flatMap((layer) => layer.spans);
      const isShown = ({ start, end }: Fact): boolean =>
        spans.some((span) => span.start * MINUTE_MS <= start && end <= span.end * MINUTE_MS);
      return facts.filter(
        (fact) => fact.calendar === index && fact.from < known.asOf && fact.to === undefined && !isShown(fact),
      );
    });
  }

  return { ...service, begin, step, calm, hidden, trace, unwatched };
}

const idOfName = (name: (typeof CALENDARS)[number]): CalendarId => calendarIdOf(name);

/** Everything that can go on by itself has gone on: only gates and clocks hold anybody. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((done) => setImmediate(done));
}
