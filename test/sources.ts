/** The project's own source, as the tests that police it read it. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

const ROOT = join(import.meta.dirname, "..");

export interface Source {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** All TypeScript below the folders and of the files named; a folder that is not there holds none. */
export const sources = (...places: readonly string[]): Source[] =>
  places.flatMap(filesOf).map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));

function filesOf(place: string): string[] {
  if (place.endsWith(".ts")) return [place];
  try {
    const entries = readdirSync(join(ROOT, place), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes("node_modules"))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** What a source imports or re-exports, statically or not: own files from the project's root, packages by name. */
export const importsOf = ({ path, text }: Source): string[] =>
  [...codeOf(text).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'`]([^"'`]+)["'`]/g)].map(([, target = ""]) =>
    target.startsWith(".") ? normalize(join(dirname(path), target)).replaceAll("\\", "/") : target,
  );

/** The code without its comments; lines stay where they are. */
export const codeOf = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ""))
    .replace(/(^|[\s;{}(),])\/\/[^\n]*/g, "$1");
