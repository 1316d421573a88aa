/** Timers and Event Grid. No storage answers in these tests: the host runs all the same. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { HostProcess } from "./hostProcess.js";

// Port 9 is "discard": nobody listens there.
const STORE = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;QueueEndpoint=http://127.0.0.1:9/a;";
const IDLE = { "AzureWebJobs.everySecond.Disabled": "true" };

let host: HostProcess;
let url: string;

beforeAll(async () => {
  host = new HostProcess({ app: "work", env: { STORE, ...IDLE } });
  url = await host.url();
});
afterAll(() => host[Symbol.asyncDispose]());

test("a timer with runOnStartup runs once, and learns that it has never run", async () => {
  const [told] = await host.until(() => host.told("onStartup"));
  expect(told?.onStartup).toMatchObject({
    isPastDue: false,
    schedule: { adjustForDST: true },
    scheduleStatus: { last: "0001-01-01T00:00:00" },
  });
});

test("the admin endpoint runs a timer, also a disabled one; fast schedules have no status", async () => {
  const before = host.told("everySecond").length;
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/admin/functions/everysecond`, { method: "POST", headers, body: '{"input":""}' });
  expect(answer.status).toBe(202);
  const [told] = await host.until(() => host.told("everySecond").slice(before));
  expect(told?.everySecond).toMatchObject({ isPastDue: false, scheduleStatus: null });
});

test("a timer runs by its schedule", async () => {
  await using other = new HostProcess({ app: "work", env: { STORE } });
  await other.until(() => (other.told("everySecond").length > 1 ? ["twice"] : []));
  expect(await other.stop()).toBe(0);
});

const hook = (init: RequestInit, name = "events") =>
  fetch(`${url}/runtime/webhooks/EventGrid?functionName=${name}`, init);
const post = (type: string, body: unknown) =>
  hook({ method: "POST", headers: { "aeg-event-type": type }, body: JSON.stringify(body) });

test("an Event Grid subscription is validated, whether data is an object or a string", async () => {
  const answer = await post("SubscriptionValidation", [{ data: { validationCode: "abc" } }]);
  expect([answer.status, await answer.json()]).toEqual([200, { validationResponse: "abc" }]);
  const text = await post("subscriptionvalidation", { data: JSON.stringify({ validationCode: "def" }) });
  expect(await text.json()).toEqual({ validationResponse: "def" });
});

test.each([
  ["a known origin is allowed", "eventgrid.azure.us", "eventgrid.azure.us"],
  ["an unknown origin is answered with Event Grid's", "evil.example", "eventgrid.azure.net"],
])("OPTIONS: %s", async (_name, origin, allowed) => {
  const answer = await hook({ method: "OPTIONS", headers: { "WebHook-Request-Origin": origin } });
  expect([answer.status, answer.headers.get("webhook-allowed-origin")]).toEqual([200, allowed]);
});

test("every event of a notification arrives as sent, with its properties as metadata", async () => {
  const event = (id: string) => ({ id, subject: "good", eventTime: "2026-01-02T03:04:05.1234567Z", data: { at: id } });
  expect((await post("Notification", [event("a"), event("b")])).status).toBe(202);
  const told = host.told("event").map(({ event: seen, metadata }) => [seen, metadata]);
  expect(told).toContainEqual([event("a"), { ...event("a") }]);
  expect(told).toContainEqual([event("b"), { ...event("b") }]);
});

test("one object is one event", async () => {
  expect((await post("Notification", { specversion: "1.0", id: "single", data: null })).status).toBe(202);
  expect(host.told("event").map(({ event }) => event)).toContainEqual({ specversion: "1.0", id: "single", data: null });
});

test("one event that fails fails the batch, with its message", async () => {
  const answer = await post("Notification", [{ subject: "good" }, { subject: "bad" }]);
  expect([answer.status, await answer.text()]).toEqual([500, "bad event"]);
});

test("other requests to the webhook get the real host's status", async () => {
  const body = JSON.stringify([]);
  expect((await hook({ method: "PATCH", body })).status).toBe(405);
  expect((await hook({ method: "POST", body })).status).toBe(400);
  expect((await post("Unsubscribe", [])).status).toBe(202);
  expect((await hook({ method: "POST", headers: { "aeg-event-type": "Notification" }, body: "{" })).status).toBe(500);
  const unknown = await hook({ method: "POST", body }, "EVENTS");
  expect([unknown.status, await unknown.text()]).toEqual([404, "cannot find function: 'EVENTS'"]);
});

test("with enableAuth, the webhook takes its own key or the master key", async () => {
  const env = {
    STORE,
    ...IDLE,
    LOCAL_HOST_EVENTGRID_KEY: "ek",
    LOCAL_HOST_MASTER_KEY: "mk",
    LOCAL_HOST_FUNCTION_KEY: "fk",
  };
  await using other = new HostProcess({ app: "work", env, args: ["--enableAuth"] });
  const base = `${await other.url()}/runtime/webhooks/EventGrid?functionName=events`;
  const status = async (key: string) =>
    (await fetch(`${base}&code=${key}`, { method: "POST", headers: { "aeg-event-type": "Unsubscribe" } })).status;
  expect([await status("ek"), await status("mk"), await status("fk"), await status("")]).toEqual([202, 202, 401, 401]);
});
