/** The queries of infra/monitoring, by the names of their files. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { LOG_EVENTS } from "../../shared/domain/logEvents.js";
import { textsIn } from "./kql.js";

export const MONITORING = "infra/monitoring";

const within = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    globSync(`${MONITORING}/queries/${folder}*.kql`)
      .sort()
      .map((file) => [basename(file, ".kql"), readFileSync(file, "utf8")]),
  );

export const ALERTS = within("alerts/");
export const TILES = within("workbook/");
export const ALL: ReadonlyMap<string, string> = new Map([...ALERTS, ...TILES, ...within("")]);

/** The log events that a query names. */
export const eventsIn = (query: string): string[] => [
  ...new Set(textsIn(query).filter((text) => (LOG_EVENTS as readonly string[]).includes(text))),
];
