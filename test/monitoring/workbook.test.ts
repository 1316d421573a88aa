/** The workbook's JSON held to its queries, and to what the portal can draw of them. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { workbookFile, workbookJson } from "../../deploy/workbook.js";
import { columnsOf } from "./kql.js";
import { ALERTS, TILES } from "./queries.js";

const Parameters = z.object({
  type: z.literal(9),
  content: z.object({ parameters: z.array(z.object({ name: z.string(), type: z.literal(4) })).min(1) }),
});
const Text = z.object({ type: z.literal(1), content: z.object({ json: z.string().startsWith("## ") }) });
const Tile = z.object({
  type: z.literal(3),
  name: z.string(),
  customWidth: z.string().regex(/^\d+$/),
  content: z.object({
    version: z.literal("KqlItem/1.0"),
    query: z.string(),
    title: z.string(),
    timeContextFromParameter: z.string(),
    queryType: z.literal(0),
    resourceType: z.literal("microsoft.operationalinsights/workspaces"),
    crossComponentResources: z.tuple([z.literal("LOG_WORKSPACE_ID")]),
    visualization: z.enum(["table", "timechart", "barchart"]),
  }),
});
const Workbook = z.object({
  version: z.literal("Notebook/1.0"),
  items: z.array(z.discriminatedUnion("type", [Parameters, Text, Tile])),
  fallbackResourceIds: z.tuple([z.literal("LOG_WORKSPACE_ID")]),
});

const text = readFileSync(workbookFile, "utf8");
const { items } = Workbook.parse(JSON.parse(text));
const tiles = items.flatMap((item) => (item.type === 3 ? [item] : []));
const parameters = items.flatMap((item) => (item.type === 9 ? item.content.parameters : [])).map(({ name }) => name);
const schema = JSON.parse(readFileSync("test/monitoring/tables.json", "utf8"));
const alertsBicep = readFileSync("infra/monitoring/alerts.bicep", "utf8");

describe("the workbook", () => {
  test("is what npm run workbook makes of the queries' files", () => {
    expect(text).toBe(workbookJson());
  });

  test("shows every query once, word for word, in the time that is chosen above", () => {
    expect(tiles.map(({ name }) => name).sort()).toEqual([...TILES.keys()]);
    for (const { name, content } of tiles) {
      expect(content.query).toBe(TILES.get(name));
      expect(parameters).toContain(content.timeContextFromParameter);
    }
  });

  test.each(tiles.map((tile) => [tile.name, tile] as const))(
    "%s: its chart can be drawn of its columns",
    (_name, tile) => {
      const { query, visualization } = tile.content;
      const columns = columnsOf(query, schema);
      if (visualization !== "table") expect(columns).toContain("TimeGenerated");
      if (visualization === "timechart") expect(query).toMatch(/\| order by TimeGenerated asc\n$/);
      expect(columns.length).toBeGreaterThan(1);
    },
  );
});

describe("the alerts", () => {
  const rules = [...alertsBicep.matchAll(/\{\n\s+name: '(\w+)'\n([\s\S]*?)\n {2}\}/g)].map(
    ([, name = "", rest = ""]) => ({
      name,
      file: /queries\/alerts\/(\w+)\.kql/.exec(rest)?.[1],
      measure: /measure: '(\w+)'/.exec(rest)?.[1],
    }),
  );

  test("are one for every query's file, by its name", () => {
    expect(rules.map(({ name }) => name).sort()).toEqual([...ALERTS.keys()]);
    expect(rules.filter(({ name, file }) => name !== file)).toEqual([]);
  });

  test.each(rules)("$name: measures a column that its query ends with, alone", ({ name, measure }) => {
    const columns = columnsOf(ALERTS.get(name) ?? "", schema);
    if (measure === undefined) expect(columns.length).toBeGreaterThan(0);
    else expect(columns).toEqual([measure]);
  });
});
