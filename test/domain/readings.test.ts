/** Views of several pages, failures of a read, windows and zones. */
import { describe, expect, test } from "vitest";
import type { Fault } from "../../local/graph/faults.js";
import { knowledgeOf } from "../../shared/domain/knowledge.js";
import type { Page } from "../../shared/domain/ports.js";
import { refresh } from "../../shared/domain/refresh.js";
import { DAY_MS, HOUR_MS, later, MINUTE_MS, SECOND_MS, startOfUtcDay } from "../../shared/domain/time.js";
import { POLICY, type Service } from "../service.js";
import { ANNA, bound, crowd, EVENT, settledService } from "./settledService.js";

const READER = { consumer: "booking", seesAll: false };

/** Nobody is told of it. */
async function crowdedService(count?: number) {
  const service = await settledService();
  service.sim.subscriptions.setKnobs({ dropProbability: 1 });
  crowd(service, count);
  return service;
}

/** Everything that must not change when a read fails. */
const kept = ({ rowOf, id }: Awaited<ReturnType<typeof settledService>>) => {
  const { snapshot, sync } = rowOf(id);
  return { snapshot, asOf: sync.asOf };
};

describe("a view of several pages", () => {
  test("R5: counts when two passes agree, from the start of the second", async () => {
    const service = await crowdedService();
    const startedAt = service.clock.now();
    await service.handleRefresh(service.notified());
    service.isCurrent();
    expect(service.rowOf(service.id).sync.lastRead).toMatchObject({ outcome: "read", events: 1_005, pages: 4 });
    expect(service.rowOf(service.id).sync.asOf).toBeGreaterThanOrEqual(startedAt);
  });

  test.each([1, -1] as const)("R5: a page that moved by %i under the reader hides nothing", async (by) => {
    const service = await crowdedService();
    service.sim.faults.add({ kind: "pageShift", by, count: 1 });
    await service.handleRefresh(service.notified());
    service.isCurrent();
  });

  test("R5: a calendar that changes in every pass is no view, and what was known stays", async () => {
    const service = await crowdedService();
    const before = kept(service);
    const { reader } = service.deps;
    let turn = 0;
    const change = async <T>(answer: Promise<T>): Promise<T> => {
      const page = await answer;
      service.sim.outlook.updateEvent(ANNA, "primary", "c0", { end: `2026-12-02T00:${30 + (++turn % 29)}:00Z` });
      return page;
    };
    const moving = {
      ...bound(reader),
      firstPages: (...asked: Parameters<typeof reader.firstPages>) => change(reader.firstPages(...asked)),
    };
    await refresh({ ...service.deps, reader: moving }, service.notified());
    expect(kept(service)).toEqual(before);
    expect(service.rowOf(service.id).sync).toMatchObject({ failures: 1, dirty: true });
    expect(service.reads(ANNA)).toBe(8);
  });

  test("R5: a later page that fails fails the read: no part of it is kept", async () => {
    const service = await crowdedService();
    const before = kept(service);
    service.sim.faults.add({ kind: "secondPageFails" });
    await service.handleRefresh(service.notified());
    expect(kept(service)).toEqual(before);
  });

  test("R5: pages that go round in circles end it", async () => {
    const service = await settledService();
    const circle: Page = { kind: "page", events: [], next: "/users/x" };
    const reader = { ...bound(service.deps.reader), firstPages: async () => [circle], nextPage: async () => circle };
    await refresh({ ...service.deps, reader }, service.notified());
    expect(service.rowOf(service.id).sync).toMatchObject({ failures: 1, lastRead: { outcome: "transient" } });
  });

  test("R5, R9: one that is not at its end after four minutes is a failure on its row and in the log, and no crash", async () => {
    const service = await settledService();
    const before = kept(service);
    let page = 0;
    const next = async (): Promise<Page> => {
      service.clock.advance(25 * SECOND_MS);
      const event = { id: `p${++page}`, etag: "", isAllDay: false, isCancelled: false };
      const [start, end] = [EVENT.start, EVENT.end].map((dateTime) => ({ dateTime, timeZone: "UTC" }));
      return { kind: "page", events: start && end ? [{ ...event, start, end }] : [], next: "/users/x" };
    };
    const reader = { ...bound(service.deps.reader), firstPages: async () => [await next()], nextPage: next };
    await refresh({ ...service.deps, reader }, service.notified());
    expect(kept(service)).toEqual(before);
    const { sync } = service.rowOf(service.id);
    expect(sync).toMatchObject({ failures: 1, crashes: 0, dirty: true, lastRead: { outcome: "transient" } });
    expect(sync.lastError).toMatch(/4 minutes/);
    expect(service.lines.at(-1)).toMatchObject({ event: "refresh.failed", outcome: "transient" });
    await service.pass(POLICY.reconcileMs + 2 * MINUTE_MS);
    expect(service.rowOf(service.id).sync).toMatchObject({ failures: 0, crashes: 0 });
  });

  test("R9: more events than a snapshot holds make the calendar unknown, never partly known", async () => {
    const service = await crowdedService(10_001);
    await service.handleRefresh(service.notified());
    expect(knowledgeOf(service.rowOf(service.id), READER, service.clock.now())).toMatchObject({
      kind: "unknown",
      reason: "tooManyEvents",
    });
  }, 60_000);
});

