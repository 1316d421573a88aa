/** Everything that the Bicep CLI can say against infra/. Each check returns its complaints; none is good. */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Bicep } from "./bicep.js";

const INFRA = "infra";

const snapshotParameters = (): string[] => globSync(`${INFRA}/snapshots/*.bicepparam`).sort();
const committedOf = (parameters: string): string => parameters.replace(/\.bicepparam$/, ".snapshot.json");

interface Snapshot {
  readonly predictedResources: readonly { readonly id: string }[];
  readonly outputs?: Readonly<Record<string, unknown>>;
}
const parsed = (snapshot: string): Snapshot => JSON.parse(snapshot);

/** Format, compiler and linter, parameters, snapshots. The session must give AZURE_LOCATION, which alone has no default. */
export async function allComplaints(bicep: Bicep): Promise<string[]> {
  const complaints = [];
  for (const file of globSync(`${INFRA}/**/*.{bicep,bicepparam}`).sort())
    complaints.push(...(await formatComplaints(bicep, file)));
  // Both stages with all their modules; graph-permissions/ is left out: its types are in a registry.
  for (const file of globSync(`${INFRA}/*.bicep`).sort()) complaints.push(...(await bicep.build(file)).complaints);
  complaints.push(...(await bicep.buildParams(`${INFRA}/main.bicepparam`)).complaints);
  for (const file of snapshotParameters()) complaints.push(...(await snapshotComplaints(bicep, file)));
  return [...new Set(complaints)]; // a module says the same of itself wherever it is used
}

async function formatComplaints(bicep: Bicep, file: string): Promise<string[]> {
  const isFormatted = (await bicep.format(file)) === readFileSync(file, "utf8");
  return isFormatted ? [] : [`${file}: not formatted; run "npm run bicep -- format ${file}"`];
}

/** Whether the parameter file still comes to the resources in its committed snapshot. */
async function snapshotComplaints(bicep: Bicep, parameters: string): Promise<string[]> {
  const made = await bicep.snapshot(parameters);
  if (made.kind === "refused") return [`${parameters}: ${made.reason}`];
  const differences = differencesOf(parsed(readFileSync(committedOf(parameters), "utf8")), parsed(made.snapshot));
  if (differences.length === 0) return [];
  return [`${parameters}: differs from its snapshot. If that is meant: npm run snapshots`, ...differences];
}

/** Resources by id and outputs by name, whatever their order: Bicep writes outputs in another one each time. */
export function differencesOf(committed: Snapshot, made: Snapshot): string[] {
  const [before, after] = [committed, made].map(
    ({ predictedResources, outputs = {} }) =>
      new Map<string, unknown>([
        ...predictedResources.map((resource) => [resource.id, resource] as const),
        ...Object.entries(outputs),
      ]),
  ) as [Map<string, unknown>, Map<string, unknown>];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((part) => {
    if (!after.has(part)) return [`  gone: ${part}`];
    if (!before.has(part)) return [`  new: ${part}`];
    return isDeepStrictEqual(before.get(part), after.get(part)) ? [] : [`  changed: ${part}`];
  });
}

/** Writes the snapshots anew. Errors: throws with what Bicep says. */
export async function writeSnapshots(bicep: Bicep): Promise<void> {
  for (const parameters of snapshotParameters()) {
    const made = await bicep.snapshot(parameters);
    if (made.kind === "refused") throw new Error(`${parameters}: ${made.reason}`);
    writeFileSync(committedOf(parameters), inOrder(parsed(made.snapshot)));
  }
}

/** Sorted outputs make no noise in a difference. */
function inOrder({ outputs = {}, ...rest }: Snapshot): string {
  const sorted = Object.entries(outputs).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify({ ...rest, outputs: Object.fromEntries(sorted) }, undefined, 2)}\n`;
}
