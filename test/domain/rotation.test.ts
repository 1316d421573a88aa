/** The keys that sign `clientState` change, step by step as the runbook has it, while everything runs. */
import { expect, test } from "vitest";
import type { ClientStateKey, ClientStateKeys } from "../../shared/domain/clientState.js";
import { verifyClientState } from "../../shared/domain/clientState.js";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { openService, POLICY } from "../service.js";
import { copied, held } from "../truth.js";

const OLD: ClientStateKey = { id: "old", secret: new Uint8Array(32).fill(1) };
const NEW: ClientStateKey = { id: "new", secret: new Uint8Array(32).fill(2) };
const LIFETIME_DAYS = 7;
const PEOPLE = ["anna@contoso.com", "ben@contoso.com", "cleo@contoso.com"];

/** A service whose keys change as they would with its settings. */
function open() {
  const setting: { all: readonly ClientStateKey[] } = { all: [OLD] };
  const keys: ClientStateKeys = {
    get current() {
      return setting.all[0] ?? OLD;
    },
    get all() {
      return setting.all;
    },
  };
  const service = openService({ keys });
  const { sim, store, index } = service;
  const keyIds = () => store.rows.map(({ subscription }) => subscription.keyId);
  let meetings = 0;
  return {
    ...service,
    use: (...all: readonly ClientStateKey[]): void => {
      setting.all = all;
    },
    keyIds,
    /** A change in each calendar is in its copy as soon as its notification is worked on, long before any sweep. */
    expectPush: async (): Promise<void> => {
      meetings += 1;
      const start = new Date(service.clock.now() + DAY_MS + meetings * HOUR_MS).toISOString();
      const end = new Date(service.clock.now() + DAY_MS + meetings * HOUR_MS + MINUTE_MS).toISOString();
      for (const row of store.rows) sim.outlook.addEvent(row.name.mailbox, "primary", { start, end });
      await service.pass(5 * SECOND_MS, { timers: false });
      for (const row of store.rows) expect(copied(row)).toEqual(held(sim, row));
    },
    /** Each calendar has one live subscription, which its row names and one of these keys has signed. */
    expectSigned: (...all: readonly ClientStateKey[]): void => {
      const live = sim.subscriptions.live;
      expect(live.map(({ id }) => id).sort()).toEqual(store.rows.map(({ subscription }) => subscription.id).sort());
      const signed = live.map(({ clientState }) => verifyClientState(clientState, { current: NEW, all }));
      expect(signed).not.toContain(undefined);
      expect([...index.entries].sort()).toEqual(live.map(({ id }) => id).sort());
    },
  };
}

/** Hour by hour, so that a calendar that is left without a subscription for a while is seen. */
async function passDays(service: ReturnType<typeof open>, days: number): Promise<void> {
  for (let hour = 0; hour < 24 * days; hour++) {
    await service.pass(HOUR_MS);
    expect(service.sim.subscriptions.live).toHaveLength(service.store.rows.length);
  }
}

test("I2: the keys rotate without a lost notification, until no row names the old one and it can go", async () => {
  const service = open();
  await service.watched(PEOPLE[0] ?? "");
  await service.pass(2 * DAY_MS); // so that not all are due together
  await service.watched(PEOPLE[1] ?? "");
  await service.pass(2 * MINUTE_MS);

  service.use(OLD, NEW); // step 1: known, and nothing is signed by it
  await service.expectPush();
  service.use(NEW, OLD); // step 2: it signs
  await service.expectPush();
  expect(service.keyIds()).toEqual(["old", "old"]);
  await service.watched(PEOPLE[2] ?? "");
  expect(service.keyIds().sort()).toEqual(["new", "old", "old"]);
  service.expectSigned(OLD, NEW);

  await passDays(service, LIFETIME_DAYS);
  expect(service.keyIds()).toEqual(["new", "new", "new"]);
  service.expectSigned(NEW);
  service.use(NEW); // step 3: the old one is gone
  await service.expectPush();
  await passDays(service, 1);
  service.expectSigned(NEW);
}, 60_000);

test("I2: a Graph that knows only one subscription of a kind does not keep the keys from rotating", async () => {
  const service = open();
  await service.watched(PEOPLE[0] ?? "");
  await service.pass(2 * MINUTE_MS);
  service.sim.faults.add({ kind: "conflict", operation: "createSubscription" });
  service.use(NEW, OLD);
  await service.pass(LIFETIME_DAYS * DAY_MS);
  expect(service.keyIds()).toEqual(["new"]);
  service.expectSigned(NEW);
  service.use(NEW);
  await service.expectPush();
}, 60_000);

test("I2: an old key taken away at once costs its notifications, not the copy, and only until the renewal", async () => {
  const service = open();
  await service.watched(PEOPLE[0] ?? "");
  await service.pass(2 * MINUTE_MS);
  service.use(NEW);
  const [row] = service.store.rows;
  service.sim.outlook.addEvent(row?.name.mailbox ?? "", "primary", {
    start: "2026-12-05T09:00:00Z",
    end: "2026-12-05T10:00:00Z",
  });
  await service.pass(5 * SECOND_MS, { timers: false });
  expect(service.lines.at(-1)).toMatchObject({ event: "notification.rejected", items: 1 });
  await service.pass(POLICY.reconcileMs + 2 * MINUTE_MS);
  for (const one of service.store.rows) expect(copied(one)).toEqual(held(service.sim, one));
  await service.pass(LIFETIME_DAYS * DAY_MS);
  service.expectSigned(NEW);
  await service.expectPush();
}, 60_000);
