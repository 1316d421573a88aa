/** The limits on one mailbox and the tokens. */
import { expect, test, vi } from "vitest";
import { ANNA, testBed } from "./testBed.js";

const OVER = "Application is over its MailboxConcurrency limit.";

test("four requests at a time on one mailbox, whatever it is called; the fifth is refused with 429", async () => {
  const { sim, view, anna, time } = testBed();
  const bob = sim.outlook.addMailbox({ address: "bob@contoso.com" });
  sim.faults.add({ kind: "latency", ms: 1_000 });
  const four = [view(), view(), view("", {}, anna.id), view("", {}, anna.id)];
  await vi.waitFor(() => expect(time.sleepers).toBe(4));
  const refused = await view();
  expect([refused.status, refused.body.error?.code, refused.body.error?.message]).toEqual([
    429,
    "ApplicationThrottled",
    OVER,
  ]);
  expect(refused.headers.get("Retry-After")).toBe("0.249");
  const other = view("", {}, bob.id);
  await vi.waitFor(() => expect(time.sleepers).toBe(5));
  time.advance(1_000);
  for (const answer of await Promise.all([...four, other])) expect(answer.status).toBe(200);
  const afterwards = view();
  await vi.waitFor(() => expect(time.sleepers).toBe(1));
  time.advance(1_000);
  expect((await afterwards).status).toBe(200);
});

test("a request that was given up no longer counts", async () => {
  const { sim, view } = testBed();
  sim.faults.add({ kind: "hang", count: 4 });
  const giveUp = new AbortController();
  const url = `https://graph.microsoft.com/v1.0/users/${ANNA}/mailboxSettings`;
  const hanging = Array.from({ length: 4 }, () => sim.fetch(url, { signal: giveUp.signal }).catch(() => "gave up"));
  await vi.waitFor(() => expect(sim.faults.rules).toEqual([]));
  expect((await view()).status).toBe(429);
  giveUp.abort();
  expect(await Promise.all(hanging)).toEqual(Array(4).fill("gave up"));
  expect((await view()).status).toBe(200);
});

test("10,000 requests in ten minutes, then 429 until the window ends", async () => {
  const { get, time } = testBed();
  const path = `/users/${ANNA}/mailboxSettings/timeZone`;
  for (let n = 0; n < 10_000; n += 1) await get(path);
  const refused = await get(path);
  expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "600"]);
  time.advance(600_000);
  expect((await get(path)).status).toBe(200);
});

test("tokens are demanded once told so, and each can expire", async () => {
  const { sim, view } = testBed();
  const withToken = (token: string) => view("", { Authorization: `Bearer ${token}` });
  expect((await view()).status).toBe(200);
  sim.tokens.demanded = true;
  expect((await view()).status).toBe(401);
  expect((await withToken("a")).status).toBe(200);
  sim.tokens.expire();
  const refused = await withToken("a");
  expect([refused.status, refused.body.error?.code]).toEqual([401, "InvalidAuthenticationToken"]);
  expect((await withToken("b")).status).toBe(200);
});
