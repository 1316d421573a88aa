/** Functions that Bicep names, against those that the code registers. */
import { app } from "@azure/functions";
import { expect, test, vi } from "vitest";
import host from "../../host.json" with { type: "json" };
import { sources } from "../sources.js";
import { EVENT_HUB, HARDENED, MINIMAL, STAGE_TWO, settingsOf } from "./deployed.js";

const registered = new Map<string, string>();
const routes = new Map<string, unknown>();
vi.spyOn(console, "warn").mockImplementation(() => undefined); // the library says that there is no host
vi.spyOn(app, "setup").mockImplementation(() => undefined);
for (const kind of ["http", "timer", "storageQueue", "eventGrid", "eventHub"] as const)
  vi.spyOn(app, kind).mockImplementation((name: string, options: object) => {
    registered.set(name, kind);
    if ("route" in options) routes.set(name, options.route);
  });
vi.stubEnv("EVENT_HUB_NAME", "graph"); // without, its function is not registered
for (const { path } of sources("functions").filter(({ path }) => !path.endsWith(".test.ts")))
  await import(/* @vite-ignore */ `../../${path}`);
vi.restoreAllMocks();
vi.unstubAllEnvs();

const textOf = (...snapshots: readonly unknown[]): string => JSON.stringify(snapshots);
const named = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, name = ""]) => name)),
];

const scaled = named(textOf(MINIMAL, HARDENED, EVENT_HUB), /"function:(\w+)"/g);
const called = named(textOf(...STAGE_TWO), /Microsoft\.Web\/sites\/[\w-]+\/functions\/(\w+)/g);

test("every scale group that is not HTTP is a function of its own: a queue's, a timer's or an event hub's", () => {
  expect(scaled).toEqual(expect.arrayContaining(["refresh", "graphEventsQueue", "graphEventHub"]));
  const kinds = scaled.map((name) => registered.get(name) ?? "none");
  expect(kinds.filter((kind) => !["storageQueue", "timer", "eventHub"].includes(kind))).toEqual([]);
});

test("the function that Event Grid calls is registered for its events", () => {
  expect(called).toEqual(["graphEvents"]);
  expect(called.filter((name) => registered.get(name) !== "eventGrid")).toEqual([]);
});

test("the address that Graph is given is the route of the function graphWebhook", () => {
  const { routePrefix } = host.extensions.http;
  const address = `'https://{0}/${routePrefix}/${routes.get("graphWebhook")}'`;
  expect(settingsOf(MINIMAL).NOTIFICATION_URL).toContain(address);
});

test("lines that come after an answer reach the logs: the host takes a console's as information", () => {
  expect(host.logging.logLevel).toMatchObject({ Function: "Information", "Host.Function.Console": "Information" });
});
