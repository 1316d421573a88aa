/** Writes that took effect, though their answer says otherwise or never came. */
import { describe, expect, test } from "vitest";
import type { Deps } from "../../shared/domain/deps.js";
import { LEASE_MS } from "../../shared/domain/policy.js";
import { StorageUnavailable } from "../../shared/domain/ports.js";
import { MINUTE_MS } from "../../shared/domain/time.js";
import { unwatch, watch } from "../../shared/domain/watch.js";
import { nameOf } from "../graphBed.js";
import { openService } from "../service.js";
import { ANNA, EVENT, settledService } from "./settledService.js";

describe("an answer that is lost", () => {
  /** The nth write takes effect, and its answer is a lie or an outage. */
  const losing = (nth: number, how: "conflict" | "outage") => {
    let writes = Number.NEGATIVE_INFINITY;
    return {
      around: (deps: Deps): Deps => ({
        ...deps,
        store: new Proxy(deps.store, {
          get: (store, key) => {
            if (key !== "write") return (Reflect.get(store, key, store) as () => unknown).bind(store);
            return async (...given: Parameters<typeof store.write>) => {
              const answer = await store.write(...given);
              writes += 1;
              if (writes !== nth) return answer;
              if (how === "conflict") return "conflict";
              throw new StorageUnavailable("the answer was lost");
            };
          },
        }),
      }),
      arm: () => {
        writes = 0;
      },
    };
  };

  test.each([1, 2, 3, 4])(
    "D3: write %i of a refresh that says conflict though it was written is recognised",
    async (nth) => {
      const { around, arm } = losing(nth, "conflict");
      const service = await settledService({ around });
      service.sim.outlook.addEvent(ANNA, "primary", EVENT);
      arm();
      await service.work();
      service.isCurrent();
      expect(service.reads(ANNA)).toBe(1);
      expect(service.rowOf(service.id).sync).toMatchObject({ crashes: 0, failures: 0, dirty: false });
      expect(service.rowOf(service.id).sync.lease).toBeUndefined();
    },
  );

  test.each([1, 2, 3])(
    "D3: write %i of a refresh that fails though it was written costs nothing in the end",
    async (nth) => {
      const { around, arm } = losing(nth, "outage");
      const service = await settledService({ around });
      arm();
      await service
        .handleRefresh(service.notified())
        .catch((error) => expect(error).toBeInstanceOf(StorageUnavailable));
      await service.pass(LEASE_MS + 2 * MINUTE_MS);
      service.isCurrent();
      expect(service.rowOf(service.id).sync).toMatchObject({ crashes: 0, failures: 0 });
    },
  );

  test("D3: a watch that says conflict though it was written is new all the same, and the calendar is read", async () => {
    const { around, arm } = losing(1, "conflict");
    const service = openService({ around });
    service.sim.outlook.addMailbox({ address: ANNA });
    const wish = { name: nameOf(ANNA), reference: "r" };
    arm();
    expect(await watch(service.deps, "booking", [wish])).toMatchObject([{ kind: "watched", created: true }]);
    expect(await watch(service.deps, "booking", [wish])).toMatchObject([{ kind: "watched", created: false }]);
    await service.work();
    expect(service.reads(ANNA)).toBeGreaterThan(0);
    expect(service.store.rows[0]?.watches).toHaveLength(1);
  });

  test("D3: an unwatch that says conflict though it was written has removed what it removed", async () => {
    const { around, arm } = losing(1, "conflict");
    const service = await settledService({ around });
    const { id, deps } = service;
    arm();
    expect(await unwatch(deps, "booking", [{ id }])).toEqual([{ kind: "unwatched", id, removed: 1, remaining: 0 }]);
    expect(await unwatch(deps, "booking", [{ id }])).toMatchObject([{ kind: "notWatched" }]);
    await service.work();
    expect(service.store.rows).toEqual([]);
  });

  test.each([1, 2, 3, 4])(
    "S7: write %i around a creation that says conflict though it was written makes no second one",
    async (nth) => {
      const { around, arm } = losing(nth, "conflict");
      const service = openService({ around });
      service.sim.outlook.addMailbox({ address: ANNA });
      arm();
      const id = await service.watched(ANNA);
      await service.pass(5 * MINUTE_MS);
      expect(service.sim.subscriptions.live.map((one) => one.id)).toEqual([service.rowOf(id).subscription.id]);
      expect(service.sim.log.filter(({ operation }) => operation === "createSubscription")).toHaveLength(1);
    },
  );
});
