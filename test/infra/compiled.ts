/** A compiled template, as far as the tests read it. */
import * as z from "zod";

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
export const Template = Described.extend({
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

/** A template and those of all its modules, with their names. */
export function withModules(name: string, template: Template): [name: string, template: Template][] {
  const modules = Object.entries(template.resources).flatMap(([symbol, { properties }]) => {
    const nested = Module.safeParse(properties).data?.template;
    return nested === undefined ? [] : withModules(`${name} > ${symbol}`, nested);
  });
  return [[name, template], ...modules];
}
