/** The app made to log: for every event a course of things that ends in it. The real domain, over a simulated Graph. */
import { readAvailability } from "../../shared/domain/availability.js";
import { takeIn } from "../../shared/domain/intake.js";
import type { LogEvent } from "../../shared/domain/logEvents.js";
import { poisonedRefresh, poisonedSubscriptions } from "../../shared/domain/poison.js";
import { DAY_MS, HOUR_MS, instant, later, MINUTE_MS } from "../../shared/domain/time.js";
import { unwatch } from "../../shared/domain/watch.js";
import { availabilityRequest } from "../../shared/http/availabilityRequest.js";
import { readServed } from "../../shared/http/staleness.js";
import { ANNA, EVENT, settledService } from "../domain/settledService.js";

type Name = LogEvent["event"];
type Settled = Awaited<ReturnType<typeof settledService>>;

const DEFAULTS = { defaultMaxAgeMs: 1_200_000 };
const iso = (at: number): string => new Date(at).toISOString();
const DOOR = { door: "webhook" } as const;

async function withFault(
  service: Settled,
  fault: Parameters<Settled["sim"]["faults"]["add"]>[0],
  forMs = 30 * MINUTE_MS,
): Promise<void> {
  service.sim.faults.add(fault);
  service.sim.outlook.addEvent(ANNA, "primary", EVENT);
  await service.pass(forMs);
}

const renewNow = async ({ id, rowOf, clock, handleAsk }: Settled): Promise<void> => {
  const { id: subscriptionId = "" } = rowOf(id).subscription;
  await handleAsk({ kind: "subscription", calendar: id, request: "renew", subscriptionId, at: clock.now() });
};

const change = async (service: Settled): Promise<void> => {
  service.sim.outlook.addEvent(ANNA, "primary", EVENT);
  await service.pass(2 * MINUTE_MS);
};

const COURSES: Readonly<Record<Name, (service: Settled) => Promise<void>>> = {
  "notification.received": change,
  "notification.rejected": async ({ deps }) => void (await takeIn(deps, [{ clientState: "k1.somebody.else" }], DOOR)),
  "refresh.completed": change,
  "refresh.failed": (service) => withFault(service, { kind: "error", status: 500, operation: "calendarView" }),
  "refresh.throttled": (service) => withFault(service, { kind: "throttled", operation: "calendarView" }),
  "subscription.created": async (service) => void (await service.watched("ben@contoso.com")),
  "subscription.renewed": (service) => renewNow(service),
  "subscription.recreated": async (service) => {
    for (const { id } of service.sim.subscriptions.live) service.sim.subscriptions.remove(id);
    await renewNow(service);
  },
  "subscription.failed": async (service) => {
    service.sim.faults.add({ kind: "error", status: 500, operation: "createSubscription" });
    await service.watched("ben@contoso.com");
    await service.pass(HOUR_MS);
  },
  "subscription.removed": async (service) => {
    await unwatch(service.deps, "booking", [{ id: service.id }]);
    await service.work();
  },
  "calendar.stateChanged": (service) =>
    withFault(service, { kind: "error", status: 403, code: "ErrorAccessDenied", operation: "calendarView" }),
  "sweep.completed": async (service) => {
    for (let days = 0; days < 2; days++) {
      service.clock.advance(DAY_MS); // the daily work is one of them
      await service.sweep();
      await service.work();
    }
  },
  "poison.received": async ({ deps, id }) => {
    await poisonedRefresh(deps, [id]);
    await poisonedSubscriptions(deps, { kind: "look", calendars: [id], at: instant(0) });
  },
  "read.served": async ({ deps, id, clock, lines }) => {
    const start = clock.now();
    const { query } = availabilityRequest(
      { calendars: [id], start: iso(start), end: iso(later(start, DAY_MS)) },
      DEFAULTS,
    );
    const reader = { consumer: "booking", seesAll: false };
    lines.push(readServed(await readAvailability(deps, reader, [id], query), false));
  },
};

/** The lines of this event that its course makes the app log. */
export async function linesOf(event: Name): Promise<readonly LogEvent[]> {
  const service = await settledService();
  service.lines.length = 0;
  await COURSES[event](service);
  return service.lines.filter((line) => line.event === event);
}
