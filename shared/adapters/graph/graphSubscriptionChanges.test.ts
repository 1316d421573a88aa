import { describe, expect, test } from "vitest";
import type { Fault } from "../../../local/graph/faults.js";
import { ANNA } from "../../../local/graph/testBed.js";
import { graphBed, TENANT } from "../../../test/graphBed.js";
import { MINUTE_MS } from "../../domain/time.js";

type Bed = ReturnType<typeof graphBed>;

async function granted(bed: Bed): Promise<{ readonly id: string; readonly expiresAt: number }> {
  const answer = await bed.subscriptions.create(bed.anna, "k1.calendar.signature");
  if (answer.kind !== "granted") throw new Error(`no subscription: ${answer.kind}`);
  return answer;
}

const minutesAhead = (bed: Bed, at = 0): number => (at - bed.time.now()) / MINUTE_MS;

describe("renewing", () => {
  test("S3: the same subscription lasts longer, and nothing is asked of our endpoint", async () => {
    const bed = graphBed();
    const { id } = await granted(bed);
    const handshakes = bed.receiver.tokens.length;
    bed.time.advance(3_000 * MINUTE_MS);
    const renewed = await bed.subscriptions.renew(bed.anna, id);
    expect(renewed).toMatchObject({ kind: "granted", id });
    expect(bed.sim.subscriptions.find(id)?.expiresAt).toBe(renewed.kind === "granted" ? renewed.expiresAt : 0);
    expect(minutesAhead(bed, bed.sim.subscriptions.find(id)?.expiresAt)).toBe(10_065);
    expect(bed.receiver.tokens).toHaveLength(handshakes);
  });

  test("S2: a renewal keeps to the maximum that Graph names, too", async () => {
    const bed = graphBed();
    const { id } = await granted(bed);
    bed.sim.faults.add({ kind: "lifetimeMaximum", minutes: 4_230 });
    const renewed = await bed.subscriptions.renew(bed.anna, id);
    expect(minutesAhead(bed, renewed.kind === "granted" ? renewed.expiresAt : 0)).toBe(4_215);
  });

  test("S3: 404 means gone, even if the list still shows it", async () => {
    const bed = graphBed();
    const { id } = await granted(bed);
    bed.sim.faults.add({ kind: "earlyNotFound" });
    expect(await bed.subscriptions.renew(bed.anna, id)).toMatchObject({ kind: "gone" });
  });

  test("S3: ExtensionError with NotFound means gone, with anything else a failure", async () => {
    const bed = graphBed();
    const { id } = await granted(bed);
    bed.sim.outlook.setMoving(ANNA, true);
    expect(await bed.subscriptions.renew(bed.anna, id)).toMatchObject({ kind: "failed" });
    const message = "Operation: Update; Exception: [Status Code: NotFound; Reason: x]";
    bed.sim.faults.add({ kind: "error", status: 503, code: "ExtensionError", message });
    expect(await bed.subscriptions.renew(bed.anna, id)).toMatchObject({ kind: "gone" });
  });

  test.each<[string, Fault]>([
    ["403", { kind: "error", status: 403, code: "ErrorAccessDenied" }],
    ["503", { kind: "error", status: 503 }],
    ["429", { kind: "throttled" }],
    ["a lost answer", { kind: "answerLost" }],
    ["cut JSON", { kind: "truncatedJson" }],
    ["a web page", { kind: "html" }],
  ])("S3: after %s it is tried again, not taken for gone", async (_what, fault) => {
    const bed = graphBed();
    const { id } = await granted(bed);
    bed.sim.faults.add(fault);
    expect(await bed.subscriptions.renew(bed.anna, id)).toMatchObject({ kind: "failed" });
  });
});

describe("removing", () => {
  test("S6: it is gone, and what is gone already counts as removed", async () => {
    const bed = graphBed();
    const { id } = await granted(bed);
    expect(await bed.subscriptions.remove(TENANT, id)).toEqual({ kind: "removed" });
    expect(bed.sim.subscriptions.live).toEqual([]);
    expect(await bed.subscriptions.remove(TENANT, id)).toEqual({ kind: "removed" });
  });

  test("S6: an id with letters that a path cannot hold reaches no other address", async () => {
    const bed = graphBed();
    await bed.subscriptions.remove(TENANT, "../users/x?y#z");
    expect(bed.sent[0]?.url).toBe("https://graph.microsoft.com/v1.0/subscriptions/..%2Fusers%2Fx%3Fy%23z");
  });

  test.each<[string, Fault]>([
    ["503", { kind: "error", status: 503 }],
    ["403", { kind: "error", status: 403 }],
    ["429", { kind: "throttled" }],
    ["no answer", { kind: "unreachable" }],
  ])("S6: after %s it is not taken for removed", async (_what, fault) => {
    const bed = graphBed();
    const { id } = await granted(bed);
    bed.sim.faults.add(fault);
    expect(await bed.subscriptions.remove(TENANT, id)).toMatchObject({ kind: "failed" });
    expect(bed.sim.subscriptions.find(id)).toBeDefined();
  });
});
