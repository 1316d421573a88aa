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
  failingPeriods: z.object({ numberOfEvaluationPeriods: z.number() }),
});
const Rule = z.looseObject({
  scopes: z.tuple([z.string()]),
  windowSize: z.string(),
  evaluationFrequency: z.string(),
  criteria: z.object({ allOf: z.tuple([Criterion]) }),
  actions: z.object({ actionGroups: z.array(z.string()) }),
});

/** Those that the service takes, in minutes: the lengths of windows, and how often they are looked at. */
const WINDOWS = [5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1_440, 2_880];
const FREQUENCIES = [5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1_440];
/** Log lines reach the workspace within some minutes. */
const LATE_MINUTES = 5;

function minutesOf(duration: string): number {
  const [, days, hours, minutes] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration) ?? [];
  return Number(days ?? 0) * 1_440 + Number(hours ?? 0) * 60 + Number(minutes ?? 0);
}

/** What these look at is told again and again, or by its absence: nothing is lost between two windows. */
const OF_A_STATE = ["silence", "partnerAuthorization"];

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

  test("looks at windows that the service knows, each of which reaches back beyond the look before", () => {
    for (const { name, windowSize, evaluationFrequency } of alertsOf(deployed)) {
      const [window, frequency] = [minutesOf(windowSize), minutesOf(evaluationFrequency)];
      expect(WINDOWS).toContain(window);
      expect(FREQUENCIES).toContain(frequency);
      const overlap = OF_A_STATE.includes(name) ? 0 : LATE_MINUTES;
      expect(window - frequency, name).toBeGreaterThanOrEqual(overlap);
    }
  });

  test("decides by one window: several could be told apart only by a time that no query leaves", () => {
    for (const { criteria } of alertsOf(deployed))
      expect(criteria.allOf[0].failingPeriods.numberOfEvaluationPeriods).toBe(1);
  });

  test("has one workbook, which asks that workspace", () => {
    const { serializedData, sourceId } = only(deployed, "Microsoft.Insights/workbooks").properties;
    const file = readFileSync("infra/monitoring/workbook.json", "utf8");
    expect(serializedData).toBe(file.replaceAll("LOG_WORKSPACE_ID", workspace));
    expect(sourceId).toBe(only(deployed, "Microsoft.Insights/components").id);
  });
});

test("that nothing runs is seen in an empty table too: its query makes a row of none, and counts three periods", () => {
  const [noSweep] = alertsOf(MINIMAL).filter(({ name }) => name === "noSweep");
  const [{ query = "", timeAggregation, threshold } = {}] = noSweep?.criteria.allOf ?? [];
  expect({ timeAggregation, threshold, window: noSweep?.windowSize }).toEqual({
    timeAggregation: "Count",
    threshold: 0,
    window: "PT15M",
  });
  const [summary = "", kept = ""] = query.trim().split("\n").slice(-2);
  expect(summary).toMatch(/^\| summarize refresh = countif\((?:(?! by ).)*$/);
  expect(kept).toBe("| where refresh == 0 or subscriptions == 0");
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
