/** A subscription while Graph is in trouble, and when it has run out. */
import { describe, expect, test } from "vitest";
import { amendRow } from "../../shared/domain/change.js";
import { refreshDueAt } from "../../shared/domain/due.js";
import { deliveryOf } from "../../shared/domain/knowledge.js";
import type { SubscriptionRequest } from "../../shared/domain/messages.js";
import { withSubscription } from "../../shared/domain/row.js";
import { HOUR_MS, later, MINUTE_MS } from "../../shared/domain/time.js";
import { POLICY, type Service } from "../service.js";
import { settledService } from "./settledService.js";

const live = ({ sim }: Service): string[] => sim.subscriptions.live.map(({ id }) => id);
const renewals = ({ sim }: Service): number =>
  sim.log.filter(({ operation }) => operation === "renewSubscription").length;

test("S5: one that has run out counts as none: the calendar is polled, and says so", async () => {
  const service = await settledService();
  const { asOf = service.clock.now() } = service.rowOf(service.id).sync;
  const expiresAt = later(asOf, 6 * MINUTE_MS);
  await amendRow(service.deps, service.id, (row) =>
    withSubscription(row, { expiresAt, retryAt: later(asOf, HOUR_MS), failures: 9 }),
  );
  const row = service.rowOf(service.id);
  expect(deliveryOf(row, later(expiresAt, -1))).toBe("push");
  expect(deliveryOf(row, expiresAt)).toBe("polling");
  expect(refreshDueAt(row, POLICY)).toBe(expiresAt);
  expect(refreshDueAt(withSubscription(row, { expiresAt: asOf }), POLICY)).toBe(later(asOf, POLICY.pollMs));
});

describe("asked for while Graph is in trouble", () => {
  test("S3: a renewal on request that fails is tried again after its pause, not at half of the lifetime", async () => {
    const service = await settledService();
    const [id = ""] = live(service);
    service.sim.faults.add({ kind: "error", status: 503, operation: "renewSubscription", count: 1 });
    await service.handleAsk(ask(service, "renew", id));
    expect(renewals(service)).toBe(1);
    await service.pass(2 * MINUTE_MS);
    expect(renewals(service)).toBe(2);
    expect(service.rowOf(service.id).subscription).toMatchObject({ id, failures: 0 });
  });

  test("S3: a renewal asked for in the pause after a failure is done at the pause's end", async () => {
    const service = await settledService();
    const [id = ""] = live(service);
    const retryAt = later(service.clock.now(), HOUR_MS);
    await amendRow(service.deps, service.id, (row) => withSubscription(row, { retryAt, failures: 9 }));
    await service.handleAsk(ask(service, "renew", id));
    await service.pass(HOUR_MS - 2 * MINUTE_MS);
    expect(renewals(service)).toBe(0);
    await service.pass(4 * MINUTE_MS);
    expect(renewals(service)).toBe(1);
    expect(live(service)).toEqual([id]);
  });

  test("S3: one that Graph removed in the pause after a failed renewal is made again at once", async () => {
    const service = await settledService();
    const [id = ""] = live(service);
    service.sim.faults.add({ kind: "error", status: 503, operation: "renewSubscription" });
    await service.handleAsk(ask(service, "renew", id));
    service.sim.subscriptions.remove(id);
    await service.handleAsk(ask(service, "recreate", id));
    await service.work();
    expect(live(service)).toEqual([service.rowOf(service.id).subscription.id]);
    expect(live(service)).not.toEqual([id]);
  });
});

const ask = (
  service: Awaited<ReturnType<typeof settledService>>,
  request: SubscriptionRequest,
  subscriptionId: string,
) => ({ kind: "subscription", calendar: service.id, request, subscriptionId, at: service.clock.now() }) as const;