describe("a read that fails", () => {
  test.each<[string, Fault]>([
    ["503", { kind: "error", status: 503 }],
    ["a web page", { kind: "html" }],
    ["cut JSON", { kind: "truncatedJson" }],
    ["no value", { kind: "noValue" }],
    ["no answer", { kind: "unreachable" }],
    ["429", { kind: "throttled", retryAfter: "none" }],
  ])(
    "R9: after %s the copy and its age stay, tries come further apart, and it recovers by itself",
    async (_what, fault) => {
      const service = await settledService();
      const before = kept(service);
      service.sim.faults.add({ ...fault, operation: "calendarView" });
      service.sim.outlook.addEvent(ANNA, "primary", EVENT);
      await service.pass(HOUR_MS);
      expect(kept(service)).toEqual(before);
      const tries = service.sim.log.filter(({ operation }) => operation === "calendarView").map(({ at }) => at);
      const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? at));
      expect(tries.length).toBeLessThan(20);
      expect(pauses.at(-1)).toBeGreaterThan(5 * MINUTE_MS);
      service.sim.faults.clear();
      await service.pass(HOUR_MS);
      service.isCurrent();
      expect(service.rowOf(service.id).sync).toMatchObject({ failures: 0, dirty: false });
    },
  );

  test.each<[string, (service: Service, broken: boolean) => void, string]>([
    ["mailboxNotFound", ({ sim }, broken) => sim.outlook.removeMailbox(ANNA, broken), "mailboxNotFound"],
    ["accessDenied", ({ sim }, broken) => sim.outlook.denyAccess(ANNA, broken), "accessDenied"],
    ["no licence", ({ sim }, broken) => sim.outlook.setLicensed(ANNA, !broken), "mailboxNotFound"],
  ])(
    "R9: %s makes it unknown at once, tried after 1, 5, 15 minutes and then hourly, and known again by itself",
    async (_what, change, reason) => {
      const service = await settledService();
      change(service, true);
      service.sim.clearLog();
      await service.handleRefresh(service.notified());
      expect(knowledgeOf(service.rowOf(service.id), READER, service.clock.now())).toMatchObject({
        kind: "unknown",
        reason,
      });
      await service.pass(4 * HOUR_MS);
      const at = service.sim.log.filter(({ operation }) => operation === "calendarView").map((entry) => entry.at);
      const minutes = at.slice(1).map((one, index) => Math.round((one - (at[index] ?? one)) / MINUTE_MS));
      expect(minutes.slice(0, 5)).toEqual([1, 5, 15, 60, 60]);
      change(service, false);
      await service.pass(HOUR_MS + MINUTE_MS);
      service.isCurrent();
      expect(knowledgeOf(service.rowOf(service.id), READER, service.clock.now()).kind).toBe("known");
      expect(service.lines.filter(({ event }) => event === "calendar.stateChanged").slice(-2)).toMatchObject([
        { from: "known", to: reason },
        { from: reason, to: "known" },
      ]);
    },
  );

  test("R4, R9: of a batch the throttled part alone is read again; the others keep what they were told", async () => {
    const service = await settledService();
    const others = [await service.watched("ben@contoso.com"), await service.watched("cleo@contoso.com")];
    await service.pass(2 * MINUTE_MS);
    service.sim.subscriptions.setKnobs({ dropProbability: 1 });
    for (const mailbox of [ANNA, "ben@contoso.com", "cleo@contoso.com"])
      service.sim.outlook.addEvent(mailbox, "primary", EVENT);
    service.sim.faults.add({ kind: "throttled", mailbox: ANNA, operation: "calendarView", count: 1, seconds: 20 });
    const before = kept(service);
    service.sim.clearLog();
    await service.handleRefresh({ ...service.notified(), calendars: [service.id, ...others] });
    expect(kept(service)).toEqual(before);
    const told = others.map(service.rowOf);
    expect(told.map(({ snapshot, sync }) => [snapshot?.events, sync.failures])).toEqual([
      [1, 0],
      [1, 0],
    ]);
    await service.pass(30 * SECOND_MS, { timers: false });
    service.isCurrent();
    expect(others.map(service.rowOf)).toEqual(told);
    const views = service.sim.log.filter(({ operation }) => operation === "calendarView");
    expect(views.map(({ mailbox, inBatch }) => [mailbox, inBatch === true])).toEqual([
      [ANNA, true],
      ["ben@contoso.com", true],
      ["cleo@contoso.com", true],
      [ANNA, false],
    ]);
  });

  test("R9: what was blocked is tried at once when somebody tells of a change", async () => {
    const service = await settledService();
    service.sim.outlook.denyAccess(ANNA);
    await service.handleRefresh(service.notified());
    service.sim.outlook.denyAccess(ANNA, false);
    service.clock.advance(5 * SECOND_MS);
    await service.handleRefresh(service.notified());
    service.isCurrent();
    expect(service.rowOf(service.id).sync.blocked).toBeUndefined();
  });
});

