import { expect, test } from "vitest";
import { ANNA } from "../../../local/graph/testBed.js";
import { december, graphBed, PATIENT_MS, TENANT } from "../../../test/graphBed.js";
import { GraphClient } from "./graphClient.js";

const REQUEST = { method: "GET", path: "/subscriptions", tenantId: TENANT, timeoutMs: PATIENT_MS } as const;
const EVIL = "https://evil.example";

test("R9: after 401 one fresh token is tried, and the caller never hears of it", async () => {
  const bed = graphBed();
  await bed.client.send(REQUEST);
  bed.sim.tokens.expire();
  const [page] = await bed.reader.firstPages([december(bed.anna)], PATIENT_MS);
  expect(page).toMatchObject({ kind: "page" });
  expect(bed.tokens.asked.map(({ fresh }) => fresh)).toEqual([false, false, true]);
  expect(bed.sent.at(-1)?.headers.get("authorization")).toBe("Bearer token-2");
});

test("R9: a second 401 is the answer, after two requests", async () => {
  const bed = graphBed();
  bed.sim.faults.add({ kind: "error", status: 401, code: "InvalidAuthenticationToken" });
  expect(await bed.client.send(REQUEST)).toMatchObject({ kind: "answer", status: 401 });
  expect(bed.sent).toHaveLength(2);
});

test("A token is asked for the request's own tenant", async () => {
  const bed = graphBed();
  await bed.client.send({ ...REQUEST, tenantId: "fabrikam.com" });
  expect(bed.tokens.asked).toEqual([{ tenantId: "fabrikam.com", fresh: false }]);
});

test("Nothing is repeated by itself: a refused POST is one POST", async () => {
  const bed = graphBed();
  for (const status of [429, 500, 503, 504]) {
    bed.sim.faults.set([{ kind: "error", status, retryAfter: "0" }]);
    const before = bed.sent.length;
    expect(await bed.client.send({ ...REQUEST, method: "POST", body: {} })).toMatchObject({ status });
    expect(bed.sent.length - before).toBe(1);
  }
});

test.each([
  `${EVIL}/v1.0/users`,
  "https://graph.microsoft.com.evil.example/v1.0/users",
  "https://graph.microsoft.com@evil.example/v1.0/users",
  "http://graph.microsoft.com/v1.0/users",
  "https://graph.microsoft.com:8443/v1.0/users",
  "//evil.example/v1.0/users",
])("The token goes to Graph's own origin only: %s gets neither token nor request", async (path) => {
  const bed = graphBed();
  bed.control.instead = () => Response.json({});
  await bed.client.send({ ...REQUEST, path });
  const strangers = bed.sent.filter(({ url }) => new URL(url).origin !== "https://graph.microsoft.com");
  expect(strangers.map(({ url }) => url)).toEqual([]);
});

test.each([
  `${EVIL}/v1.0/users/x/calendarView?$skip=1`,
  "https://graph.microsoft.com.evil.example/v1.0/x",
  "http://graph.microsoft.com/v1.0/x",
  "/v1.0/users/x/calendarView",
  "https://graph.microsoft.com/beta/users/x",
  "https://graph.microsoft.com/v1.0/../beta/x",
  "javascript:alert(1)",
  "no link",
])("R5: a page link to %s is never followed: the read failed", async (link) => {
  const bed = graphBed();
  bed.control.instead = () => Response.json({ value: [], "@odata.nextLink": link });
  const [page] = await bed.reader.firstPages([december(bed.anna)], PATIENT_MS);
  expect(page).toEqual({ kind: "transient", detail: "a page link that leads away from Graph" });
});

test("A redirect is not followed: fetch itself is told to refuse it", async () => {
  const bed = graphBed();
  const modes: (string | undefined)[] = [];
  const fetch = async (_input: unknown, init?: RequestInit) => {
    modes.push(init?.redirect);
    return Response.json({});
  };
  await new GraphClient({ baseUrl: "https://graph.microsoft.com", tokens: bed.tokens, fetch }).send(REQUEST);
  expect(modes).toEqual(["error"]);
});

test("A base URL with a port and a path of its own works, links included", async () => {
  const bed = graphBed("http://127.0.0.1:4180");
  for (let index = 0; index < 1_001; index++)
    bed.sim.outlook.addEvent(ANNA, "primary", { start: "2026-12-02T09:00:00Z", end: "2026-12-02T10:00:00Z" });
  const [first] = await bed.reader.firstPages([december(bed.anna)], PATIENT_MS);
  if (first?.kind !== "page" || first.next === undefined) throw new Error("there is only one page");
  const second = await bed.reader.nextPage(december(bed.anna), first.next, PATIENT_MS);
  expect(second).toMatchObject({ kind: "page", events: [{}] });
  expect(bed.sent.map(({ url }) => new URL(url).pathname)).toEqual(
    bed.sent.map(() => `/v1.0/users/${encodeURIComponent(ANNA)}/calendarView`),
  );
});

test("Every request says who is asking, and carries an id that support can look up", async () => {
  const bed = graphBed();
  await bed.client.send(REQUEST);
  await bed.client.send(REQUEST);
  const ids = bed.sent.map(({ headers }) => headers.get("client-request-id"));
  expect(new Set(ids).size).toBe(2);
  expect(bed.sent[0]?.headers.get("user-agent")).toMatch(/^outlook-availability\//);
});

test("A body that is cut off, HTML or empty is no body, whatever the status says", async () => {
  const bed = graphBed();
  for (const text of ["", "<html>Busy</html>", '{"value":[', "null"]) {
    bed.control.instead = () => new Response(text, { headers: { "content-type": "application/json" } });
    const answer = await bed.client.send(REQUEST);
    expect(answer.kind === "answer" ? (answer.body ?? undefined) : "none").toBeUndefined();
  }
});

test("No answer says whether the request can have arrived: without a token it cannot", async () => {
  const bed = graphBed();
  bed.sim.faults.add({ kind: "answerLost" });
  expect(await bed.client.send(REQUEST)).toEqual({ kind: "none", sent: true, detail: expect.any(String) });
  bed.tokens.failure = new RangeError("secret");
  expect(await bed.client.send(REQUEST)).toEqual({ kind: "none", sent: false, detail: "no token: RangeError" });
});
