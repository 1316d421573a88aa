import { describe, expect, test } from "vitest";
import type { Fault } from "../../../local/graph/faults.js";
import { december, graphBed, nameOf, PATIENT_MS } from "../../../test/graphBed.js";

const MAILBOXES = ["anna", "ben", "carl", "dora"].map((name) => `${name}@contoso.com`);
const [ANNA = "", BEN = ""] = MAILBOXES;

/** Four mailboxes, each with one event named after it. */
function team() {
  const bed = graphBed();
  for (const address of MAILBOXES) {
    if (address !== ANNA) bed.sim.outlook.addMailbox({ address });
    const times = { start: "2026-12-02T09:00:00Z", end: "2026-12-02T10:00:00Z" };
    bed.sim.outlook.addEvent(address, "primary", { ...times, id: `of ${address}` });
  }
  const views = MAILBOXES.map((mailbox) => december(nameOf(mailbox)));
  const read = async (timeoutMs = PATIENT_MS) => bed.reader.firstPages(views, timeoutMs);
  const kinds = async () => (await read()).map(({ kind }) => kind);
  /** Requests by themselves and requests for several, at the door. */
  const requests = () => {
    const outer = bed.sim.log.filter(({ inBatch }) => !inBatch).map(({ operation }) => operation);
    return {
      batches: outer.filter((one) => one === "batch").length,
      alone: outer.filter((one) => one === "calendarView").length,
    };
  };
  return { ...bed, read, kinds, requests };
}

describe("several views", () => {
  test("are asked for in one request and come back in the order asked, whatever order they were answered in", async () => {
    const bed = team();
    const first = await bed.read();
    const ids = first.map((page) => (page.kind === "page" ? page.events.map(({ etag }) => etag) : []));
    expect(ids.map((etags) => etags.length)).toEqual([1, 1, 1, 1]);
    for (const [index, mailbox] of MAILBOXES.entries()) {
      const [alone] = await bed.reader.firstPages([december(nameOf(mailbox))], PATIENT_MS);
      expect(first[index]).toEqual(alone);
    }
    expect(bed.requests()).toEqual({ batches: 1, alone: 4 });
  });

  test("carry their wishes on every part", async () => {
    const bed = team();
    await bed.read();
    const part = { headers: { Prefer: 'outlook.timezone="UTC", IdType="ImmutableId"' }, method: "GET" };
    expect(await bed.sent[0]?.json()).toMatchObject({ requests: [part, part, part, part] });
  });

  test("are at most 20 in one request", async () => {
    const bed = graphBed();
    const names = Array.from({ length: 41 }, (_, index) => `m${index}@contoso.com`);
    for (const address of names) bed.sim.outlook.addMailbox({ address });
    const pages = await bed.reader.firstPages(
      names.map((name) => december(nameOf(name))),
      PATIENT_MS,
    );
    expect(pages.map(({ kind }) => kind)).toEqual(names.map(() => "page"));
    expect(bed.sim.log.filter(({ operation }) => operation === "batch")).toHaveLength(2);
  });

  test("of several tenants never share a request: each tenant has its own token", async () => {
    const bed = team();
    const elsewhere = MAILBOXES.map((mailbox) => december({ ...nameOf(mailbox), tenantId: "fabrikam.com" }));
    await bed.reader.firstPages([...elsewhere, ...MAILBOXES.map((name) => december(nameOf(name)))], PATIENT_MS);
    expect(new Set(bed.tokens.asked.map(({ tenantId }) => tenantId)).size).toBe(2);
    expect(bed.requests()).toEqual({ batches: 2, alone: 0 });
  });

  test("of none are no request", async () => {
    const bed = graphBed();
    expect(await bed.reader.firstPages([], PATIENT_MS)).toEqual([]);
    expect(bed.sent).toEqual([]);
  });
});

