/** What operators see of the whole. */
import { expect, test } from "vitest";
import * as z from "zod";
import { eventually } from "./eventually.js";
import { watchedPerson } from "./mailboxes.js";
import type { Product } from "./product.js";

const Status = z.object({
  countedAt: z.string().nullable(),
  ageSeconds: z.number().nullable(),
  calendars: z.object({ total: z.number(), fresh: z.number(), unknown: z.number(), oldestAsOf: z.string().nullable() }),
  subscriptions: z.object({ push: z.number() }),
  queues: z.array(z.object({ queue: z.string(), messages: z.number(), poison: z.number(), silent: z.boolean() })),
  queueSilent: z.boolean(),
});

export function status(product: () => Product): void {
  const read = async () => {
    const { status: code, body, headers } = await product().api.get("/api/status");
    expect(code).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    return Status.parse(body);
  };

  test("S8: the next sweep counts what is watched, and no name or id is told", async () => {
    const { address, id } = await watchedPerson(product());
    const before = await read();
    await eventually(async () => {
      await product().api.runTimer("reconcile");
      const now = await read();
      expect(now.countedAt).not.toBe(before.countedAt);
      expect(now.calendars.fresh).toBeGreaterThanOrEqual(1);
      expect(now.subscriptions.push).toBeGreaterThanOrEqual(1);
      expect(now.calendars.oldestAsOf).not.toBeNull();
    });
    const { queues, queueSilent } = await read();
    expect(queues.map(({ queue }) => queue)).toEqual(expect.arrayContaining(["refresh", "subscriptions"]));
    expect(queueSilent).toBe(false);
    const { text } = await product().api.get("/api/status");
    for (const name of [address, id]) expect(text).not.toContain(name);
  });
}
