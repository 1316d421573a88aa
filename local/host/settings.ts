/** App settings: the environment, completed from `local.settings.json`. The environment wins, as in Core Tools. */
import { join } from "node:path";
import { isObject, readJsonFile } from "./jsonFile.js";
import { HostRefusal } from "./refusal.js";

export type Env = Record<string, string | undefined>;

export function applyLocalSettings(appDir: string, env: Env): void {
  const file = readJsonFile(join(appDir, "local.settings.json"));
  if (file?.IsEncrypted === true) throw new HostRefusal("local.settings.json: encrypted values are not supported");
  const values = file?.Values;
  if (!isObject(values)) return;
  for (const [name, value] of Object.entries(values)) setUnlessSet(env, name, String(value));
}

/** An empty variable counts as not set. */
export function setUnlessSet(env: Env, name: string, value: string): void {
  if ((env[name] ?? "") === "") env[name] = value;
}

/** Replaces each `%NAME%` by the app setting of that name; throws a refusal if there is none. */
export function resolveSettings(text: string, env: Env): string {
  return text.replace(/%([^%]+)%/g, (placeholder, name: string) => {
    const value = env[name];
    if (value === undefined) throw new HostRefusal(`app setting '${name}' is not set (needed by "${placeholder}")`);
    return value;
  });
}

const DEFAULT_CONNECTION = "AzureWebJobsStorage";

/** A connection names a setting: `AzureWebJobs<NAME>` first, then `<NAME>`; none means `AzureWebJobsStorage`. */
export function connectionString(connection: string | undefined, env: Env): string {
  const name = connection === undefined || connection === "" ? DEFAULT_CONNECTION : connection;
  const value = [env[`AzureWebJobs${name}`], env[name]].find((text) => text !== undefined && text !== "");
  if (value === undefined)
    throw new HostRefusal(
      `connection setting '${name}' is not set: it should be a connection string, which is all that this host takes`,
    );
  return value;
}
