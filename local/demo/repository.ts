/** Where things are in the repository, for a file that runs compiled or, in tests, as it is written. */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const here = join(import.meta.dirname, "..", "..");

export const ROOT = basename(here) === "dist" ? dirname(here) : here;
export const HOST_MAIN = join(ROOT, "dist", "local", "host", "main.js");

/** Throws where there is nothing to run yet. */
export function demandBuild(): void {
  const missing = [HOST_MAIN, join(ROOT, "dist", "functions", "health.js")].find((file) => !existsSync(file));
  if (missing !== undefined) throw new Error(`${missing} is missing; build first: npm run build`);
}
