/** What every `SubscriptionIndex` does. */
import { expect, test } from "vitest";
import type { SubscriptionIndex } from "../../shared/domain/ports.js";
import { DAY_MS, later } from "../../shared/domain/time.js";
import { idOf, NOW, rowOf } from "./rows.js";

const ANNA = idOf(rowOf("anna"));
const BEN = idOf(rowOf("ben"));
const TOMORROW = later(NOW, DAY_MS);

export function indexContract(open: () => Promise<SubscriptionIndex>): void {
  test("I10: an entry is found until it is removed; removing twice is removing once", async () => {
    const index = await open();
    expect(await index.find("s1")).toBeUndefined();
    await index.put("s1", ANNA);
    await index.put("s2", BEN);
    expect(await index.find("s1")).toBe(ANNA);
    await index.remove("s1");
    await index.remove("s1");
    expect(await index.find("s1")).toBeUndefined();
    expect(await index.find("s2")).toBe(BEN);
  });

  test("an entry put again is the later one", async () => {
    const index = await open();
    await index.put("s1", ANNA);
    await index.put("s1", BEN);
    expect(await index.find("s1")).toBe(BEN);
  });

  test("nothing is removed from a table that is missing, and that is no error", async () => {
    const index = await open();
    await index.remove("s1");
    expect(await index.find("s1")).toBeUndefined();
  });

  test("ids that are no GUIDs make keys as well, and stay apart", async () => {
    const index = await open();
    const ids = ["a/b", "a#b", "a?b", "a\\b", "a=b", "a%b", "a'b", "a b", "é"];
    for (const [at, id] of ids.entries()) await index.put(id, at % 2 === 0 ? ANNA : BEN);
    for (const [at, id] of ids.entries()) expect(await index.find(id)).toBe(at % 2 === 0 ? ANNA : BEN);
  });

  test("S1: every tenant that was noted is told once, as it was written, up to a limit", async () => {
    const index = await open();
    expect(await index.tenants(10)).toEqual([]);
    const tenants = ["11111111-1111-1111-1111-111111111111", "contoso.com", "fabrikam.com"];
    for (const tenant of [...tenants, "contoso.com"]) await index.putTenant(tenant);
    expect([...(await index.tenants(10))].sort()).toEqual(tenants);
    expect(await index.tenants(2)).toHaveLength(2);
    expect(await index.find("contoso.com")).toBeUndefined();
  });

  test("S1: daily work is not due at the first call ever, but a day later", async () => {
    const index = await open();
    expect(await index.takeDaily("orphans", NOW, TOMORROW)).toBe(false);
    expect(await index.takeDaily("orphans", later(TOMORROW, -1), later(TOMORROW, DAY_MS))).toBe(false);
    expect(await index.takeDaily("orphans", TOMORROW, later(TOMORROW, DAY_MS))).toBe(true);
    expect(await index.takeDaily("orphans", TOMORROW, later(TOMORROW, DAY_MS))).toBe(false);
  });

  test("S1: of many callers exactly one takes the daily work", async () => {
    const index = await open();
    await index.takeDaily("orphans", NOW, TOMORROW);
    const calls = Array.from({ length: 8 }, () => index.takeDaily("orphans", TOMORROW, later(TOMORROW, DAY_MS)));
    expect((await Promise.all(calls)).filter((taken) => taken)).toHaveLength(1);
  });

  test("S1: each kind of work has its own day", async () => {
    const index = await open();
    await index.takeDaily("orphans", NOW, TOMORROW);
    expect(await index.takeDaily("counts", TOMORROW, later(TOMORROW, DAY_MS))).toBe(false);
    expect(await index.takeDaily("orphans", TOMORROW, later(TOMORROW, DAY_MS))).toBe(true);
  });

  test("D5: a day that a broken clock has put far ahead does not keep the work from being done", async () => {
    const index = await open();
    await index.takeDaily("orphans", NOW, later(NOW, 300 * DAY_MS));
    expect(await index.takeDaily("orphans", NOW, TOMORROW)).toBe(true);
    expect(await index.takeDaily("orphans", NOW, TOMORROW)).toBe(false);
  });
}
