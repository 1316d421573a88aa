/** Each alert, and the course of things in which the app logs what its query looks for. */
import { describe, expect, test } from "vitest";
import type { LogEvent } from "../../shared/domain/logEvents.js";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../shared/domain/time.js";
import { ANNA, settledService } from "../domain/settledService.js";
import { linesOf } from "./emitted.js";
import { ALERTS, eventsIn } from "./queries.js";

type Lines = readonly LogEvent[];
type Settled = Awaited<ReturnType<typeof settledService>>;

/** What `course` makes the app log, from then on. */
async function logged(course: (service: Settled) => Promise<void>): Promise<Lines> {
  const service = await settledService();
  service.lines.length = 0;
  await course(service);
  return service.lines;
}

/** The lines of whole rounds, and a number of the last one. */
const roundsOf = (lines: Lines): Lines =>
  lines.filter((line) => line.event === "sweep.completed" && line.rows !== undefined);
const lastRound = (lines: Lines, field: string): number => Number(roundsOf(lines).at(-1)?.[field]);
const count = (lines: Lines, event: LogEvent["event"]): number => lines.filter((line) => line.event === event).length;

const isSilent = (service: Settled): void => void service.sim.subscriptions.setKnobs({ dropProbability: 1 });

/** Alerts that look at something else than log events. */
const ELSEWHERE = ["deadLetters", "serverErrors"];

describe("the app logs what each alert looks for", () => {
  const cases: Readonly<Record<string, () => Promise<void>>> = {
    poison: async () => {
      expect((await linesOf("poison.received")).map(({ queue }) => queue)).toEqual(["refresh", "subscriptions"]);
    },
    overdueWork: async () => {
      const lines = await logged(async (service) => {
        for (let minute = 0; minute < 30; minute++) {
          service.clock.advance(MINUTE_MS); // nobody takes a message
          await service.sweep();
        }
      });
      const ofTenMinutes = roundsOf(lines).slice(-10);
      expect(ofTenMinutes).toHaveLength(10);
      expect(Math.min(...ofTenMinutes.map((line) => Number(line.oldestOverdueSeconds)))).toBeGreaterThan(300);
    },
    staleCalendars: async () => {
      const lines = await logged(async (service) => {
        isSilent(service);
        service.sim.faults.add({ kind: "error", status: 503, operation: "calendarView" });
        await service.pass(HOUR_MS);
      });
      expect([lastRound(lines, "stale"), lastRound(lines, "fresh")]).toEqual([1, 0]);
    },
    subscriptionsExpiring: async () => {
      const lines = await logged(async (service) => {
        service.sim.faults.add({ kind: "error", status: 503, operation: "renewSubscription" });
        service.clock.advance(6.5 * DAY_MS);
        await service.pass(5 * MINUTE_MS);
      });
      expect(roundsOf(lines).map(({ expiring }) => expiring)).toContain(1);
      const untaken = await logged(async (service) => {
        service.clock.advance(4.5 * DAY_MS); // it is renewed within 4 days
        await service.sweep(); // which sends a message that nobody takes
      });
      expect([lastRound(untaken, "expiring"), lastRound(untaken, "subscriptionOverdue")]).toEqual([0, 1]);
      expect(lastRound(untaken, "oldestSubscriptionOverdueSeconds")).toBeGreaterThan(3600);
      const tried = await logged(async (service) => {
        service.sim.faults.add({ kind: "error", status: 503, operation: "renewSubscription" });
        service.clock.advance(4.5 * DAY_MS);
        await service.pass(5 * MINUTE_MS);
      });
      expect(count(tried, "subscription.failed")).toBeGreaterThan(0);
      expect(lastRound(tried, "oldestSubscriptionOverdueSeconds")).toBeLessThan(3600);
    },
    renewalFailures: async () => {
      const failed = await linesOf("subscription.failed");
      expect(
        Map.groupBy(failed, ({ calendar }) => calendar)
          .values()
          .next().value?.length,
      ).toBeGreaterThanOrEqual(3);
      const lines = await logged(async (service) => {
        service.sim.faults.add({ kind: "error", status: 403, operation: "createSubscription" });
        await service.watched("ben@contoso.com");
        await service.pass(HOUR_MS);
      });
      const refused = lines.filter(({ event }) => event === "subscription.failed");
      expect(refused.map(({ outcome }) => outcome)).toEqual(["refused"]);
      const failedForHours = async (service: Settled): Promise<void> => {
        service.sim.faults.add({ kind: "throttled", operation: "createSubscription" });
        await service.watched("ben@contoso.com");
        await service.pass(3 * HOUR_MS);
        service.lines.length = 0;
        await service.pass(HOUR_MS);
      };
      const lastHour = await logged(failedForHours);
      expect(count(lastHour, "subscription.failed")).toBeLessThan(3); // so rarely is it tried by now
      expect([lastRound(lastHour, "expiring"), lastRound(lastHour, "oldestSubscriptionOverdueSeconds")]).toEqual([
        0, 0,
      ]);
      expect(lastRound(lastHour, "subscriptionFailing")).toBe(1);
      expect(lastRound(lastHour, "oldestSubscriptionFailingSeconds")).toBeGreaterThan(3600);
      const mended = await logged(async (service) => {
        await failedForHours(service);
        service.sim.faults.clear();
        await service.pass(2 * HOUR_MS);
      });
      expect([lastRound(mended, "subscriptionFailing"), lastRound(mended, "oldestSubscriptionFailingSeconds")]).toEqual(
        [0, 0],
      );
    },
    throttling: async () => {
      const lines = await logged(async (service) => {
        service.sim.faults.add({ kind: "throttled", operation: "calendarView", seconds: 60 });
        await service.pass(HOUR_MS);
      });
      expect(count(lines, "refresh.throttled")).toBeGreaterThanOrEqual(3);
      expect(count(lines, "refresh.completed")).toBe(0);
    },
    silence: async () => {
      const lines = await logged(async (service) => {
        isSilent(service);
        await service.pass(HOUR_MS);
      });
      expect(count(lines, "notification.received")).toBe(0);
      expect(Math.min(...roundsOf(lines).map(({ push }) => Number(push)))).toBe(1);
    },
    turnedUnknown: async () => {
      const lines = await logged(async (service) => {
        service.sim.outlook.removeMailbox(ANNA);
        await service.pass(HOUR_MS);
      });
      const [turned] = lines.filter(({ event }) => event === "calendar.stateChanged");
      expect(turned).toMatchObject({ from: "known", to: "mailboxNotFound" });
    },
    noSweep: async () => {
      const quiet = await logged((service) => service.pass(HOUR_MS, { timers: false }));
      expect(count(quiet, "sweep.completed")).toBe(0);
      const busy = await logged((service) => service.pass(5 * MINUTE_MS));
      const sweeps = busy.filter(({ event }) => event === "sweep.completed").map(({ sweep }) => sweep);
      expect(new Set(sweeps)).toEqual(new Set(["refresh", "subscriptions"]));
    },
    partnerAuthorization: async () => {
      // The date is put in when the alert is deployed; the sweep's line is what gives the query a row.
      expect(await linesOf("sweep.completed")).not.toEqual([]);
    },
  };

  test.each(Object.entries(cases))("what the alert %s looks for is logged", (_alert, holds) => holds());

  test("No alert on log events is without such a case", () => {
    expect([...Object.keys(cases), ...ELSEWHERE].sort()).toEqual([...ALERTS.keys()]);
    expect(ELSEWHERE.flatMap((alert) => eventsIn(ALERTS.get(alert) ?? ""))).toEqual([]);
  });
});
