/** POST /$batch: items are judged one by one, four at a time. */
import { expect, test, vi } from "vitest";
import { ANNA, testBed } from "./testBed.js";

const WINDOW = "startDateTime=2026-12-01&endDateTime=2026-12-31";
const item = (id: string, mailbox = ANNA, headers = {}) => ({
  id,
  method: "GET",
  url: `/users/${encodeURIComponent(mailbox)}/calendarView?${WINDOW}`,
  headers,
});

function batchBed() {
  const bed = testBed();
  bed.sim.outlook.addMailbox({ address: "bob@contoso.com" });
  bed.sim.outlook.addEvent(ANNA, "primary", { start: "2026-12-02T10:00", end: "2026-12-02T11:00" });
  const batch = (...requests: readonly object[]) => bed.call("POST", "/$batch", { requests });
  return { ...bed, batch };
}

test("each item has its own answer, in any order, under an outer 200", async () => {
  const { batch } = batchBed();
  const answer = await batch(item("1"), item("2", "nobody@contoso.com"), item("3", "bob@contoso.com"));
  expect(answer.status).toBe(200);
  const byId = new Map(answer.body.responses?.map((response) => [response.id, response]));
  expect(byId.get("1")).toMatchObject({ status: 200, body: { value: [{ showAs: "busy" }] } });
  expect(byId.get("2")).toMatchObject({ status: 404, body: { error: { code: "ErrorInvalidUser" } } });
  expect(byId.get("3")).toMatchObject({ status: 200, body: { value: [] } });
});

test("the order differs from the order of the requests sooner or later", async () => {
  const { batch } = batchBed();
  const ids = ["1", "2", "3", "4", "5", "6"];
  const orders: string[] = [];
  for (let n = 0; n < 5; n += 1)
    orders.push((await batch(...ids.map((id) => item(id)))).body.responses?.map(({ id }) => id).join("") ?? "");
  expect(orders.every((order) => [...order].sort().join("") === "123456")).toBe(true);
  expect(new Set(orders).size).toBeGreaterThan(1);
});

test("Prefer counts per item", async () => {
  const { batch } = batchBed();
  const { body } = await batch(item("1", ANNA, { Prefer: 'outlook.timezone="Asia/Tokyo"' }), item("2"));
  const byId = new Map(body.responses?.map((response) => [response.id, response.body]));
  expect(byId.get("1")).toMatchObject({ value: [{ start: { timeZone: "Asia/Tokyo" } }] });
  expect(byId.get("2")).toMatchObject({ value: [{ start: { timeZone: "UTC" } }] });
});

test.each([
  ["21 items", Array.from({ length: 21 }, (_, n) => item(String(n)))],
  ["ids that differ in case only", [item("a"), item("A")]],
  ["an absolute URL", [{ ...item("1"), url: `https://graph.microsoft.com/v1.0/users/${ANNA}/calendarView` }]],
  ["an item without a URL", [{ id: "1", method: "GET" }]],
])("a batch with %s is refused as a whole", async (_name, requests) => {
  const { batch } = batchBed();
  expect((await batch(...requests)).status).toBe(400);
});

test("one batch keeps the limit of a mailbox by itself, a second one on the same mailbox breaks it", async () => {
  const { sim, batch, time } = batchBed();
  sim.faults.add({ kind: "latency", ms: 1_000 });
  const first = batch(...["1", "2", "3", "4", "5", "6", "7", "8"].map((id) => item(id)));
  await vi.waitFor(() => expect(time.sleepers).toBe(4));
  const second = await batch(item("x"), item("y"));
  expect(second.body.responses?.map(({ status, headers }) => [status, headers["Retry-After"]])).toEqual([
    [429, "0.249"],
    [429, "0.249"],
  ]);
  time.advance(1_000);
  await vi.waitFor(() => expect(time.sleepers).toBe(4));
  time.advance(1_000);
  expect((await first).body.responses?.map(({ status }) => status)).toEqual(Array(8).fill(200));
});

test("a throttled item brings its own Retry-After", async () => {
  const { sim, batch } = batchBed();
  sim.faults.add({ kind: "throttled", mailbox: "bob@contoso.com", retryAfter: "decimal", seconds: 1.5 });
  const { body } = await batch(item("1"), item("2", "bob@contoso.com"));
  const byId = new Map(body.responses?.map((response) => [response.id, response]));
  expect([byId.get("1")?.status, byId.get("2")?.status]).toEqual([200, 429]);
  expect(byId.get("2")?.headers["Retry-After"]).toBe("1.500");
});

test("a web page in an item is a string, if the batch is well", async () => {
  const { sim, batch } = batchBed();
  sim.faults.add({ kind: "error", status: 503, body: "html" });
  const { body } = await batch(item("1"));
  expect(body.responses?.[0]).toMatchObject({ status: 503, body: expect.stringMatching(/^<!DOCTYPE html>/) });
});

test("the known fault: a raw web page in one item, and nothing parses", async () => {
  const { sim, batch } = batchBed();
  sim.faults.add({ kind: "batchMalformed", mailbox: "bob@contoso.com", count: 1 });
  expect((await batch(item("1"))).body.responses).toHaveLength(1); // not the named mailbox's batch
  const broken = await batch(item("1"), item("2", "bob@contoso.com"));
  expect(() => JSON.parse(broken.text)).toThrow();
  expect(broken.text).toContain('{"id":"2","status":503,"headers":{},"body":<!DOCTYPE html>');
});

test("an item can have no answer", async () => {
  const { sim, batch, anna } = batchBed();
  sim.faults.add({ kind: "batchMissing", mailbox: anna.id });
  const { body } = await batch(item("1"), item("2", "bob@contoso.com"));
  expect(body.responses?.map(({ id }) => id)).toEqual(["2"]);
});

test("a fault of the batch itself needs to be told so", async () => {
  const { sim, batch } = batchBed();
  sim.faults.set([{ kind: "error", status: 500 }]);
  expect((await batch(item("1"))).status).toBe(200);
  sim.faults.set([{ kind: "error", status: 500, operation: "batch" }]);
  expect((await batch(item("1"))).status).toBe(500);
});

test("a batch that is given up gives up its items", async () => {
  const { sim } = batchBed();
  sim.faults.add({ kind: "hang", count: 1 });
  const giveUp = new AbortController();
  const body = JSON.stringify({ requests: [item("1")] });
  const hanging = sim.fetch("https://graph.microsoft.com/v1.0/$batch", { method: "POST", body, signal: giveUp.signal });
  const outcome = hanging.catch(() => "gave up");
  await vi.waitFor(() => expect(sim.faults.rules).toEqual([]));
  giveUp.abort();
  expect(await outcome).toBe("gave up");
});

test("items are in the request log, before their batch", async () => {
  const { sim, batch } = batchBed();
  await batch(item("1"));
  expect(sim.log.map(({ operation, inBatch, mailbox }) => [operation, inBatch, mailbox])).toEqual([
    ["calendarView", true, ANNA],
    ["batch", false, undefined],
  ]);
});
