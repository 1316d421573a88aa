import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dueTimes } from "../../shared/domain/due.js";
import { LEASE_MS } from "../../shared/domain/policy.js";
import { refresh } from "../../shared/domain/refresh.js";
import { withSync } from "../../shared/domain/row.js";
import { HOUR_MS, later, MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { POLICY } from "../service.js";
import { ANNA, bound, EVENT, settledService } from "./settledService.js";

describe("whose view counts", () => {
  test("R6: a reader whose lease was taken over leaves nothing behind", async () => {
    const service = await settledService();
    const { reader } = service.deps;
    const firstPages: typeof reader.firstPages = async (...asked) => {
      const pages = await reader.firstPages(...asked);
      service.sim.outlook.addEvent(ANNA, "primary", EVENT);
      service.clock.advance(LEASE_MS + SECOND_MS);
      await service.work(); // somebody else meets the expired lease and reads
      return pages;
    };
    await refresh({ ...service.deps, reader: { ...bound(reader), firstPages } }, service.notified());
    service.isCurrent();
    expect(service.rowOf(service.id).sync.crashes).toBe(0);
  });

  test("R6: a reader that comes back late does not end the lease of the one that reads now", async () => {
    const service = await settledService();
    const { reader } = service.deps;
    const lease = { token: "somebody else's", until: later(service.clock.now(), HOUR_MS), asOf: service.clock.now() };
    const firstPages: typeof reader.firstPages = async (...asked) => {
      const stored = await service.store.read(service.id);
      if (stored !== undefined) {
        const row = withSync(stored.row, { lease });
        await service.store.write(row, dueTimes(row, POLICY), stored.etag);
      }
      return reader.firstPages(...asked);
    };
    const before = service.rowOf(service.id).sync.asOf;
    await refresh({ ...service.deps, reader: { ...bound(reader), firstPages } }, service.notified());
    expect(service.rowOf(service.id).sync).toMatchObject({ lease, asOf: before });
  });

  test("R7: whatever is told, twice and in any order, the copy is the calendar when all is handled", async () => {
    const kinds = fc.constantFrom("add", "move", "delete", "duplicate", "wait", "work") satisfies fc.Arbitrary<string>;
    await fc.assert(
      fc.asyncProperty(fc.array(kinds, { maxLength: 30 }), fc.infiniteStream(fc.nat(20)), async (steps, picks) => {
        const service = await settledService();
        service.sim.subscriptions.setKnobs({ duplicates: 1, reorder: true });
        let events: string[] = [];
        for (const [index, step] of steps.entries()) {
          const pick = picks.next().value ?? 0;
          const event = events[pick % Math.max(1, events.length)];
          if (step === "add")
            events.push(service.sim.outlook.addEvent(ANNA, "primary", { ...EVENT, id: `x${index}` }).id);
          if (step === "move" && event !== undefined)
            service.sim.outlook.updateEvent(ANNA, "primary", event, { end: `2026-12-02T${11 + (pick % 9)}:00:00Z` });
          if (step === "delete" && event !== undefined) {
            service.sim.outlook.deleteEvent(ANNA, "primary", event);
            events = events.filter((other) => other !== event);
          }
          if (step === "duplicate") service.queues.refreshes.duplicate();
          if (step === "wait") service.clock.advance(pick * 500);
          const delivery = step === "work" ? service.queues.refreshes.take(pick) : undefined;
          if (delivery !== undefined) await service.handleRefresh(delivery.message).then(delivery.done);
        }
        await service.pass(2 * MINUTE_MS, { timers: false });
        service.isCurrent();
        expect(service.rowOf(service.id).sync).toMatchObject({ dirty: false, failures: 0, crashes: 0 });
        expect(service.rowOf(service.id).sync.lease).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});
