/** Graph's wish to be left alone, kept for all calendars of a mailbox. */
import { expect, test } from "vitest";
import type { CalendarId } from "../../shared/domain/calendarId.js";
import type { Deps } from "../../shared/domain/deps.js";
import { LEASE_MS } from "../../shared/domain/policy.js";
import { refresh } from "../../shared/domain/refresh.js";
import { HOUR_MS, later, MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { copied, held } from "../truth.js";
import { ANNA, bound, EVENT, settledService } from "./settledService.js";

type SettledService = Awaited<ReturnType<typeof settledService>>;

test("R4: after Retry-After no calendar of the mailbox is asked for anything before it has passed", async () => {
  const service = await settledService();
  const side = service.sim.outlook.addCalendar(ANNA, { name: "Side" });
  const other = await service.watched(ANNA, side.id);
  await service.pass(2 * MINUTE_MS);
  service.sim.clearLog();
  service.sim.faults.add({ kind: "throttled", seconds: 90, count: 1 });
  const throttledAt = service.clock.now();
  await service.handleRefresh(service.notified());
  service.sim.outlook.addEvent(ANNA, side.id, EVENT);
  service.sim.outlook.addEvent(ANNA, "primary", EVENT);
  await service.pass(89 * SECOND_MS);
  expect(service.reads(ANNA)).toBe(1);
  await service.pass(30 * SECOND_MS);
  const times = service.sim.log.slice(1).filter(({ operation }) => operation === "calendarView");
  expect(Math.min(...times.map(({ at }) => at))).toBeGreaterThanOrEqual(throttledAt + 90 * SECOND_MS);
  service.isCurrent();
  expect(copied(service.rowOf(other))).toEqual(held(service.sim, service.rowOf(other)));
});

test("R4: a read that was under way when its mailbox was throttled does not end the mailbox's rest", async () => {
  const service = await settledService();
  const side = service.sim.outlook.addCalendar(ANNA, { name: "Side" });
  const other = await service.watched(ANNA, side.id);
  await service.pass(2 * MINUTE_MS);
  await refresh(throttledMeanwhile(service, other), service.notified());
  expect(service.rowOf(service.id).sync.lastRead?.outcome).toBe("read");
  expect(service.rowOf(service.id).sync.notBefore).toBe(service.clock.now() + 90 * SECOND_MS);
});

test("R4: a shorter wish of Graph's does not end a longer one", async () => {
  const service = await settledService();
  const side = service.sim.outlook.addCalendar(ANNA, { name: "Side" });
  const other = await service.watched(ANNA, side.id);
  await service.pass(2 * MINUTE_MS);
  service.sim.faults.add({ kind: "throttled", seconds: 5, count: 1 });
  await refresh(throttledMeanwhile(service, other), service.notified());
  expect(service.rowOf(service.id).sync.lastRead?.outcome).toBe("throttled");
  expect(service.rowOf(service.id).sync.notBefore).toBe(service.clock.now() + 90 * SECOND_MS);
});

test("R4: a throttled reader that has lost its lease still tells the mailbox's calendars to wait", async () => {
  const service = await settledService();
  service.sim.faults.add({ kind: "throttled", seconds: 90, count: 1 });
  const { reader } = service.deps;
  const firstPages: typeof reader.firstPages = async (...asked) => {
    const pages = await reader.firstPages(...asked);
    service.clock.advance(LEASE_MS + SECOND_MS);
    await service.handleRefresh(service.notified()); // somebody else meets the expired lease and reads
    return pages;
  };
  await refresh({ ...service.deps, reader: { ...bound(reader), firstPages } }, service.notified());
  expect(service.rowOf(service.id).sync.notBefore).toBe(service.clock.now() + 90 * SECOND_MS);
});

test("R4: a calendar that is watched while its mailbox is to be left alone is not asked for before that is over", async () => {
  const service = await settledService();
  const side = service.sim.outlook.addCalendar(ANNA, { name: "Side" });
  service.sim.faults.add({ kind: "throttled", seconds: 600, count: 1 });
  await service.handleRefresh(service.notified());
  service.clock.advance(10 * SECOND_MS);
  service.sim.outlook.addEvent(ANNA, side.id, EVENT);
  const other = await service.watched(ANNA, side.id);
  await service.pass(580 * SECOND_MS);
  expect(service.reads(ANNA)).toBe(1);
  await service.pass(30 * SECOND_MS);
  expect(copied(service.rowOf(other))).toEqual(held(service.sim, service.rowOf(other)));
});

test("R4: Retry-After of a day is believed for an hour", async () => {
  const service = await settledService();
  service.sim.faults.add({ kind: "throttled", seconds: 86_400, count: 1 });
  await service.handleRefresh(service.notified());
  expect(service.rowOf(service.id).sync.notBefore).toBe(service.clock.now() + 60 * MINUTE_MS);
  await service.pass(61 * MINUTE_MS);
  expect(service.rowOf(service.id).sync.failures).toBe(0);
});

/** Between Graph's answer to a read and what is made of it, another calendar of the mailbox is told to wait for 90 s. */
function throttledMeanwhile(service: SettledService, other: CalendarId): Deps {
  const { reader } = service.deps;
  const firstPages: typeof reader.firstPages = async (...asked) => {
    const pages = await reader.firstPages(...asked);
    service.sim.faults.add({ kind: "throttled", seconds: 90, count: 1 });
    await service.handleRefresh({ ...service.notified(), calendars: [other] });
    return pages;
  };
  return { ...service.deps, reader: { ...bound(reader), firstPages } };
}

test("R4, D5: a clock that leaps while Graph is waited for makes no pause longer", async () => {
  const service = await settledService();
  const { deps, clock } = service;
  let leapMs = 0;
  const { firstPages, ...reader } = bound(deps.reader);
  const leaping: Deps = {
    ...deps,
    clock: { now: () => later(clock.now(), leapMs), synced: () => true },
    reader: {
      ...reader,
      firstPages: async (...views) => {
        const pages = await firstPages(...views);
        leapMs = HOUR_MS;
        return pages;
      },
    },
    store: new Proxy(deps.store, {
      get: (store, name: keyof Deps["store"]) => {
        leapMs = 0; // storage's answers tell the time
        return store[name].bind(store);
      },
    }),
  };
  service.sim.faults.add({ kind: "throttled", seconds: 5, count: 1 });
  await refresh(leaping, service.notified());
  expect(service.rowOf(service.id).sync.notBefore).toBe(later(clock.now(), 5 * SECOND_MS));
});
