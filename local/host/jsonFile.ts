import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { HostRefusal, messageOf } from "./refusal.js";

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object in a JSON file; undefined if there is no such file. Refuses what is not an object. */
export function readJsonFile(path: string): JsonObject | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  const value = parseJson(path, text);
  if (isObject(value)) return value;
  throw new HostRefusal(`${basename(path)}: not a JSON object`);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, ""); // editors on Windows put a byte order mark there
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new HostRefusal(`${basename(path)}: ${messageOf(error)}`);
  }
}

/** The parser's own words quote the text, which may be a secret: only where it stopped is told. */
function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = /\(line \d+ column \d+\)/.exec(messageOf(error))?.[0];
    const where = place === undefined ? "" : ` ${place}`;
    throw new HostRefusal(`${basename(path)}: not valid JSON${where}; a value may lack its quotation marks`);
  }
}
