/** Where main.bicep was deployed, and with which outputs: azd's environment says so, or the group's deployments do. */
import * as z from "zod";
import { type ProgramRun, runProgram } from "../program.js";
import { type Az, azJson, firstLine } from "./azure.js";

/** Values by their names in capitals: Azure Resource Manager and azd do not keep the case of an output's name. */
export type Values = ReadonlyMap<string, unknown>;

/** An output that only main.bicep has, and no parameter's name: who finds it has found the others. */
export const OF_MAIN = "DELIVERY_IDENTITY_NAME";
/** The newest is main.bicep's, or one of the stages and modules that were deployed with it or after it. */
const DEPLOYMENTS_MAX = 40;
const RUN_MS_MAX = 60_000;

const Listed = z.array(z.object({ name: z.string(), at: z.string(), state: z.string() }));
const Outputs = z.record(z.string(), z.object({ value: z.unknown() })).nullish();

export interface Environment {
  readonly values: Values;
  /** Why azd has told nothing, where it was asked: "azd was not found". */
  readonly azdFailure?: string;
}

export const inCapitals = (values: Readonly<Record<string, unknown>>): Values =>
  new Map(Object.entries(values).map(([name, value]) => [name.toUpperCase(), value]));

/** The environment, and beneath it what azd has stored of this project. Where there is no azd: the environment alone. */
export async function withAzd(
  environment: Readonly<Record<string, string | undefined>>,
  azd: () => Promise<ProgramRun> = azdValues,
): Promise<Environment> {
  const given = inCapitals(environment);
  if (given.has(OF_MAIN)) return { values: given };
  const asked = await azd().catch(notRun);
  if (typeof asked === "string") return { values: given, azdFailure: asked };
  if (asked.code !== 0) return { values: given, azdFailure: `azd env get-values: ${firstLine(asked.stderr)}` };
  const stored = z.record(z.string(), z.unknown()).parse(JSON.parse(asked.stdout));
  return { values: new Map([...inCapitals(stored), ...given]) };
}

const notRun = (error: NodeJS.ErrnoException): string =>
  error.code === "ENOENT" ? "azd was not found" : `azd cannot be run: ${error.message}`;

const azdValues = (): Promise<ProgramRun> =>
  runProgram("azd", ["env", "get-values", "--output", "json"], { timeout: RUN_MS_MAX });

/** Errors: throws in one line where the group has no deployment with these outputs, or not the named one. */
export async function outputsOf(run: Az, resourceGroup: string, deployment?: string): Promise<Values> {
  if (deployment !== undefined) return shown(run, resourceGroup, deployment);
  const query = "[].{name:name,at:properties.timestamp,state:properties.provisioningState}";
  const args = ["deployment", "group", "list", "--resource-group", resourceGroup, "--query", query];
  const done = Listed.parse(await azJson(run, args)).filter(({ state }) => state === "Succeeded");
  const newestFirst = done.sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, DEPLOYMENTS_MAX);
  for (const { name } of newestFirst) {
    const outputs = await shown(run, resourceGroup, name);
    if (outputs.has(OF_MAIN)) return outputs;
  }
  throw new Error(`no deployment of main.bicep was found in ${resourceGroup}; deploy it, or name it by --deployment`);
}

async function shown(run: Az, resourceGroup: string, name: string): Promise<Values> {
  const args = ["deployment", "group", "show", "--resource-group", resourceGroup, "--name", name];
  const outputs = Outputs.parse(await azJson(run, [...args, "--query", "properties.outputs"])) ?? {};
  return inCapitals(Object.fromEntries(Object.entries(outputs).map(([output, { value }]) => [output, value])));
}
