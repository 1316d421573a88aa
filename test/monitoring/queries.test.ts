/** Every query held to what there is: tables and their columns, log events, and the fields that the app really logs. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { LOG_EVENTS, type LogEvent } from "../../shared/domain/logEvents.js";
import { linesOf } from "./emitted.js";
import { columnsOf, fieldsIn, type Schema, textsIn } from "./kql.js";
import { ALL, eventsIn } from "./queries.js";

/** Source: the reference of Azure Monitor's tables, https://learn.microsoft.com/azure/azure-monitor/reference/tables-index */
const schema: Schema = JSON.parse(readFileSync("test/monitoring/tables.json", "utf8"));

/** Every event, as the app logs it in the course of things. */
const emitted = new Map<LogEvent["event"], readonly LogEvent[]>();
beforeAll(async () => {
  for (const event of LOG_EVENTS) emitted.set(event, await linesOf(event));
}, 60_000);

describe("log events", () => {
  test.each(LOG_EVENTS)("the app really logs %s", (event) => {
    expect(emitted.get(event)).not.toEqual([]);
  });

  test("every one is looked at by some query", () => {
    const looked = new Set([...ALL.values()].flatMap(eventsIn));
    expect(LOG_EVENTS.filter((event) => !looked.has(event))).toEqual([]);
  });

  test("their lines hold plain values only, and no address", () => {
    const lines = [...emitted.values()].flat();
    const values = lines.flatMap((line) => Object.values(line));
    expect(values.filter((value) => typeof value === "object" && value !== null)).toEqual([]);
    expect(lines.filter((line) => JSON.stringify(line).includes("@"))).toEqual([]);
  });
});

describe.each([...ALL])("the query %s", (_name, query) => {
  test("reads columns that its table has, or that it has made itself", () => {
    expect(columnsOf(query, schema)).not.toEqual([]);
  });

  test("names log events that there are, and only fields that they are logged with", () => {
    const names = textsIn(query).filter((text) => /^[a-z]+\.[a-zA-Z]+$/.test(text));
    expect(names.filter((name) => !(LOG_EVENTS as readonly string[]).includes(name))).toEqual([]);
    const lines = eventsIn(query).flatMap((event) => emitted.get(event as LogEvent["event"]) ?? []);
    const logged = new Set(lines.flatMap((line) => Object.keys(JSON.parse(JSON.stringify(line)))));
    expect(fieldsIn(query).filter((field) => !logged.has(field))).toEqual([]);
  });

  test("begins with a sentence that says what it is about", () => {
    expect(query).toMatch(/^\/\/ [A-Z].{20,}\.\n[A-Z]\w+\n\| /);
  });
});

describe("the analysis itself", () => {
  const columns = (query: string): string[] => columnsOf(query, { T: ["A", "B", "Message"] });

  test("follows columns through every operator that is used", () => {
    expect(columns("T\n| extend c = A + B, d = c\n| project x = d, B")).toEqual(["x", "B"]);
    expect(columns("T | summarize n = count(), arg_max(A, B) by Message, bin(A, 1h)")).toEqual([
      "n",
      "A",
      "B",
      "Message",
    ]);
    expect(columns("T | summarize percentiles(A, 50, 95) | project percentile_A_95")).toEqual(["percentile_A_95"]);
    expect(columns('T | where Message has "x | y" and A > 1 // comment\n| project-rename C = B | top 3 by C')).toEqual([
      ...["A", "C", "Message"],
    ]);
  });

  test.each([
    ["no such table", "U | where A > 1"],
    ["no such column", "T | where C > 1"],
    ["a column that was left behind", "T | project A | where B > 1"],
    ["a column inside a function", "T | extend x = toint(C)"],
    ["a column to group by", "T | summarize count() by C"],
    ["an aggregate without a name", "T | summarize count() by A"],
    ["an operator that is not known", "T | join kind=inner U on A"],
  ])("refuses %s", (_what, query) => {
    expect(() => columns(query)).toThrow();
  });
});
