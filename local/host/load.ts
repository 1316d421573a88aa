/** Loads the compiled app as the real Node worker does: every file that `main` of package.json matches. */
import { globSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { JsonObject } from "./jsonFile.js";
import { placeOf } from "./log.js";
import { HostRefusal, messageOf } from "./refusal.js";

export async function loadApp(appDir: string, manifest: JsonObject): Promise<void> {
  for (const file of mainFiles(appDir, manifest)) {
    try {
      await load(join(appDir, file), manifest.type === "module");
    } catch (error) {
      throw new HostRefusal(`could not load "${file}": ${messageOf(error)}${placeOf(error)}`);
    }
  }
}

function mainFiles(appDir: string, manifest: JsonObject): readonly string[] {
  const main = String(manifest.main ?? "");
  const found = main === "" ? [] : globSync(main, { cwd: appDir, exclude: ["**/node_modules/**"] });
  const files = found.filter((file) => /\.[cm]?js$/.test(file)).sort();
  if (files.length > 0) return files;
  throw new HostRefusal(`package.json main "${main}" matches no file; build the app first`);
}

async function load(path: string, manifestSaysModule: boolean): Promise<void> {
  const extension = extname(path);
  if (extension === ".mjs" || (extension === ".js" && manifestSaysModule)) {
    await import(pathToFileURL(resolve(path)).href);
  } else {
    createRequire(path)(path);
  }
}