describe("what a snapshot claims", () => {
  test("R11: from yesterday to two days past the horizon, and Graph is asked for two days more on each side", async () => {
    const service = await settledService();
    const today = startOfUtcDay(service.clock.now());
    const { snapshot } = service.rowOf(service.id);
    const [start, end] = [later(today, -DAY_MS), later(today, (POLICY.horizonDays + 2) * DAY_MS)];
    expect([snapshot?.windowStart, snapshot?.windowEnd]).toEqual([start, end]);
    await service.handleRefresh(service.notified());
    const view = service.sim.log.find(({ operation }) => operation === "calendarView");
    const asked = new URLSearchParams(view?.path.split("?")[1]);
    expect(Date.parse(asked.get("startDateTime") ?? "")).toBe(later(start, -2 * DAY_MS));
    expect(Date.parse(asked.get("endDateTime") ?? "")).toBe(later(end, 2 * DAY_MS));
  });

  test("Nothing of an event but its times, status and flag is stored or logged", async () => {
    const service = await settledService();
    service.sim.outlook.addEvent(ANNA, "primary", { ...EVENT, id: "id-7531", subject: "Secret plan" });
    await service.pass(5 * MINUTE_MS);
    const { name: _, ...row } = service.rowOf(service.id);
    for (const text of [JSON.stringify(row), JSON.stringify(service.lines)])
      expect(text).not.toMatch(/secret|7531|anna|contoso/i);
  });
});
