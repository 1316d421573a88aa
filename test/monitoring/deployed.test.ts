/** Alerts and workbook as a deployment comes to them: read from the committed snapshots. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { HARDENED, lastName, MINIMAL, ofType, only, type Snapshot, STAGE_TWO } from "../infra/deployed.js";
import { ALERTS } from "./queries.js";

const RULES = "Microsoft.Insights/scheduledQueryRules";
const WITH_EVENT_GRID = ["deadLetters", "partnerAuthorization"];

const Criterion = z.looseObject({
  query: z.string(),
  timeAggregation: z.enum(["Count", "Maximum", "Minimum"]),
  metricMeasureColumn: z.string().optional(),
  threshold: z.number(),
});
const Rule = z.looseObject({
  scopes: z.tuple([z.string()]),
  windowSize: z.string().regex(/^P(T\d+[MH]|\dD)$/),
  evaluationFrequency: z.string(),
  criteria: z.object({ allOf: z.tuple([Criterion]) }),
  actions: z.object({ actionGroups: z.array(z.string()) }),
});

const alertsOf = (deployed: Snapshot) =>
  ofType(deployed, RULES).map((rule) => ({
    name: lastName(rule).split("-").at(-1) ?? "",
    ...Rule.parse(rule.properties),
  }));

describe.each([
  ["minimal", MINIMAL, [...ALERTS.keys()].filter((name) => !WITH_EVENT_GRID.includes(name))],
  ["hardened", HARDENED, [...ALERTS.keys()]],
] as const)("a %s deployment", (_name, deployed, names) => {
  const workspace = only(deployed, "Microsoft.OperationalInsights/workspaces").id;

  test("has every alert that fits its door, on its own workspace, with the query of the file", () => {
    const alerts = alertsOf(deployed);
    expect(alerts.map(({ name }) => name).sort()).toEqual([...names]);
    for (const { name, scopes, criteria } of alerts) {
      expect(scopes).toEqual([workspace]);
      const query = (ALERTS.get(name) ?? "").split("PARTNER_AUTHORIZATION_EXPIRES");
      for (const part of query) expect(criteria.allOf[0].query).toContain(part);
    }
  });

  test("measures a column where an alert has one, and counts rows where not", () => {
    for (const { criteria } of alertsOf(deployed)) {
      const [{ timeAggregation, metricMeasureColumn }] = criteria.allOf;
      expect(timeAggregation === "Count").toBe(metricMeasureColumn === undefined);
    }
  });

  test("has one workbook, which asks that workspace", () => {
    const { serializedData, sourceId } = only(deployed, "Microsoft.Insights/workbooks").properties;
    const file = readFileSync("infra/monitoring/workbook.json", "utf8");
    expect(serializedData).toBe(file.replaceAll("LOG_WORKSPACE_ID", workspace));
    expect(sourceId).toBe(only(deployed, "Microsoft.Insights/components").id);
  });
});

test("whoever is named is told of every alert; where nobody is, there is no action group", () => {
  const group = only(HARDENED, "Microsoft.Insights/actionGroups");
  expect(group.properties).toMatchObject({ emailReceivers: [{ emailAddress: "operators@contoso.com" }] });
  for (const { actions } of alertsOf(HARDENED)) expect(actions.actionGroups).toEqual([group.id]);
  expect(ofType(MINIMAL, "Microsoft.Insights/actionGroups")).toEqual([]);
  for (const { actions } of alertsOf(MINIMAL)) expect(actions.actionGroups).toEqual([]);
});

test("where the workspace is named, partner topics tell it of dead letters", () => {
  const settings = STAGE_TWO.flatMap((stage) => ofType(stage, "Microsoft.Insights/diagnosticSettings"));
  expect(settings).toHaveLength(1);
  expect(settings[0]?.properties).toMatchObject({ metrics: [{ category: "AllMetrics", enabled: true }] });
});
