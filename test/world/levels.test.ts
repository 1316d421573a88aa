/** What changes cost and how soon they are in, in simulated time. */
import { describe, expect, test } from "vitest";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { watch } from "../../shared/domain/watch.js";
import { nameOf } from "../graphBed.js";
import { openService, POLICY, type Service } from "../service.js";
import { copied, held } from "../truth.js";
import { diceOf } from "./profile.js";

const PEOPLE = 200;
const NOTIFICATIONS = 1_000;
const TOLD_WITHIN_MS = 10 * SECOND_MS;
const DRAINED_WITHIN_MS = 30 * SECOND_MS;
const LATENCY_MS = 50;
/** Messages that one process works on at once: batchSize and newBatchThreshold of host.json. */
const MESSAGES_AT_ONCE = 16;
const STEP_MS = 10;

const addressOf = (person: number): string => `person${person}@contoso.com`;

/** Everything that can go on without time has gone on. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await new Promise((done) => setImmediate(done));
}

/** Time passes in small steps, with several messages worked on at once; `each` is called at every step. */
async function passBusily({ clock, queues, handleRefresh }: Service, ms: number, each: () => void): Promise<void> {
  let running = 0;
  for (const until = clock.now() + ms; clock.now() < until; ) {
    each();
    for (let delivery = queues.refreshes.take(); delivery !== undefined; delivery = queues.refreshes.take()) {
      running += 1;
      const { done, message } = delivery;
      handleRefresh(message).then(() => {
        done();
        running -= 1;
      });
      if (running >= MESSAGES_AT_ONCE) break;
    }
    await settled();
    clock.advance(STEP_MS);
    await settled();
  }
}

describe("a storm", () => {
  test("R12: 1,000 notifications over 200 calendars are drained 30 s after the last, within the budget of reads", async () => {
    const service = openService();
    const { sim, clock, store, queues } = service;
    for (let person = 0; person < PEOPLE; person++)
      sim.outlook.addMailbox({ address: addressOf(person), timeZone: "UTC" });
    const names = Array.from({ length: PEOPLE }, (_, person) => nameOf(addressOf(person)));
    await watch(
      service.deps,
      "booking",
      names.map((name) => ({ name, reference: "" })),
    );
    await service.pass(2 * MINUTE_MS, { timers: false });
    sim.clearLog();
    sim.faults.add({ kind: "latency", ms: LATENCY_MS });
    const startedAt = clock.now();
    const dice = diceOf(1);
    let told = 0;
    const tell = (): void => {
      for (; told < ((clock.now() - startedAt) * NOTIFICATIONS) / TOLD_WITHIN_MS && told < NOTIFICATIONS; told++) {
        const start = new Date(clock.now() + dice.below(500) * MINUTE_MS).toISOString();
        const end = new Date(clock.now() + DAY_MS).toISOString();
        sim.outlook.addEvent(addressOf(told % PEOPLE), "primary", { start, end });
      }
    };
    await passBusily(service, TOLD_WITHIN_MS + DRAINED_WITHIN_MS, tell);
    expect(told).toBe(NOTIFICATIONS);
    const waiting = queues.refreshes.messages.filter(({ message }) => message.wake.kind !== "confirm");
    expect(waiting).toEqual([]);
    for (const row of store.rows) {
      expect(copied(row)).toEqual(held(sim, row));
      expect(row.sync).toMatchObject({ dirty: false, failures: 0 });
    }
    sim.faults.clear();
    await service.pass(POLICY.confirmAfterMs, { timers: false });
    const budget = 4 + TOLD_WITHIN_MS / POLICY.minRefreshIntervalMs;
    const most = Math.max(...names.map(({ mailbox }) => service.reads(mailbox)));
    expect(most).toBeLessThanOrEqual(budget);
  });
});

describe("a day of 20 changes a calendar", () => {
  const CHANGES = 20;
  test.each([
    ["one notification each costs at most 2 reads a change", 1, 2],
    ["several notifications each costs at most 3 reads a change", 3, 3],
  ])("R12: with %s, confirmation included", async (_what, copies, most) => {
    const service = openService();
    const { sim, clock, lines } = service;
    const ids = [];
    for (let person = 0; person < 3; person++) ids.push(await service.watched(addressOf(person)));
    await service.pass(2 * MINUTE_MS);
    sim.subscriptions.setKnobs({ duplicates: copies - 1, reorder: true, delayMs: { min: 0, max: 1_500 } });
    lines.length = 0;
    const dice = diceOf(2);
    for (let change = 0; change < CHANGES; change++) {
      for (let person = 0; person < 3; person++) {
        const start = new Date(clock.now() + dice.below(5_000) * MINUTE_MS).toISOString();
        const end = new Date(clock.now() + 4 * DAY_MS).toISOString();
        sim.outlook.addEvent(addressOf(person), "primary", { start, end });
      }
      await service.pass(DAY_MS / CHANGES - dice.below(20) * MINUTE_MS);
    }
    await service.pass(5 * MINUTE_MS);
    for (const id of ids) {
      const reads = lines.filter(
        ({ event, calendar, cause }) => event === "refresh.completed" && calendar === id && cause !== "sweep",
      );
      expect(reads.length).toBeGreaterThanOrEqual(CHANGES);
      expect(reads.length).toBeLessThanOrEqual(CHANGES * most);
      expect(copied(service.rowOf(id))).toEqual(held(sim, service.rowOf(id)));
    }
  });
});
