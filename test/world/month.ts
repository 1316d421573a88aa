/** Days of many calendars in one process, with random troubles; at the end every copy must be its calendar. */
import type { Fault } from "../../local/graph/faults.js";
import { type CalendarStore, StorageUnavailable } from "../../shared/domain/ports.js";
import { isWatched } from "../../shared/domain/row.js";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../shared/domain/time.js";
import { watch } from "../../shared/domain/watch.js";
import { nameOf } from "../graphBed.js";
import { openService } from "../service.js";
import { copied, held } from "../truth.js";
import { diceOf } from "./profile.js";
import { Violation } from "./properties.js";

export interface MonthOptions {
  readonly days: number;
  readonly calendars: number;
  readonly seed: number;
  /** RECONCILE_MINUTES of the app. */
  readonly reconcileMinutes: number;
}

export interface Month {
  readonly changes: number;
  readonly reads: number;
  readonly troubles: number;
}

const CHANGES_A_DAY = 20;
const TROUBLE_HOURS = 0.3;
const STORAGE_FAILS = 0.0005;

const TROUBLES = [
  { kind: "throttled", seconds: 30 },
  { kind: "error", status: 503 },
  { kind: "html" },
  { kind: "unreachable" },
  { kind: "oldView", ms: 40_000 },
  { kind: "batchMalformed" },
  { kind: "earlyNotFound" },
] as const satisfies readonly Fault[];

/** Errors: throws a `Violation` where a copy is not its calendar within the reconcile period and two minutes after the last trouble. */
export async function month({ days, calendars, seed, reconcileMinutes }: MonthOptions): Promise<Month> {
  const reconcileMs = reconcileMinutes * MINUTE_MS;
  const dice = diceOf(seed);
  let failing = true;
  const service = openService({
    seed,
    policy: { reconcileMs },
    around: (deps) => ({ ...deps, store: unreliable(deps.store, () => failing && dice.chance(STORAGE_FAILS)) }),
  });
  const { sim, clock } = service;
  const names = Array.from({ length: calendars }, (_, index) => nameOf(`person${index}@contoso.com`));
  for (const { mailbox } of names) sim.outlook.addMailbox({ address: mailbox, timeZone: "UTC" });
  const wished = names.map((name) => ({ name, reference: "" }));
  for (let first = 0; first < wished.length; first += 100)
    await again(() => watch(service.deps, "booking", wished.slice(first, first + 100)));
  let [changes, reads, troubles] = [0, 0, 0];
  for (let hour = 0; hour < days * 24; hour++) {
    sim.faults.clear();
    sim.subscriptions.setKnobs({ dropProbability: dice.pick([0, 0, 0.5, 1]), duplicates: dice.pick([0, 0, 2]) });
    if (dice.chance(TROUBLE_HOURS)) {
      troubles += 1;
      sim.faults.add({ ...dice.pick(TROUBLES), probability: 0.3 });
    }
    for (const { mailbox } of names) {
      if (!dice.chance(CHANGES_A_DAY / 24)) continue;
      changes += 1;
      const start = Math.floor(clock.now() / DAY_MS) * DAY_MS + dice.below(20 * 48) * 30 * MINUTE_MS;
      const events = [...sim.outlook.calendar(mailbox, "primary").events.keys()];
      const times = { start: new Date(start).toISOString(), end: new Date(start + HOUR_MS).toISOString() };
      if (events.length > 10) sim.outlook.deleteEvent(mailbox, "primary", events[dice.below(events.length)] ?? "");
      else sim.outlook.addEvent(mailbox, "primary", times);
    }
    await passHour();
    reads += sim.log.filter(({ operation }) => operation === "calendarView").length;
    sim.clearLog();
    service.lines.length = 0;
  }
  failing = false;
  sim.faults.clear();
  sim.subscriptions.resetKnobs();
  await service.pass(reconcileMs + 2 * MINUTE_MS);
  for (const row of service.store.rows)
    if (isWatched(row) && JSON.stringify(copied(row)) !== JSON.stringify(held(sim, row)))
      throw new Violation("the copy converges", `${JSON.stringify(row.sync)}`);
  return { changes, reads, troubles };

  async function passHour(): Promise<void> {
    for (let minute = 0; minute < 60; minute++) await again(() => service.pass(MINUTE_MS));
  }
}

/** Calls that fail before they have had any effect, or when they have had it. Adds no await to those that go well. */
const unreliable = (store: CalendarStore, fails: () => boolean): CalendarStore =>
  new Proxy(store, {
    get: (target, key) => {
      const method: unknown = Reflect.get(target, key, target);
      if (typeof method !== "function") return method;
      return (...given: readonly unknown[]): unknown => {
        const fault = (): Promise<never> => Promise.reject(new StorageUnavailable("a fault of the world"));
        if (fails()) return fault();
        const answer: Promise<unknown> = Reflect.apply(method, target, given);
        return fails() ? answer.then(fault) : answer;
      };
    },
  });

/** Storage fails now and then, and Graph's list on the daily look; then the same is done again, as the queue would. */
async function again(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
  }
  throw new Error("neither storage nor Graph came back");
}

const isPassing = (error: unknown): boolean =>
  error instanceof StorageUnavailable || (error instanceof Error && error.message.startsWith("Graph gave no list"));
