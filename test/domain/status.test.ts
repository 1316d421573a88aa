import { describe, expect, test } from "vitest";
import { judgeKnowledge } from "../../shared/domain/answer.js";
import { knowledgeOf } from "../../shared/domain/knowledge.js";
import { poisonedRefresh } from "../../shared/domain/poison.js";
import { DEFAULT_MAX_AGE_MS } from "../../shared/domain/policy.js";
import type { QueueLength } from "../../shared/domain/ports.js";
import { SILENT_MS, serviceStatus } from "../../shared/domain/status.js";
import { HOUR_MS, later, MINUTE_MS } from "../../shared/domain/time.js";
import { statusBody } from "../../shared/http/statusAnswer.js";
import { openService, type Service } from "../service.js";
import { ANNA } from "./settledService.js";

const IDLE: QueueLength = { queue: "refresh", messages: 0, poison: 0 };
const statusOf = ({ deps }: Service, ...queues: readonly QueueLength[]) =>
  serviceStatus(deps, { lengths: async () => queues });
const MAILBOXES = [ANNA, "ben@contoso.com", "carl@contoso.com", "dora@contoso.com"];

/** Four calendars: one fine, one that Graph denies, one whose reads fail, one without a subscription. */
async function mixed() {
  const service = openService();
  const { sim } = service;
  for (const address of MAILBOXES) sim.outlook.addMailbox({ address, timeZone: "UTC" });
  const [, ben = "", carl = "", dora = ""] = MAILBOXES;
  sim.faults.add({ kind: "error", status: 403, mailbox: ben, operation: "calendarView" });
  sim.faults.add({ kind: "error", status: 503, mailbox: carl, operation: "calendarView" });
  sim.faults.add({ kind: "error", status: 403, mailbox: dora, operation: "createSubscription" });
  for (const address of MAILBOXES) await service.watched(address);
  await service.pass(2 * HOUR_MS);
  return service;
}

describe("counts", () => {
  test("S8: they are those of the rows themselves, as answers judge them", async () => {
    const service = await mixed();
    await service.sweep();
    const { tally, counted, now } = await statusOf(service);
    const reader = { consumer: "operator", seesAll: true };
    const judged = service.store.rows.map((row) =>
      judgeKnowledge(knowledgeOf(row, reader, now), DEFAULT_MAX_AGE_MS, now),
    );
    for (const state of ["fresh", "stale", "unknown"] as const)
      expect(tally.counts[state] ?? 0, state).toBe(judged.filter((one) => one.state === state).length);
    expect(tally.counts).toMatchObject({ rows: 4, accessDenied: 1, neverRefreshed: 1, failing: 2 });
    expect(tally.since.failing).toBeLessThan(later(now, -HOUR_MS));
    expect(counted?.until).toBe(now);
  });

  test("S8: before the first round nothing is counted, and that is said; later their age is", async () => {
    const service = openService();
    expect(statusBody(await statusOf(service, IDLE))).toMatchObject({ countedAt: null, ageSeconds: null });
    await service.watched(ANNA);
    await service.sweep();
    service.clock.advance(90_000);
    expect(statusBody(await statusOf(service))).toMatchObject({
      countedAt: "2026-12-01T12:00:00Z",
      ageSeconds: 90,
      calendars: { total: 1, fresh: 1, oldestAsOf: expect.any(String), overdue: { count: 0, since: null } },
    });
  });

  test("S8: the log line of a round's last part says what the round has counted, with ages in seconds", async () => {
    const service = await mixed();
    await service.sweep();
    const line = service.lines.filter(({ sweep }) => sweep === "refresh").at(-1);
    const { tally } = await statusOf(service);
    const { rows, fresh, unknown, polling } = tally.counts;
    expect(line).toMatchObject({ rows, fresh, unknown, polling, stale: 0, failing: 2, oldestOverdueSeconds: 0 });
    expect(line?.oldestAsOfSeconds).toBe(Math.round((service.clock.now() - (tally.since.asOf ?? 0)) / 1_000));
  });

  test("R9: what was given up is counted until it is read again", async () => {
    const service = openService();
    const id = await service.watched(ANNA);
    await poisonedRefresh(service.deps, [id]);
    await service.sweep();
    const before = await statusOf(service);
    expect(before.tally).toMatchObject({ counts: { poisoned: 1 }, since: { poisoned: service.clock.now() } });
    await service.pass(2 * MINUTE_MS);
    expect((await statusOf(service)).tally.counts.poisoned).toBeUndefined();
  });

  test("A6: only numbers and instants are told: no calendar, mailbox, tenant or consumer", async () => {
    const service = await mixed();
    await service.sweep();
    const told = JSON.stringify(statusBody(await statusOf(service, IDLE)));
    for (const row of service.store.rows)
      for (const secret of [row.name.mailbox, row.name.tenantId, row.subscription.id ?? "booking", "booking"])
        expect(told).not.toContain(secret);
    expect(told).not.toMatch(/[a-z2-7]{26}/);
  });
});

describe("queueSilent", () => {
  test.each([
    ["messages wait for ten minutes and none was ever taken", 10, undefined, true],
    ["messages wait and the last one was taken ten minutes ago", 30, 10, true],
    ["messages wait for long, but some are being taken", 30, 9, false],
    ["what waits has not waited for long, whatever was taken", 9, 60, false],
    ["nothing can be taken: it is hidden until its time", undefined, 60, false],
  ])("%s", async (_what, waitsMinutes, takenMinutes, silent) => {
    const service = openService();
    const ago = (minutes: number) => later(service.clock.now(), -minutes * MINUTE_MS);
    if (takenMinutes !== undefined) await service.ledger.noteTaken("refresh", ago(takenMinutes));
    const waiting = waitsMinutes === undefined ? {} : { waitingSince: ago(waitsMinutes) };
    const status = await statusOf(service, { ...IDLE, messages: 3, ...waiting }, { ...IDLE, queue: "other" });
    expect(status.queues.map((queue) => queue.silent)).toEqual([silent, false]);
    expect(statusBody(status)).toMatchObject({ queueSilent: silent });
    expect(SILENT_MS).toBe(10 * MINUTE_MS);
  });
});
