/** The source held to its own rules; and each rule held to what it bans. */
import { app } from "@azure/functions";
import { describe, expect, test, vi } from "vitest";
import names from "../shared/names.json" with { type: "json" };
import { type Source, sources } from "./sources.js";
import { DIRECTIONS, NAMES_ONCE, PURITY, type Rule, SHAPE } from "./tidyRules.js";

const ALL = sources("functions", "shared", "local", "test", "bench", "deploy", "tools", "client").filter(
  ({ path }) => path !== "client/types.ts", // generated
);

const offenders = (rule: Rule, among: readonly Source[]): string[] =>
  among.filter(rule.applies).flatMap((source) => rule.offences(source).map((offence) => `${source.path}: ${offence}`));

/** Longer than a file should be, and why that is better than two. */
const LONG: ReadonlyMap<string, string> = new Map([
  ["shared/domain/answer.test.ts", "one notation, explained once, for all that an answer can hold"],
  ["shared/domain/mapping.test.ts", "the table of everything that Graph sends as an event"],
  ["local/graph/notifications.test.ts", "every knob of one notifier, against one receiver"],
  ["local/graph/faults.test.ts", "one test a fault, in the order of the list of faults"],
]);

describe("directions", () => {
  test.each(DIRECTIONS)("A1: $what", (rule) => {
    expect(offenders(rule, ALL)).toEqual([]);
  });
});

describe("purity", () => {
  test.each([...PURITY, ...NAMES_ONCE])("A1: $what", (rule) => {
    expect(offenders(rule, ALL)).toEqual([]);
  });
});

describe("shape", () => {
  test.each(SHAPE)("A1: every file keeps to it: $what", (rule) => {
    const isLong = (offender: string): boolean =>
      / \d+ lines$/.test(offender) && LONG.has(offender.split(":")[0] ?? "");
    // The rules and their samples spell out what they ban.
    const judged = ALL.filter(({ path }) => path !== "test/tidy.test.ts" && path !== "test/tidyRules.ts");
    expect(offenders(rule, judged).filter((offender) => !isLong(offender))).toEqual([]);
  });
});

describe("queues", async () => {
  const registered: string[] = [];
  vi.spyOn(console, "warn").mockImplementation(() => undefined); // the library says that there is no host
  for (const kind of ["http", "timer", "setup", "eventGrid", "eventHub"] as const)
    vi.spyOn(app, kind).mockImplementation(() => undefined);
  vi.spyOn(app, "storageQueue").mockImplementation((_name, options) => {
    if ("queueName" in options) registered.push(options.queueName);
  });
  const triggers = sources("functions").filter(({ path }) => !path.endsWith(".test.ts"));
  for (const { path } of triggers) await import(/* @vite-ignore */ `../${path}`);
  vi.restoreAllMocks();

  test("R9: every queue that is worked on has a function for what failed in it", () => {
    const isPoison = (queue: string): boolean => queue.endsWith(names.poisonSuffix);
    const poisoned = registered.filter(isPoison).map((queue) => queue.slice(0, -names.poisonSuffix.length));
    const worked = registered.filter((queue) => !isPoison(queue));
    expect(poisoned.sort()).toEqual(worked.sort());
    expect(worked.filter((queue) => !Object.values<string>(names).includes(queue))).toEqual([]);
    if (triggers.length > 0)
      expect(worked).toEqual(
        expect.arrayContaining([names.refreshQueue, names.subscriptionsQueue, names.graphEventsQueue]),
      );
  });
});

