/** zod schemas as the JSON Schemas of one document: what has an id stands once, under `components`. */
import * as z from "zod";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** zod's own words for "any safe integer", which say nothing to a reader. */
const UNBOUNDED: readonly unknown[] = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
const DEFS = "#/$defs/";
const COMPONENTS = "#/components/schemas/";

export class Components {
  readonly #schemas = new Map<string, JsonSchema>();

  /** Sorted by name. */
  get schemas(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** A request is described by what may be sent, an answer by what comes. Throws where two schemas share an id. */
  add(schema: z.ZodType, io: "input" | "output"): JsonSchema {
    const { $schema: _, $defs = {}, ...own } = z.toJSONSchema(schema, { io, unrepresentable: "any", override: tidied });
    for (const [name, definition] of Object.entries($defs)) this.#define(name, inDocument(definition));
    return inDocument(own);
  }

  #define(name: string, definition: JsonSchema): void {
    const before = this.#schemas.get(name);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(definition))
      throw new Error(`two different schemas are called ${name}`);
    this.#schemas.set(name, definition);
  }
}

function tidied({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (UNBOUNDED.includes(jsonSchema.maximum)) delete jsonSchema.maximum;
  if (UNBOUNDED.includes(jsonSchema.minimum)) delete jsonSchema.minimum;
}

/** References lead into the document. */
const inDocument = (schema: object): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === "$ref" && typeof value === "string" ? value.replace(DEFS, COMPONENTS) : value,
  ) as JsonSchema;
