/** Many that change one row at the same moment, over a store that takes its time. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Deps } from "../../shared/domain/deps.js";
import { RowContended } from "../../shared/domain/ports.js";
import { WATCHES_MAX } from "../../shared/domain/row.js";
import { unwatch, watch } from "../../shared/domain/watch.js";
import { nameOf } from "../graphBed.js";
import { openService } from "../service.js";
import { ANNA } from "./settledService.js";

const ANSWER_MS = 10;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Each read and write is answered a little later, and pauses last as long as they say. */
const slowly = (deps: Deps): Deps => ({
  ...deps,
  sleep,
  store: new Proxy(deps.store, {
    get: (store, key) => {
      const method = (Reflect.get(store, key, store) as (...given: unknown[]) => unknown).bind(store);
      return async (...given: unknown[]) => {
        await sleep(ANSWER_MS);
        return method(...given);
      };
    },
  }),
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function inFakeTime<T>(work: readonly Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
  const all = Promise.allSettled(work);
  await vi.runAllTimersAsync();
  return all;
}

describe("many changes of one calendar at once", () => {
  const references = Array.from({ length: WATCHES_MAX }, (_, index) => `r${index}`);

  test("D3: as many watches as it has room for all succeed, and so do all that take them back", async () => {
    const service = openService({ around: slowly });
    const name = nameOf(ANNA);
    const watched = await inFakeTime(
      references.map((reference) => watch(service.deps, "booking", [{ name, reference }])),
    );
    const done = expect.objectContaining({ kind: "watched", created: true });
    expect(watched).toEqual(references.map(() => ({ status: "fulfilled", value: [done] })));
    const [row] = service.store.rows;
    expect(row?.watches.map(({ reference }) => reference).sort()).toEqual(references.toSorted());

    const [first] = watched;
    const id = first?.status === "fulfilled" ? first.value[0]?.id : undefined;
    if (id === undefined) throw new Error("there is no id");
    const taken = await inFakeTime(
      references.map((reference) => unwatch(service.deps, "booking", [{ id, reference }])),
    );
    expect(taken.map(({ status }) => status)).toEqual(references.map(() => "fulfilled"));
    expect(service.store.rows[0]?.watches).toEqual([]);
  });

  test("D3: who never gets to write ends after some seconds, and is told that storage is well", async () => {
    const service = openService({ around: slowly });
    service.store.write = async () => "conflict";
    const begun = Date.now();
    const [outcome] = await inFakeTime([watch(service.deps, "booking", [{ name: nameOf(ANNA), reference: "" }])]);
    expect(outcome).toMatchObject({ status: "rejected", reason: expect.any(RowContended) });
    expect(Date.now() - begun).toBeLessThan(10_000);
  });
});
