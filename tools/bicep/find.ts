/** The Bicep CLI: the one on PATH, else the Azure CLI's, else the pinned package, restored with dotnet. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "./machine.js";

export type BicepCli =
  | { readonly kind: "found"; readonly path: string; readonly from: "PATH" | "az" | "dotnet" }
  | { readonly kind: "absent"; readonly remedy: string };

const ROOT = process.cwd(); // npm runs scripts, and vitest its tests, in the project's folder
const PROJECT = join(ROOT, "tools", "bicep.csproj");
const PACKAGES = join(ROOT, ".tools");

/** The version that is restored, and the oldest that knows the api-versions in infra/. */
export const PINNED_VERSION = /Version="\[([\d.]+)\]"/.exec(readFileSync(PROJECT, "utf8"))?.[1] ?? "";

/** Looks in this order, and installs nothing where one is found. Errors: none; "absent" says in a line what to install. */
export function findBicep(machine: Machine): BicepCli {
  if (isRecent(machine, "bicep")) return { kind: "found", path: "bicep", from: "PATH" };
  const ofAzure = azureCliBicep(machine);
  if (ofAzure !== undefined) return { kind: "found", path: ofAzure, from: "az" };
  const restored = restoredBicep(machine);
  if (restored !== undefined) return { kind: "found", path: restored, from: "dotnet" };
  return {
    kind: "absent",
    remedy: `No Bicep CLI ${PINNED_VERSION} or newer: put "bicep" on PATH, or install the Azure CLI ("az bicep install") or a .NET SDK (then it is restored by itself).`,
  };
}

/** In CI a check that was left out would pass for a check that went well. */
export const isBicepRequired = (environment: Readonly<Record<string, string | undefined>>): boolean =>
  Boolean(environment.CI || environment.REQUIRE_BICEP);

/** `az bicep` runs a program of its own; called directly it takes the same arguments as any other. */
function azureCliBicep(machine: Machine): string | undefined {
  const path = join(machine.azureFolder, "bin", machine.platform === "win32" ? "bicep.exe" : "bicep");
  if (!machine.exists(path)) {
    const az = machine.platform === "win32" ? "az.cmd" : "az";
    machine.run(az, ["bicep", "install", "--version", `v${PINNED_VERSION}`]);
  }
  return machine.exists(path) && isRecent(machine, path) ? path : undefined;
}

const OF_PLATFORM: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ["linux", "linux-musl"],
  darwin: ["osx"],
  win32: ["win"],
};

function restoredBicep(machine: Machine): string | undefined {
  const program = machine.platform === "win32" ? "bicep.exe" : "bicep";
  const paths = (OF_PLATFORM[machine.platform] ?? []).map((system) => {
    const name = `azure.bicep.commandline.${system}-${machine.arch}`;
    return join(PACKAGES, name, PINNED_VERSION, "tools", program);
  });
  const there = () => paths.find((path) => machine.exists(path) && isRecent(machine, path));
  const before = there();
  if (before !== undefined) return before;
  machine.run("dotnet", ["restore", PROJECT, "--packages", PACKAGES, "--verbosity", "quiet"]);
  for (const path of paths) if (machine.exists(path)) machine.makeExecutable(path); // the package's mode is its owner's
  return there();
}

function isRecent(machine: Machine, path: string): boolean {
  const ran = machine.run(path, ["--version"]);
  const version = ran?.code === 0 ? /\b(\d+)\.(\d+)\.(\d+)\b/.exec(ran.output) : null;
  return version !== null && compareVersions(version[0], PINNED_VERSION) >= 0;
}

/** Below zero where `a` is older. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  const differences = (left ?? []).map((part, index) => part - (right?.[index] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}
