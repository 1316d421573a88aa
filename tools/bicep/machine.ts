/** What the search for the Bicep CLI asks of the machine: a port, so that tests can be any machine. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";
import { homedir } from "node:os";

export interface Ran {
  readonly code: number;
  /** What it printed, on both streams. */
  readonly output: string;
}

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Where the Azure CLI keeps its own things. */
  readonly azureFolder: string;
  /** `undefined` where there is no such program. */
  run(file: string, args: readonly string[]): Ran | undefined;
  exists(path: string): boolean;
  makeExecutable(path: string): void;
}

/** A restore fetches some 70 MB. */
const RUN_MS_MAX = 300_000;
const QUIET = { DOTNET_CLI_TELEMETRY_OPTOUT: "1", DOTNET_NOLOGO: "1", AZURE_CORE_COLLECT_TELEMETRY: "false" };

/** This machine. */
export const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  azureFolder: process.env.AZURE_CONFIG_DIR ?? `${homedir()}/.azure`,
  run(file, args) {
    const isBatch = file.endsWith(".cmd"); // only a shell runs those
    const ran = spawnSync(file, args, {
      encoding: "utf8",
      env: { ...process.env, ...QUIET },
      shell: isBatch,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: RUN_MS_MAX,
    });
    return ran.error === undefined ? { code: ran.status ?? 1, output: `${ran.stdout}${ran.stderr}` } : undefined;
  },
  exists: existsSync,
  makeExecutable: (path) => chmodSync(path, 0o755),
};
