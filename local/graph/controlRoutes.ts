/** What each route of the control door does. `*` in a route stands for one segment of the path. */
import { z } from "zod";
import { calendarRoutes, mailboxRoutes } from "./controlMailboxes.js";
import { Fault } from "./faults.js";
import { HandshakeKnobs } from "./handshake.js";
import { parseInput, SimulatorInputError } from "./inputError.js";
import { KnobChanges, LIFECYCLE_EVENTS } from "./notification.js";
import type { GraphSimulator } from "./simulator.js";
import { shownSubscription } from "./subscription.js";
import { hasOffset } from "./zones.js";

export interface Call {
  readonly sim: GraphSimulator;
  /** What the `*` of the route stand for, decoded. */
  readonly at: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** What it returns is answered with 200; a SimulatorInputError with 400. */
export type Handler = (call: Call) => unknown;

const ClockChange = z.strictObject({ advanceMs: z.number().min(0) });
const LifecycleInput = z.strictObject({ event: z.enum(LIFECYCLE_EVENTS) });
const TokensInput = z.strictObject({ demanded: z.boolean().optional(), expire: z.literal(true).optional() });

const faultRoutes: Readonly<Record<string, Handler>> = {
  "GET /faults": ({ sim }) => sim.faults.rules,
  "PUT /faults": ({ sim, body }) => {
    sim.faults.set(faultsIn(body));
    return sim.faults.rules;
  },
  "POST /faults": ({ sim, body }) => ({ ids: faultsIn(body).map((fault) => sim.faults.add(fault)) }),
  "DELETE /faults": ({ sim }) => {
    sim.faults.clear();
    return sim.faults.rules;
  },
  "DELETE /faults/*": ({ sim, at: [id = ""] }) => {
    sim.faults.remove(id);
    return sim.faults.rules;
  },
  "POST /tokens": ({ sim, body }) => {
    const { demanded, expire } = parseInput(TokensInput, body);
    if (demanded !== undefined) sim.tokens.demanded = demanded;
    if (expire === true) sim.tokens.expire();
    return { demanded: sim.tokens.demanded };
  },
};

const notificationRoutes: Readonly<Record<string, Handler>> = {
  "GET /notifications": ({ sim }) => shownNotifications(sim),
  "PATCH /notifications": ({ sim, body }) => {
    sim.subscriptions.setKnobs(parseInput(KnobChanges, body));
    return shownNotifications(sim);
  },
  "DELETE /notifications": ({ sim }) => {
    sim.subscriptions.resetKnobs();
    return shownNotifications(sim);
  },
  "PATCH /handshake": ({ sim, body }) =>
    Object.assign(sim.subscriptions.handshake, parseInput(HandshakeKnobs.partial(), body)),
  "POST /flush": async ({ sim }) => {
    await sim.flush();
    return shownNotifications(sim);
  },
  "GET /subscriptions": ({ sim }) =>
    sim.subscriptions.live.map((subscription) => shownSubscription(subscription, subscription.clientState)),
  "DELETE /subscriptions/*": ({ sim, at: [id = ""] }) => sim.subscriptions.remove(id),
  "POST /subscriptions/*/lifecycle": ({ sim, at: [id = ""], body }) =>
    sim.subscriptions.sendLifecycle(id, parseInput(LifecycleInput, body).event),
};

const observerRoutes: Readonly<Record<string, Handler>> = {
  "GET /": () => ({ routes: routes.map(({ method, pattern }) => `${method} /${pattern.join("/")}`) }),
  "GET /clock": ({ sim }) => shownClock(sim),
  "POST /clock": ({ sim, body }) => {
    sim.clock.advance(parseInput(ClockChange, body).advanceMs);
    return shownClock(sim);
  },
  "GET /requests": ({ sim }) => sim.log,
  "DELETE /requests": ({ sim }) => sim.clearLog(),
  "GET /truth": ({ sim, query }) =>
    sim
      .truth(
        needed(query, "mailbox"),
        query.get("calendar") ?? "primary",
        instant(query, "start"),
        instant(query, "end"),
        query.has("asAt") ? instant(query, "asAt") : undefined,
      )
      .map((block) => ({ ...block, start: iso(block.start), end: iso(block.end) })),
};

/** Every route, its path split at the slashes. */
export const routes = Object.entries({
  ...observerRoutes,
  ...mailboxRoutes,
  ...calendarRoutes,
  ...faultRoutes,
  ...notificationRoutes,
}).map(([name, handle]) => {
  const [method = "", path = ""] = name.split(" ");
  return { method, pattern: path.split("/").filter((part) => part !== ""), handle };
});

/** One fault or a list of them. */
function faultsIn(body: unknown): Fault[] {
  const all: readonly unknown[] = Array.isArray(body) ? body : [body];
  return all.map((one) => parseInput(Fault, one));
}

const shownNotifications = ({ subscriptions }: GraphSimulator) => ({
  knobs: subscriptions.knobs,
  handshake: subscriptions.handshake,
  counts: subscriptions.notifier.counts,
  pending: subscriptions.notifier.pending,
});

const shownClock = ({ clock }: GraphSimulator) => ({ now: iso(clock.now()) });

const iso = (ms: number): string => new Date(ms).toISOString();

function needed(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null) throw new SimulatorInputError(name, "is missing in the query");
  return value;
}

function instant(query: URLSearchParams, name: string): number {
  const text = needed(query, name);
  const ms = Date.parse(hasOffset(text) || !text.includes("T") ? text : `${text}Z`);
  if (Number.isNaN(ms)) throw new SimulatorInputError(name, `"${text}" is no time such as 2026-12-01T00:00:00Z`);
  return ms;
}
