/** Microsoft's own client, as it comes from the registry, against the simulator on a port. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { Client, GraphError, type PageCollection, PageIterator } from "@microsoft/microsoft-graph-client";
import type { Event, Subscription } from "@microsoft/microsoft-graph-types";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ServedSimulator, serveSimulator } from "./server.js";
import { GraphSimulator } from "./simulator.js";
import { ANNA, EVENT } from "./testBed.js";

const WINDOW = { startDateTime: "2026-12-01T00:00:00Z", endDateTime: "2026-12-31T00:00:00Z" };

let sim: GraphSimulator;
let served: ServedSimulator;
let client: Client;

beforeEach(async () => {
  sim = new GraphSimulator({ now: () => Date.parse("2026-12-01T12:00:00Z") });
  sim.outlook.addMailbox({ address: ANNA });
  served = await serveSimulator(sim, { graphPort: 0, controlPort: 0 });
  client = Client.init({ baseUrl: served.graphUrl, authProvider: (done) => done(null, "token") });
});
afterEach(() => served.stop());

/** The client puts its base URL and version before everything that does not begin with https: a link loses its own. */
const withoutOrigin = (link: string): string => link.replace(`${served.graphUrl}/v1.0`, "");

test("it reads a calendar, recurrences expanded, in the asked zone", async () => {
  const recurrence = { pattern: "weekly" as const, count: 2 };
  sim.outlook.addEvent(ANNA, "primary", { id: "S", ...EVENT, recurrence });
  const page: PageCollection = await client
    .api(`/users/${ANNA}/calendarView`)
    .query(WINDOW)
    .header("Prefer", 'outlook.timezone="Asia/Tokyo"')
    .select(["start", "type"])
    .get();
  expect(page.value.map((event: Event) => [event.id, event.type, event.start?.dateTime])).toEqual([
    ["S.2026-12-02", "occurrence", "2026-12-02T18:00:00.0000000"],
    ["S.2026-12-09", "occurrence", "2026-12-09T18:00:00.0000000"],
  ]);
});

test("it follows the links of a long view to the end", async () => {
  for (let n = 0; n < 25; n += 1) sim.outlook.addEvent(ANNA, "primary", EVENT);
  const ids = new Set<string>();
  let path: string | undefined = `/users/${ANNA}/calendarView?${new URLSearchParams(WINDOW)}`;
  while (path !== undefined) {
    const page: PageCollection = await client.api(path).get();
    for (const { id } of page.value) ids.add(id);
    path = page["@odata.nextLink"] && withoutOrigin(page["@odata.nextLink"]);
  }
  expect(ids.size).toBe(25);
  expect(sim.log).toHaveLength(3);
});

test("its page iterator gets along with a page", async () => {
  for (let n = 0; n < 10; n += 1) sim.outlook.addEvent(ANNA, "primary", EVENT);
  const page: PageCollection = await client.api(`/users/${ANNA}/calendarView`).query(WINDOW).get();
  let seen = 0;
  await new PageIterator(client, page, () => {
    seen += 1;
    return true;
  }).iterate();
  expect(seen).toBe(10);
});

test("it posts a batch", async () => {
  const url = `/users/${ANNA}/calendarView?${new URLSearchParams(WINDOW)}`;
  const requests = ["1", "2"].map((id) => ({ id, method: "GET", url }));
  const { responses } = await client.api("/$batch").post({ requests });
  expect(responses).toHaveLength(2);
  expect(responses).toContainEqual(expect.objectContaining({ id: "1", status: 200, body: expect.any(Object) }));
});

test("it makes its errors of the simulator's", async () => {
  sim.outlook.denyAccess(ANNA);
  const read = client.api(`/users/${ANNA}/calendarView`).query(WINDOW).get();
  const error: unknown = await read.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(GraphError);
  expect(error).toMatchObject({ statusCode: 403, code: "ErrorAccessDenied", requestId: expect.any(String) });
});

test("a web page with 200 is a stream to it: a page without value, and no error", async () => {
  sim.faults.add({ kind: "html" });
  const page: PageCollection = await client.api(`/users/${ANNA}/calendarView`).query(WINDOW).get();
  expect(page).toBeInstanceOf(ReadableStream);
  expect(page.value).toBeUndefined();
});

test("a broken connection reaches it as status -1", async () => {
  sim.faults.add({ kind: "unreachable" });
  const read = client.api(`/users/${ANNA}/calendarView`).query(WINDOW).get();
  await expect(read).rejects.toMatchObject({ statusCode: -1 });
});

/** An endpoint on this machine; `next` is the body of the next notification. */
async function endpoint(): Promise<{
  readonly url: string;
  readonly next: () => Promise<unknown>;
  readonly server: Server;
}> {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    const token = new URL(request.url ?? "", "http://localhost").searchParams.get("validationToken");
    const content = Buffer.concat(await request.toArray()).toString();
    if (token !== null) response.writeHead(200, { "Content-Type": "text/plain" }).end(token);
    else {
      response.writeHead(202).end();
      bodies.push(JSON.parse(content));
      server.emit("notified");
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const next = async () => {
    if (bodies.length === 0) await once(server, "notified");
    return bodies.shift();
  };
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("not bound to a port");
  return { url: `http://127.0.0.1:${bound.port}/notifications`, next, server };
}

test("it subscribes, hears of a change, renews, lists and deletes", async () => {
  const { url, next, server } = await endpoint();
  const made: Subscription = await client.api("/subscriptions").post({
    changeType: "created,updated,deleted",
    resource: `users/${ANNA}/events`,
    notificationUrl: url,
    expirationDateTime: "2026-12-02T12:00:00Z",
    clientState: "k1.abc",
  });
  sim.outlook.addEvent(ANNA, "primary", EVENT);
  expect(await next()).toMatchObject({
    value: [{ subscriptionId: made.id, changeType: "created", clientState: "k1.abc" }],
  });
  const expirationDateTime = "2026-12-08T11:00:00.000Z";
  const renewed: Subscription = await client.api(`/subscriptions/${made.id}`).patch({ expirationDateTime });
  expect(renewed).toMatchObject({ id: made.id, expirationDateTime });
  expect(await client.api("/subscriptions").get()).toMatchObject({ value: [{ id: made.id, expirationDateTime }] });
  await client.api(`/subscriptions/${made.id}`).delete();
  expect(sim.subscriptions.live).toEqual([]);
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

test("an endpoint that is not there is told to it as a failed validation", async () => {
  const { url, server } = await endpoint();
  await new Promise((closed) => server.close(closed));
  const asked = client.api("/subscriptions").post({
    changeType: "created",
    resource: `users/${ANNA}/events`,
    notificationUrl: url,
    expirationDateTime: "2026-12-02T12:00:00Z",
  });
  await expect(asked).rejects.toMatchObject({ statusCode: 400, code: "ValidationError" });
});
