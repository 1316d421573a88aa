/** Reads that a request waits for. */
import { describe, expect, test } from "vitest";
import type { AvailabilityQuery } from "../../shared/domain/answer.js";
import { readAvailabilityNow } from "../../shared/domain/availability.js";
import type { Deps } from "../../shared/domain/deps.js";
import { DAY_MS, later, MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { type Gate, intercepted } from "../intercepted.js";
import type { ManualClock } from "../memory/manualClock.js";
import { openService } from "../service.js";
import { ANNA, bound, EVENT, settledService } from "./settledService.js";

const READER = { consumer: "booking", seesAll: false };
const REQUEST_MS = 2_500;
const QUERY: Omit<AvailabilityQuery, "start" | "end"> = {
  blockOn: ["busy"],
  allDay: "respect",
  bufferMs: { before: 0, after: 0 },
  maxAgeMs: 0,
  detail: false,
};

/** A settled service whose Graph hangs until it is told otherwise: every read takes all the time that it is given. */
async function hangingService(gate?: Gate) {
  const control = { isSettled: false, hangs: false, isSilent: false, allowedMs: [] as number[] };
  const around = (deps: Deps): Deps => {
    const clock = deps.clock as ManualClock;
    const reader = bound(deps.reader);
    const own: Deps = {
      ...deps,
      sleep: (ms) => (control.isSettled ? clock.sleep(ms) : deps.sleep(ms)),
      reader: {
        ...reader,
        mailboxZone: (name, timeoutMs) =>
          control.isSilent ? Promise.withResolvers<undefined>().promise : reader.mailboxZone(name, timeoutMs),
        firstPages: async (views, timeoutMs) => {
          if (!control.hangs) return reader.firstPages(views, timeoutMs);
          control.allowedMs.push(timeoutMs);
          clock.advance(timeoutMs);
          return views.map(() => ({ kind: "transient", detail: "no answer in time", late: true }));
        },
      },
    };
    return gate === undefined ? own : intercepted(own, gate);
  };
  const service = await settledService({ around });
  const { clock, sim, id, deps } = service;
  control.isSettled = true;
  sim.subscriptions.setKnobs({ dropProbability: 1 });
  sim.outlook.addEvent(ANNA, "primary", EVENT);
  const query: AvailabilityQuery = { ...QUERY, start: clock.now(), end: later(clock.now(), 7 * DAY_MS) };
  const ask = async () => (await readAvailabilityNow(deps, READER, [id], query)).get(id)?.answer;
  return { ...service, control, ask };
}

describe("a request that asks for a read", () => {
  test("A9: has it, fresh, where Graph answers", async () => {
    const { ask } = await hangingService();
    expect(await ask()).toMatchObject({ state: "fresh", busy: [{}] });
  });

  test("A9: has it, fresh, also where Graph is silent about the mailbox's zone, which is asked for without hurry", async () => {
    const { ask, control, clock, pass, sim } = await hangingService();
    clock.advance(DAY_MS);
    control.isSilent = true;
    expect(await ask()).toMatchObject({ state: "fresh", busy: [{}] });
    control.isSilent = false;
    await pass(20 * MINUTE_MS);
    expect(sim.log.filter(({ operation }) => operation === "timeZone")).toHaveLength(1);
  });

  test("A9, R3: has it, fresh, also where a notification comes in between that has to wait for the pause", async () => {
    let rows = Number.NEGATIVE_INFINITY;
    const gate: Gate = async (call, when) => {
      if (call !== "store.read" || when !== "before" || ++rows !== 2) return;
      clock.advance(SECOND_MS / 2); // after the request has begun, and before it asks for its read
      await handleRefresh(notified());
    };
    const { ask, clock, handleRefresh, notified, reads } = await hangingService(gate);
    await handleRefresh(notified());
    clock.advance(SECOND_MS);
    rows = 0;
    expect(await ask()).toMatchObject({ state: "fresh", busy: [{}] });
    expect(reads(ANNA)).toBe(2);
  });

  test("A9: ends in time where Graph hangs, and the calendar is read without hurry right after it", async () => {
    const { ask, control, clock, rowOf, id, pass, isCurrent } = await hangingService();
    const askedAt = clock.now();
    control.hangs = true;
    expect(await ask()).toMatchObject({ state: "stale", busy: [] });
    expect(clock.now() - askedAt).toBeLessThanOrEqual(REQUEST_MS);
    expect(rowOf(id).sync).toMatchObject({ dirty: true, failures: 0 });
    expect(rowOf(id).sync.lease).toBeUndefined();
    control.hangs = false;
    await pass(3 * SECOND_MS, { timers: false });
    isCurrent();
    expect(rowOf(id).sync.asOf).toBeGreaterThan(askedAt);
  });

  test("A9: takes no part of the time that any other read may have", async () => {
    const { ask, control, pass } = await hangingService();
    control.hangs = true;
    await ask();
    control.allowedMs = [];
    await pass(3 * SECOND_MS, { timers: false });
    expect(control.allowedMs).toEqual([40_000]);
  });

  test("A9: a team of 24 is read in the time of a few requests to Graph, those of a mailbox together", async () => {
    const service = openService({
      around: (deps) => ({ ...deps, sleep: (ms) => (deps.clock as ManualClock).sleep(ms) }),
    });
    const { sim, deps, clock } = service;
    const ids = [];
    for (let person = 0; person < 24; person++) ids.push(await service.watched(`person${person}@contoso.com`));
    await service.pass(2 * MINUTE_MS);
    sim.subscriptions.setKnobs({ dropProbability: 1 });
    for (const { name } of service.store.rows) sim.outlook.addEvent(name.mailbox, "primary", EVENT);
    sim.clearLog();
    const query = { ...QUERY, start: clock.now(), end: later(clock.now(), 7 * DAY_MS) };
    const answers = [...(await readAvailabilityNow(deps, READER, ids, query)).values()].map(({ answer }) => answer);
    expect(answers).toEqual(ids.map(() => expect.objectContaining({ state: "fresh", busy: [expect.anything()] })));
    expect(sim.log.filter(({ operation }) => operation === "batch")).toHaveLength(2);
    expect(sim.log.filter(({ operation }) => operation === "calendarView")).toHaveLength(24);
  });

  test("R9: where reads fail already, one that had no time is one more failure, and backs off", async () => {
    const { ask, control, rowOf, id, pass, clock } = await hangingService();
    control.hangs = true;
    await ask();
    await pass(MINUTE_MS, { timers: false });
    const { failures } = rowOf(id).sync;
    expect(failures).toBeGreaterThan(0);
    await ask();
    expect(rowOf(id).sync.failures).toBe(failures + 1);
    expect(rowOf(id).sync.retryAt).toBeGreaterThan(clock.now());
  });
});