describe("a batch that goes wrong", () => {
  test("R5: where the answer cannot be parsed, each view is asked for alone, in the same run", async () => {
    const bed = team();
    bed.sim.faults.add({ kind: "batchMalformed", mailbox: BEN });
    expect(await bed.kinds()).toEqual(["page", "page", "page", "page"]);
    expect(bed.requests()).toEqual({ batches: 1, alone: 4 });
  });

  test("R5: a part without an answer is asked for alone; the others are not asked again", async () => {
    const bed = team();
    bed.sim.faults.add({ kind: "batchMissing", mailbox: BEN });
    expect(await bed.kinds()).toEqual(["page", "page", "page", "page"]);
    expect(bed.requests()).toEqual({ batches: 1, alone: 1 });
  });

  test("R5: one denied mailbox, which makes Graph's answer unreadable every time, costs the others nothing", async () => {
    const bed = team();
    bed.sim.outlook.denyAccess(BEN);
    bed.sim.faults.add({ kind: "batchMalformed" });
    const pages = await bed.read();
    expect(pages.map(({ kind }) => kind)).toEqual(["page", "blocked", "page", "page"]);
    expect(pages[1]).toMatchObject({ reason: "accessDenied" });
  });

  test("R4: a throttled part is throttled by itself, with its own Retry-After", async () => {
    const bed = team();
    bed.sim.faults.add({ kind: "throttled", mailbox: BEN, seconds: 3 });
    expect(await bed.kinds()).toEqual(["page", "throttled", "page", "page"]);
    expect((await bed.read())[1]).toMatchObject({ retryAfterSeconds: 3 });
    expect(bed.requests().alone).toBe(0);
  });

  test("R4: a throttled part without a body is throttled all the same, and nothing is asked for alone", async () => {
    const bed = team();
    const parts = MAILBOXES.map((_, id) => ({ id: `${id}`, status: 429, headers: { "Retry-After": "7" } }));
    bed.control.instead = (request) =>
      request.url.endsWith("/$batch") ? Response.json({ responses: parts }) : undefined;
    expect(await bed.read()).toMatchObject(MAILBOXES.map(() => ({ kind: "throttled", retryAfterSeconds: 7 })));
    expect(bed.requests().alone).toBe(0);
  });

  test.each<[string, Fault, string, number]>([
    ["throttled as a whole", { kind: "throttled", operation: "batch", seconds: 9 }, "throttled", 1],
    ["503 as a whole", { kind: "error", status: 503, operation: "batch" }, "transient", 1],
    ["refused twice for its token", { kind: "error", status: 401, operation: "batch" }, "transient", 2],
    ["lost on its way", { kind: "answerLost", operation: "batch" }, "transient", 1],
    ["never sent", { kind: "unreachable", operation: "batch" }, "transient", 1],
  ])("R4: %s, it is not asked again view by view", async (_what, fault, kind, batches) => {
    const bed = team();
    bed.sim.faults.add(fault);
    expect(await bed.kinds()).toEqual([kind, kind, kind, kind]);
    expect(bed.requests()).toEqual({ batches, alone: 0 });
  });

  test.each<[string, Fault]>([
    ["a web page     ", { kind: "html", operation: "batch" }],
    ["cut JSON       ", { kind: "truncatedJson", operation: "batch" }],
    ["a bad request  ", { kind: "error", status: 400, operation: "batch" }],
    ["a 403 of itself", { kind: "error", status: 403, operation: "batch" }],
  ])("R5: where all that comes is %s, each view is asked for alone", async (_what, fault) => {
    const bed = team();
    bed.sim.faults.add(fault);
    expect(await bed.kinds()).toEqual(["page", "page", "page", "page"]);
    expect(bed.requests()).toEqual({ batches: 1, alone: 4 });
  });

  test.each([
    ["text                ", "<html>Busy</html>"],
    ["base64              ", "eyJ2YWx1ZSI6W119"],
    ["nothing             ", null],
    ["a number            ", 5],
    ["an object without it", {}],
  ])("R5: a part with 200 and %s for a body is no empty calendar", async (_what, body) => {
    const bed = team();
    bed.control.instead = (request) =>
      request.url.endsWith("/$batch")
        ? Response.json({ responses: MAILBOXES.map((_, id) => ({ id: `${id}`, status: 200, headers: {}, body })) })
        : undefined;
    expect(await bed.kinds()).toEqual(["transient", "transient", "transient", "transient"]);
  });

  test("R5: parts with ids or statuses that mean nothing are no answers to anything", async () => {
    const bed = team();
    const strange = [
      { id: "7", status: 200, body: { value: [] } },
      ...["", " ", "00", "0.0", "zero"].map((id) => ({ id, status: 200, body: { value: [] } })),
      { id: "1", status: 0, body: { value: [] } },
      { id: "2", status: 100, headers: null },
    ];
    bed.control.instead = (request) =>
      request.url.endsWith("/$batch") ? Response.json({ responses: strange }) : undefined;
    const events = (await bed.read()).map((page) => (page.kind === "page" ? page.events.length : page.kind));
    expect(events).toEqual([1, 1, 1, 1]);
    expect(bed.requests().alone).toBe(4);
  });

  test("A batch that hangs takes the time of all, and nobody's answer is invented", async () => {
    const bed = team();
    bed.sim.faults.add({ kind: "hang", operation: "batch" });
    const pages = await bed.read(30);
    expect(pages).toEqual(MAILBOXES.map(() => ({ kind: "transient", late: true, detail: "no answer in time" })));
  });
});
