import { describe, expect, test } from "vitest";
import type { Fault } from "../../../local/graph/faults.js";
import { ANNA, ENDPOINT, text } from "../../../local/graph/testBed.js";
import { graphBed, nameOf } from "../../../test/graphBed.js";
import { INTENT_MS } from "../../domain/policy.js";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.js";

type Bed = ReturnType<typeof graphBed>;
const CLIENT_STATE = "k1.calendar.signature";

async function granted(bed: Bed, name = bed.anna): Promise<{ readonly id: string; readonly expiresAt: number }> {
  const answer = await bed.subscriptions.create(name, CLIENT_STATE);
  if (answer.kind !== "granted") throw new Error(`no subscription: ${answer.kind}`);
  return answer;
}

const minutesAhead = (bed: Bed, at = 0): number => (at - bed.time.now()) / MINUTE_MS;

describe("creating", () => {
  test("S2: one call makes one subscription to all changes, on both URLs, with our clientState", async () => {
    const bed = graphBed();
    const { id, expiresAt } = await granted(bed);
    expect(bed.sim.subscriptions.live).toEqual([
      expect.objectContaining({
        id,
        expiresAt,
        resource: `users/${encodeURIComponent(ANNA)}/events`,
        changeType: "created,updated,deleted",
        clientState: CLIENT_STATE,
        notificationUrl: ENDPOINT,
        lifecycleNotificationUrl: ENDPOINT,
        immutableIds: true,
        mailboxId: bed.annaId,
      }),
    ]);
    expect(minutesAhead(bed, expiresAt)).toBe(10_065);
  });

  test("S2: a calendar of its own is named in the resource, whatever its id is made of", async () => {
    const bed = graphBed();
    const calendar = "AAMkADc5/Cal+side=";
    bed.sim.outlook.addCalendar(ANNA, { name: "Side", id: calendar });
    await granted(bed, nameOf(ANNA, calendar));
    expect(bed.sim.subscriptions.live[0]).toMatchObject({
      calendarId: calendar,
      resource: `users/${encodeURIComponent(ANNA)}/calendars/${encodeURIComponent(calendar)}/events`,
    });
  });

  test("S2: the granted expiry counts, not the one that was asked for", async () => {
    const bed = graphBed();
    bed.sim.faults.add({ kind: "grantedShorter", minutes: 5_000 });
    expect(minutesAhead(bed, (await granted(bed)).expiresAt)).toBe(5_065);
  });

  test("S2: where Graph names its own maximum, it is asked once more for a little less", async () => {
    const bed = graphBed();
    bed.sim.faults.add({ kind: "lifetimeMaximum", minutes: 4_230 });
    expect(minutesAhead(bed, (await granted(bed)).expiresAt)).toBe(4_215);
    expect(bed.sent).toHaveLength(2);
  });

  test("S2: a maximum that is not kept is not chased any further", async () => {
    const bed = graphBed();
    const message = "Subscription expiration can only be 100 minutes in the future.";
    bed.sim.faults.add({ kind: "error", status: 400, code: "InvalidRequest", message });
    expect(await bed.subscriptions.create(bed.anna, CLIENT_STATE)).toMatchObject({ kind: "refused" });
    expect(bed.sent).toHaveLength(2);
  });

  test.each([
    ["a wrong status", () => new Response(null, { status: 202 }), "Graph saw Accepted"],
    ["a status without a name", () => new Response(null, { status: 418 }), "Graph saw 418"],
    ["a wrong text", () => text("something else"), "HTTP 400, ValidationError"],
    ["nobody there", () => Promise.reject(new TypeError("fetch failed")), "HTTP 400, ValidationError"],
  ] as const)("S5: our own endpoint answering with %s is a failed handshake", async (_what, answer, detail) => {
    const bed = graphBed();
    bed.receiver.onHandshake = answer;
    const failure = await bed.subscriptions.create(bed.anna, CLIENT_STATE);
    expect(failure).toMatchObject({ kind: "handshake", detail: expect.stringContaining(detail) });
    expect(bed.sim.subscriptions.live).toEqual([]);
  });

  test("S5: a handshake that our endpoint was too slow for is one that failed", async () => {
    const bed = graphBed();
    const message = "Subscription validation request timed out.";
    bed.sim.faults.add({ kind: "error", status: 400, code: "InvalidRequest", message });
    expect(await bed.subscriptions.create(bed.anna, CLIENT_STATE)).toMatchObject({ kind: "handshake" });
  });

  test.each<[string, (bed: Bed) => void, string]>([
    ["without a mailbox, refused", ({ sim }) => sim.outlook.setLicensed(ANNA, false), "refused"],
    ["that an administrator closed, refused", ({ sim }) => sim.outlook.denyAccess(ANNA), "refused"],
    ["that is being moved, tried again", ({ sim }) => sim.outlook.setMoving(ANNA, true), "failed"],
  ])("S5: ExtensionError tells by the status inside: a user %s", async (_what, change, kind) => {
    const bed = graphBed();
    change(bed);
    const failure = await bed.subscriptions.create(bed.anna, CLIENT_STATE);
    expect(failure).toMatchObject({ kind, detail: expect.stringContaining("ExtensionError") });
    expect(JSON.stringify(failure)).not.toMatch(/anna|contoso/i);
  });

  test.each([
    [503, "Operation: Create; Exception: [Status Code: NotFound; Reason: x]", "refused"],
    [200, "Operation: Create; Exception: [Status Code: Forbidden; Reason: x]", "refused"],
    [404, "Operation: Create; Exception: [Status Code: ServiceUnavailable; Reason: x]", "failed"],
    [403, "Operation: Create; Exception: [Status Code: InternalServerError; Reason: quarantined]", "failed"],
    [400, "something without a status", "failed"],
  ])("S5: the HTTP status of an ExtensionError means nothing: %i, %s", async (status, message, kind) => {
    const bed = graphBed();
    bed.control.instead = () => Response.json({ error: { code: "ExtensionError", message } }, { status });
    expect(await bed.subscriptions.create(bed.anna, CLIENT_STATE)).toMatchObject({ kind });
  });

  test.each<[string, Fault, string]>([
    ["503 yet created", { kind: "createdYet503" }, "ambiguous"],
    ["500", { kind: "error", status: 500 }, "ambiguous"],
    ["504 in HTML", { kind: "error", status: 504, body: "html" }, "ambiguous"],
    ["a lost answer", { kind: "answerLost" }, "ambiguous"],
    ["an unreachable Graph", { kind: "unreachable" }, "ambiguous"],
    ["a web page with 200", { kind: "html" }, "ambiguous"],
    ["cut JSON", { kind: "truncatedJson" }, "ambiguous"],
    ["401 twice", { kind: "error", status: 401 }, "failed"],
    ["408", { kind: "error", status: 408 }, "failed"],
    ["429", { kind: "throttled", seconds: 12 }, "failed"],
    ["400 for our own bug", { kind: "error", status: 400, code: "InvalidRequest", message: ANNA }, "refused"],
    ["403 for the quota", { kind: "error", status: 403, code: "QuotaExceeded", message: ANNA }, "refused"],
  ])("S7: after %s it is known to be there, known not to be, or unknown", async (_what, fault, kind) => {
    const bed = graphBed();
    bed.sim.faults.add(fault);
    const failure = await bed.subscriptions.create(bed.anna, CLIENT_STATE);
    expect(failure).toMatchObject({ kind, detail: expect.any(String) });
    expect(JSON.stringify(failure)).not.toMatch(/anna|contoso/i);
    const posts = bed.sent.filter(({ method }) => method === "POST");
    expect(posts).toHaveLength(fault.kind === "error" && fault.status === 401 ? 2 : 1); // never repeated blindly
  });

  test("R4: Graph's own wish to wait is passed on", async () => {
    const bed = graphBed();
    bed.sim.faults.add({ kind: "throttled", retryAfter: "decimal", seconds: 11.2 });
    const failure = await bed.subscriptions.create(bed.anna, CLIENT_STATE);
    expect(failure).toMatchObject({ kind: "failed", retryAfterSeconds: 12 });
  });

  test("S7: without a token nothing was sent, so nothing can have been created", async () => {
    const bed = graphBed();
    bed.tokens.failure = new Error("no");
    expect(await bed.subscriptions.create(bed.anna, CLIENT_STATE)).toMatchObject({ kind: "failed" });
  });

  test("S1: a 409 takes away the twin that it speaks of, so that the next try succeeds", async () => {
    const bed = graphBed();
    bed.sim.faults.add({ kind: "conflict" });
    const { id: twin } = await granted(bed);
    expect(await bed.subscriptions.create(bed.anna, CLIENT_STATE)).toMatchObject({ kind: "failed" });
    expect(bed.sim.subscriptions.find(twin)).toBeUndefined();
    const { id } = await granted(bed);
    expect(bed.sim.subscriptions.live.map((one) => one.id)).toEqual([id]);
  });

  test("S1: a 409 for a subscription of somebody else's takes nothing away", async () => {
    const bed = graphBed();
    bed.sim.faults.add({ kind: "conflict" });
    const { id } = (
      await bed.subscribe({
        resource: `users/${encodeURIComponent(ANNA)}/events`,
        notificationUrl: `${ENDPOINT}/other`,
      })
    ).body;
    expect(await bed.subscriptions.create(bed.anna, CLIENT_STATE)).toMatchObject({ kind: "failed" });
    expect(bed.sim.subscriptions.live.map((one) => one.id)).toEqual([id]);
  });

  test("S1: a 409 whose twin cannot be listed is a failure like any other", async () => {
    const bed = graphBed();
    await granted(bed);
    bed.sim.faults.set([{ kind: "conflict" }, { kind: "error", status: 503, operation: "listSubscriptions" }]);
    expect(await bed.subscriptions.create(bed.anna, CLIENT_STATE)).toMatchObject({ kind: "failed" });
  });

  test("S7: the search for a twin ends before the intent does, however slow Graph is", async () => {
    const bed = graphBed();
    const began = bed.time.now();
    const next = "https://graph.microsoft.com/v1.0/subscriptions?$skiptoken=more";
    bed.control.instead = ({ method }) => {
      bed.time.advance(15 * SECOND_MS);
      return method === "POST"
        ? Response.json({ error: { code: "Conflict" } }, { status: 409 })
        : Response.json({ value: [], "@odata.nextLink": next });
    };
    expect(await bed.subscriptions.create(bed.anna, CLIENT_STATE)).toMatchObject({ kind: "failed" });
    expect(bed.sent.length).toBeGreaterThan(2);
    expect(bed.time.now() - began).toBeLessThan(INTENT_MS);
  });

  test("S7: a second POST has only the time that the first has left", async () => {
    const bed = graphBed();
    const message = "Subscription expiration can only be 100 minutes in the future.";
    bed.control.instead = () => {
      if (bed.sent.length > 1) return new Promise(() => {}); // never answered
      bed.time.advance(INTENT_MS);
      return Response.json({ error: { code: "InvalidRequest", message } }, { status: 400 });
    };
    expect(await bed.subscriptions.create(bed.anna, CLIENT_STATE)).toMatchObject({ kind: "ambiguous" });
  });
});
