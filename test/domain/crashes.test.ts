/** Workers that stop between any two awaits. */
import { describe, expect, test } from "vitest";
import { LEASE_MS } from "../../shared/domain/policy.js";
import type { CalendarRow } from "../../shared/domain/row.js";
import { MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { unwatch, watch } from "../../shared/domain/watch.js";
import { nameOf, TENANT } from "../graphBed.js";
import { type Gate, intercepted, stopped } from "../intercepted.js";
import { openService, POLICY } from "../service.js";
import { copied, held } from "../truth.js";
import { ANNA, EVENT, settledService } from "./settledService.js";

/** A gate that lets everything through until a test says otherwise. */
function control() {
  const state: { gate: Gate } = { gate: async () => undefined };
  return {
    state,
    around: {
      around: (deps: Parameters<typeof intercepted>[0]) => intercepted(deps, (...call) => state.gate(...call)),
    },
  };
}

/** Stops the worker at the nth gate it comes to; `reached` tells whether there was one. */
function stopAt(nth: number) {
  let count = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const gate: Gate = async () => {
    count += 1;
    if (count !== nth) return;
    resolve();
    await stopped();
  };
  return { gate, stopped: promise.then(() => "stopped" as const) };
}

/** Runs `work` on fresh services, stopped at its first gate, its second, and so on until it comes to its end. */
async function atEveryAwait(
  open: () => Promise<{
    readonly work: () => Promise<unknown>;
    readonly gate: (gate: Gate) => void;
    readonly after: () => Promise<void>;
  }>,
): Promise<number> {
  for (let nth = 1; nth < 200; nth++) {
    const { work, gate, after } = await open();
    const stop = stopAt(nth);
    gate(stop.gate);
    const end = await Promise.race([work().then(() => "finished" as const), stop.stopped]);
    gate(async () => undefined);
    await after();
    if (end === "finished") return nth;
  }
  throw new Error("it never came to an end");
}

describe("a worker that stops", () => {
  test("D1: a refresh that stops after any await is made good by the sweep, even if its message is lost for ever", async () => {
    const awaits = await atEveryAwait(async () => {
      const { state, around } = control();
      const service = await settledService(around);
      service.sim.subscriptions.setKnobs({ dropProbability: 1 });
      service.sim.outlook.addEvent(ANNA, "primary", EVENT);
      return {
        work: () => service.handleRefresh(service.notified()),
        gate: (gate) => {
          state.gate = gate;
        },
        after: async () => {
          service.queues.refreshes.clear();
          const { lease } = service.rowOf(service.id).sync;
          // What had a lease is found when it ends; what had not written anything yet, by the next reconcile.
          await service.pass((lease === undefined ? POLICY.reconcileMs : LEASE_MS) + 2 * MINUTE_MS);
          service.isCurrent();
          expect(service.rowOf(service.id).sync).toMatchObject({ crashes: 0, failures: 0 });
        },
      };
    });
    expect(awaits).toBeGreaterThan(6);
  });

  test("D1: watching that stops after any await leads to a copy and one subscription all the same", async () => {
    await atEveryAwait(async () => {
      const { state, around } = control();
      const service = openService(around);
      service.sim.outlook.addMailbox({ address: ANNA });
      service.sim.outlook.addEvent(ANNA, "primary", EVENT);
      return {
        work: async () => {
          await watch(service.deps, "booking", [{ name: nameOf(ANNA), reference: "" }]);
          await service.work();
        },
        gate: (gate) => {
          state.gate = gate;
        },
        after: async () => {
          service.queues.refreshes.clear();
          service.queues.asks.clear();
          if (service.store.rows.length === 0)
            await watch(service.deps, "booking", [{ name: nameOf(ANNA), reference: "" }]);
          await service.pass(10 * MINUTE_MS);
          await service.handleAsk({ kind: "orphans", tenantId: TENANT });
          const [row] = service.store.rows as [CalendarRow];
          expect(copied(row)).toEqual(held(service.sim, row));
          expect(service.sim.subscriptions.live.map(({ id }) => id)).toEqual([row.subscription.id]);
          expect(row.subscription).toMatchObject({ removing: [], failures: 0 });
        },
      };
    });
  });

  test("S6: unwatching that stops after any await leaves no row, no subscription and no entry in the end", async () => {
    await atEveryAwait(async () => {
      const { state, around } = control();
      const service = await settledService(around);
      return {
        work: async () => {
          await unwatch(service.deps, "booking", [{ id: service.id }]);
          await service.work();
        },
        gate: (gate) => {
          state.gate = gate;
        },
        after: async () => {
          service.queues.refreshes.clear();
          service.queues.asks.clear();
          await unwatch(service.deps, "booking", [{ id: service.id }]);
          await service.pass(10 * MINUTE_MS);
          expect(service.store.rows).toEqual([]);
          expect(service.sim.subscriptions.live).toEqual([]);
          expect(service.index.entries).toEqual([]);
        },
      };
    });
  });

  test("R9: a calendar whose readers keep dying is read alone, then left alone for a while, and recovers", async () => {
    const { state, around } = control();
    const service = await settledService(around);
    for (let crash = 1; crash <= 5; crash++) {
      const crashed = Promise.withResolvers<void>();
      state.gate = async (call) => {
        if (call !== "reader.firstPages") return;
        crashed.resolve();
        await stopped();
      };
      const { retryAt } = service.rowOf(service.id).sync;
      service.clock.advance(Math.max(0, (retryAt ?? 0) - service.clock.now()) + LEASE_MS + SECOND_MS);
      await Promise.race([crashed.promise, service.handleRefresh(service.notified())]);
    }
    expect(service.rowOf(service.id).sync.crashes).toBeGreaterThanOrEqual(3);
    state.gate = async () => undefined;
    await service.pass(POLICY.reconcileMs + 2 * MINUTE_MS);
    expect(service.rowOf(service.id).sync).toMatchObject({ crashes: 0, failures: 0 });
    service.isCurrent();
  });
});
