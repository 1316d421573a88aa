/** The Bicep CLI for tests: without one they are left out with a notice, in CI they fail. */
import { globSync } from "node:fs";
import { describe } from "vitest";
import * as z from "zod";
import { findBicep, isBicepRequired } from "../../tools/bicep/find.js";
import { thisMachine } from "../../tools/bicep/machine.js";
import { runBicep } from "../../tools/bicep/run.js";

const cli = findBicep(thisMachine);
if (cli.kind === "absent") {
  if (isBicepRequired(process.env)) throw new Error(cli.remedy);
  console.warn(`Tests of infra/ with the real Bicep CLI are left out. ${cli.remedy}`);
}

/** Path of the program; empty where there is none, and then no test of `describeWithBicep` runs. */
export const BICEP = cli.kind === "found" ? cli.path : "";
export const describeWithBicep = describe.skipIf(cli.kind === "absent");

/** graph-permissions/ cannot be compiled without its registry. */
export const bicepFiles = (): string[] =>
  globSync("infra/**/*.bicep")
    .filter((file) => !file.includes("graph-permissions"))
    .sort();

const Described = z.looseObject({ metadata: z.looseObject({ description: z.string().optional() }).optional() });
const Parameter = Described.extend({
  type: z.string().optional(),
  defaultValue: z.unknown().optional(),
  allowedValues: z.array(z.unknown()).optional(),
  minValue: z.number().optional(),
  maxValue: z.number().optional(),
});
const Resource = z.looseObject({
  type: z.string().optional(),
  existing: z.boolean().optional(),
  dependsOn: z.array(z.string()).optional(),
  "@options": z.unknown().optional(),
});
const Template = Described.extend({
  parameters: z.record(z.string(), Parameter).default({}),
  outputs: z.record(z.string(), Described).default({}),
  definitions: z.record(z.string(), Described).default({}),
  // A template without types of its own lists its resources instead of naming them.
  resources: z.preprocess(
    (resources) => (Array.isArray(resources) ? Object.fromEntries(resources.entries()) : resources),
    z.record(z.string(), Resource),
  ),
});
export type Template = z.infer<typeof Template>;

/** Properties of a nested deployment: what a module becomes. */
const Module = z.looseObject({ template: Template });

/** Errors: throws with what the compiler says, warnings too. */
export async function compile(file: string): Promise<Template> {
  const { code, stdout, stderr } = await runBicep(BICEP, ["build", file, "--stdout"]);
  if (code !== 0 || stderr.trim() !== "") throw new Error(stderr);
  return Template.parse(JSON.parse(stdout));
}

/** A template and those of all its modules, with their names. */
export function withModules(name: string, template: Template): [name: string, template: Template][] {
  const modules = Object.entries(template.resources).flatMap(([symbol, { properties }]) => {
    const nested = Module.safeParse(properties).data?.template;
    return nested === undefined ? [] : withModules(`${name} > ${symbol}`, nested);
  });
  return [[name, template], ...modules];
}
