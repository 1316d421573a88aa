/** `npm run workbook`: makes infra/monitoring/workbook.json of the queries in infra/monitoring/queries/workbook. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../local/demo/repository.js";
import { runCommand } from "../tools/commandLine.js";
import { WORKBOOK } from "./options.js";
import { CHAPTERS, type Tile } from "./workbookTiles.js";

const MONITORING = join(ROOT, "infra", "monitoring");
/** workbook.bicep puts the id here. */
const WORKSPACE = "LOG_WORKSPACE_ID";
const TIME_RANGE = "TimeRange";
const HOUR_MS = 3_600_000;
const RANGES_MS = [1, 4, 12, 24, 48, 168, 720].map((hours) => hours * HOUR_MS);

export const workbookFile = join(MONITORING, "workbook.json");

/** The workbook as the portal reads it. Errors: throws where a tile's query is missing. */
export function workbookJson(): string {
  const items = CHAPTERS.flatMap(({ title, about, tiles }) => [
    { type: 1, content: { json: `## ${title}\n${about}` }, name: title },
    ...tiles.map(queryItem),
  ]);
  const workbook = {
    version: "Notebook/1.0",
    items: [timeRange(), ...items],
    fallbackResourceIds: [WORKSPACE],
    $schema: "https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json",
  };
  return `${JSON.stringify(workbook, null, 2)}\n`;
}

const timeRange = () => ({
  type: 9,
  content: {
    version: "KqlParameterItem/1.0",
    parameters: [
      {
        id: "6f6b5d3e-0c55-4f43-9a39-6c8a5a0f2a11",
        version: "KqlParameterItem/1.0",
        name: TIME_RANGE,
        label: "Time",
        type: 4,
        isRequired: true,
        value: { durationMs: 24 * HOUR_MS },
        typeSettings: { selectableValues: RANGES_MS.map((durationMs) => ({ durationMs })), allowCustom: true },
      },
    ],
    style: "pills",
  },
  name: TIME_RANGE,
});

function queryItem({ query, title, chart, width = 100 }: Tile) {
  return {
    type: 3,
    content: {
      version: "KqlItem/1.0",
      query: readFileSync(join(MONITORING, "queries", "workbook", `${query}.kql`), "utf8"),
      size: 0,
      title,
      timeContextFromParameter: TIME_RANGE,
      queryType: 0,
      resourceType: "microsoft.operationalinsights/workspaces",
      crossComponentResources: [WORKSPACE],
      visualization: chart,
    },
    customWidth: String(width),
    name: query,
  };
}

if (process.argv[1] === import.meta.filename)
  process.exitCode = await runCommand(WORKBOOK, process.argv.slice(2), () => {
    writeFileSync(workbookFile, workbookJson());
    console.log(workbookFile);
    return 0;
  });
