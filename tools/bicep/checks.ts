/** Everything that the Bicep CLI can say against infra/. Each check returns its complaints; none is good. */
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runBicep } from "./run.js";

const INFRA = "infra";

/** Made-up ids that make a snapshot the same everywhere. */
export const SNAPSHOT_SCOPE = [
  ["--subscription-id", "00000000-0000-0000-0000-000000000001"],
  ["--tenant-id", "00000000-0000-0000-0000-000000000002"],
  ["--resource-group", "rg-availability"],
  ["--location", "westeurope"],
].flat();

export const snapshotParameters = (): string[] => globSync(`${INFRA}/snapshots/*.bicepparam`).sort();

/** `format` has no mode that only checks: a copy is formatted, and compared. */
export async function formatComplaints(bicep: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "bicep-format-"));
  try {
    const files = globSync(`${INFRA}/**/*.{bicep,bicepparam}`).sort();
    for (const pattern of ["**/*.bicep", "**/*.bicepparam", "**/bicepconfig.json"])
      for (const file of globSync(`${INFRA}/${pattern}`)) cpSync(file, join(folder, file));
    const runs = [];
    for (const kind of ["bicep", "bicepparam"])
      runs.push(await runBicep(bicep, ["format", "--pattern", `${INFRA}/**/*.${kind}`], folder));
    const unformatted = files.filter((file) => readFileSync(file, "utf8") !== readFileSync(join(folder, file), "utf8"));
    return [
      ...runs.map(({ stderr }) => stderr.trim()).filter((text) => text !== ""),
      ...unformatted.map((file) => `${file}: not formatted; run "npm run bicep -- format ${file}"`),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Compiler and linter, of both stages with all their modules. The exit code is 0 on warnings, so any word is a complaint.
 * graph-permissions/ is left out: its types are in a registry.
 */
export async function lintComplaints(bicep: string): Promise<string[]> {
  const { code, stdout, stderr } = await runBicep(bicep, ["lint", "--pattern", `${INFRA}/*.bicep`]);
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
  return code === 0 || lines.length > 0 ? lines : [`bicep lint: exit code ${code}`];
}

/** The parameters that azd uses, with the only one that it must give. */
export async function parametersComplaints(bicep: string): Promise<string[]> {
  const args = ["build-params", `${INFRA}/main.bicepparam`, "--stdout"];
  const { code, stderr } = await runBicep(bicep, args, process.cwd(), { AZURE_LOCATION: "westeurope" });
  return code === 0 && stderr.trim() === "" ? [] : [stderr.trim() || `bicep build-params: exit code ${code}`];
}

/** Whether the parameter file still comes to the resources in its committed snapshot. */
export async function snapshotComplaints(bicep: string, parameters: string): Promise<string[]> {
  const args = ["snapshot", parameters, "--mode", "validate", ...SNAPSHOT_SCOPE];
  const { code, stdout, stderr } = await runBicep(bicep, args);
  if (code === 0) return [];
  const difference = `${stdout}${stderr}`.trim();
  return [`${parameters}: differs from its snapshot. If that is meant: npm run snapshots\n${difference}`];
}

/** Writes the snapshots anew. Errors: throws with what Bicep says. */
export async function writeSnapshots(bicep: string): Promise<void> {
  for (const parameters of snapshotParameters()) {
    const { code, stderr } = await runBicep(bicep, ["snapshot", parameters, ...SNAPSHOT_SCOPE]);
    if (code !== 0) throw new Error(stderr.trim());
    const file = parameters.replace(/\.bicepparam$/, ".snapshot.json");
    writeFileSync(file, inOrder(readFileSync(file, "utf8")));
  }
}

/** Bicep writes outputs in another order each time, and compares them without regard to it: sorted, they make no noise. */
function inOrder(snapshot: string): string {
  const { outputs, ...rest } = JSON.parse(snapshot) as { readonly outputs?: Readonly<Record<string, unknown>> };
  const sorted = Object.entries(outputs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify({ ...rest, outputs: Object.fromEntries(sorted) }, undefined, 2)}\n`;
}
