import { expect, test } from "vitest";
import type { GraphTokens } from "../../shared/adapters/credentials.js";
import { TenantDenied } from "../../shared/adapters/tenantDenied.js";
import { type CalendarId, calendarIdOf } from "../../shared/domain/calendarId.js";
import { amendRow } from "../../shared/domain/change.js";
import { withSubscription } from "../../shared/domain/row.js";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../shared/domain/time.js";
import { unwatch, watch } from "../../shared/domain/watch.js";
import { nameOf, TENANT } from "../graphBed.js";
import { openService } from "../service.js";
import { copied, held } from "../truth.js";
import { ANNA } from "./settledService.js";

const OTHER = "fabrikam.com";
const BEN = { tenantId: OTHER, mailbox: "ben@fabrikam.com", calendar: "primary" };

/** Anna's tenant has consented, Ben's has not until `consent` is called. */
async function twoTenants() {
  const denied = new Set([OTHER]);
  const tokens: GraphTokens = {
    token: async (tenantId) => {
      if (denied.has(tenantId)) throw new TenantDenied("AADSTS700016");
      return undefined;
    },
  };
  const service = openService({ tokens });
  for (const address of [ANNA, BEN.mailbox]) service.sim.outlook.addMailbox({ address, timeZone: "UTC" });
  const names = [nameOf(ANNA), BEN];
  await watch(
    service.deps,
    "booking",
    names.map((name) => ({ name, reference: "" })),
  );
  await service.pass(2 * MINUTE_MS);
  const [anna, ben] = names.map(calendarIdOf) as [CalendarId, CalendarId];
  return { service, anna, ben, consent: () => denied.clear(), refuse: () => void denied.add(OTHER) };
}

test("R9: a tenant without consent makes its own calendars unknown, and those of others are none the worse", async () => {
  const { service, anna, ben } = await twoTenants();
  expect(service.rowOf(ben).sync).toMatchObject({ blocked: "accessDenied", lastError: "no token: AADSTS700016" });
  expect(service.rowOf(ben).snapshot).toBeUndefined();
  expect(service.rowOf(anna).sync.blocked).toBeUndefined();
  expect(copied(service.rowOf(anna))).toEqual(held(service.sim, service.rowOf(anna)));
  expect(service.sim.subscriptions.live).toHaveLength(1);
});

test("R9: consent given, its calendars come right by themselves within the hour", async () => {
  const { service, ben, consent } = await twoTenants();
  await service.pass(3 * HOUR_MS);
  consent();
  await service.pass(HOUR_MS + 2 * MINUTE_MS);
  expect(service.rowOf(ben).sync.blocked).toBeUndefined();
  expect(copied(service.rowOf(ben))).toEqual(held(service.sim, service.rowOf(ben)));
  expect(service.sim.subscriptions.live).toHaveLength(2);
});

test("S1: the daily look goes to every tenant that subscriptions were made in, each by a message of its own", async () => {
  const { service, consent } = await twoTenants();
  consent();
  await service.pass(2 * HOUR_MS);
  service.lines.length = 0;
  await service.pass(24 * HOUR_MS, { timers: true });
  expect([...(await service.index.tenants(10))].sort()).toEqual([TENANT, OTHER].sort());
  expect(service.lines.filter(({ sweep }) => sweep === "orphans")).toHaveLength(2);
}, 60_000);

test("S1: a tenant that gives no token any more is left for tomorrow: no message of its fails", async () => {
  const { service } = await twoTenants();
  await service.handleAsk({ kind: "orphans", tenantId: OTHER });
  expect(service.queues.asks.length).toBe(0);
});

test("S6: of a tenant that took its consent back nothing is left when its subscriptions must have ended", async () => {
  const { service, ben, consent, refuse } = await twoTenants();
  consent();
  await service.pass(HOUR_MS);
  const { id = "" } = service.rowOf(ben).subscription;
  await amendRow(service.deps, ben, (row) => withSubscription(row, { removing: ["older"] }));
  refuse();
  await unwatch(service.deps, "booking", [{ id: ben }]);
  const day = async (): Promise<void> => {
    service.clock.advance(DAY_MS);
    await service.sweep();
    await service.work();
  };
  for (let days = 0; days < 7; days++) await day();
  expect(service.rowOf(ben).subscription.removing).toEqual([id, "older"]);
  for (let days = 0; days < 2; days++) await day();
  expect(service.store.rows.map(({ name }) => name.mailbox)).toEqual([ANNA]);
  expect(service.index.entries).not.toContain(id);
});