/** Something wrong for each rule, and where it would be written. */
const SAMPLES: readonly (readonly [path: string, text: string])[] = [
  ["functions/refresh.ts", 'import { TableStore } from "../shared/adapters/tableStore.js";'],
  ["functions/refresh.ts", 'import { TableClient } from "@azure/data-tables";'],
  ["functions/refresh.ts", 'export const x = await import("../shared/adapters/tables.js");'],
  ["functions/refresh.ts", 'import { refresh } from "./poison.js";'],
  ["shared/runtime.ts", 'import { startAzurite } from "../local/azurite.js";'],
  ["shared/runtime.ts", 'import "../functions/refresh.js";'],
  ["shared/adapters/tables.ts", 'import { parseConfig } from "../config.js";'],
  ["shared/adapters/tables.ts", 'import type { Runtime } from "../runtime.js";'],
  ["shared/adapters/graph/x.ts", 'export { problem } from "../../http/problem.js";'],
  ["client/send.ts", 'import { PROBLEM_STATUS } from "../shared/http/problem.js";'],
  ["client/send.ts", 'import * as z from "zod";'],
  ["shared/domain/refresh.ts", 'import type { RefreshMessage } from "../messages.js";'],
  ["shared/domain/refresh.ts", 'import * as z from "zod";'],
  ["shared/domain/refresh.ts", 'import { readFile } from "node:fs/promises";'],
  ["shared/domain/refresh.ts", 'import { Temporal } from "temporal-polyfill";'],
  ["shared/http/body.ts", 'import { jwtVerify } from "jose";'],
  ["shared/http/body.ts", 'import { parseConfig } from "../config.js";'],
  ["shared/messages.ts", 'import { TableStore } from "./adapters/tableStore.js";'],
  ["shared/graphSettings.ts", 'import * as z from "zod";'],
  ["shared/config.ts", 'import { Runtime } from "./runtime.js";'],
  ["shared/settings.ts", 'import { parseConfig } from "./config.js";'],
  ["shared/domain/a.ts", "const now = Date.now();"],
  ["shared/domain/a.ts", "const now = new Date();"],
  ["shared/domain/a.ts", "const x = Math.random();"],
  ["shared/domain/a.ts", "const x = process.env.X;"],
  ["shared/domain/a.ts", "await fetch(url);"],
  ["shared/domain/a.ts", "setTimeout(() => 1, 2);"],
  ["shared/domain/a.ts", "setInterval(() => 1, 2);"],
  ["shared/domain/a.ts", "const id = crypto.randomUUID();"],
  ["shared/domain/a.ts", 'console.log("x");'],
  ["shared/domain/a.ts", "performance.now();"],
  ["shared/domain/a.ts", "Temporal.Now.instant();"],
  ["shared/domain/a.ts", 'import { createHash, randomInt } from "node:crypto";'],
  ["shared/domain/a.ts", 'import crypto from "node:crypto";'],
  ["shared/adapters/a.ts", "const x = process.env.AzureWebJobsStorage;"],
  ["functions/a.ts", 'app.storageQueue("refresh", { queueName: "refresh" });'],
  ["functions/a.ts", "const poison = `refresh-poison`;"],
  ["functions/a.ts", 'const events = "graph-events";'],
  ["shared/adapters/a.ts", 'service.getQueueClient("refresh");'],
  ["shared/runtime.ts", 'openTable(access, "calendars", clock);'],
  ["shared/runtime.ts", 'const queues = { refreshQueue: "refresh" };'],
  ["local/a.ts", "const x: any = 1;"],
  ["local/a.ts", "const x = y as any;"],
  ["local/a.ts", "const x = new Map<string, any>();"],
  ["local/a.ts", "const x: any[] = [];"],
  ["local/a.ts", "const x = y!.z;"],
  ["local/a.ts", "const x = y[0]!;"],
  ["local/a.ts", "const x = f()!;"],
  ["local/a.ts", "\n".repeat(250).concat("x")],
  ["test/a.test.ts", 'test("works", () => undefined);'],
  ["test/a.test.ts", 'test("R6: conflict", () => undefined);'],
  ["test/a.test.ts", 'test("should return the right thing", () => undefined);'],
];

describe("the rules themselves", () => {
  const rules = [...DIRECTIONS, ...PURITY, ...NAMES_ONCE, ...SHAPE];

  test.each(SAMPLES)("A1: what is banned is caught: %s: %j", (path, text) => {
    expect(rules.flatMap((rule) => offenders(rule, [{ path, text }]))).not.toEqual([]);
  });

  test("A1: every rule catches at least one of the samples", () => {
    const idle = rules.filter((rule) =>
      SAMPLES.every(([path, text]) => offenders(rule, [{ path, text }]).length === 0),
    );
    expect(idle.map(({ what }) => what)).toEqual([]);
  });

  test("A1: a comment may name what code may not", () => {
    const text = "/** Never Date.now(), nor `any`. */\nconst a = 1; // not new Date(), not x!.y\n";
    expect(rules.flatMap((rule) => offenders(rule, [{ path: "shared/domain/a.ts", text }]))).toEqual([]);
  });

  test("A1: there is source to be judged at all", () => {
    expect(ALL.filter(({ path }) => path.startsWith("shared/domain/")).length).toBeGreaterThan(20);
  });
});
