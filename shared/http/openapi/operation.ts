/** One operation of the document. */
import * as z from "zod";
import { PROBLEM_STATUS, type ProblemCode } from "../problem.js";
import type { Examples } from "./document.js";
import type { Components, JsonSchema } from "./jsonSchema.js";
import { type Answer, GUARDED, type Operation } from "./route.js";

export function operationObject(operation: Operation, components: Components, examples: Examples): JsonSchema {
  const { id, summary, description, role, body } = operation;
  const shown = examples.operations[id];
  const parameters = parametersOf(operation, components);
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    security: role === "anonymous" ? [] : [{ entra: [role] }, { functionKey: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: { "application/json": content(components.add(body, "input"), shown?.request) },
      },
    }),
    responses: { ...answersOf(operation, components, shown?.answers ?? {}), ...problemsOf(operation, examples) },
  };
}

function parametersOf(operation: Operation, components: Components): JsonSchema[] {
  const places = [
    ["path", operation.pathParameters],
    ["query", operation.query],
    ["header", operation.headers],
  ] as const;
  return places.flatMap(([place, given = {}]) =>
    Object.entries(given).map(([name, schema]) => parameter(operation, components, place, name, schema)),
  );
}

function parameter(
  { commaSeparated = [] }: Operation,
  components: Components,
  place: "path" | "query" | "header",
  name: string,
  schema: z.ZodType,
): JsonSchema {
  const { description, ...rest } = components.add(schema, "input");
  return {
    name,
    in: place,
    required: place === "path" || !z.object({ [name]: schema }).safeParse({}).success,
    ...(description !== undefined && { description }),
    ...(commaSeparated.includes(name) && { style: "form", explode: false }),
    schema: rest,
  };
}

const answersOf = (
  { answers }: Operation,
  components: Components,
  examples: Readonly<Record<string, unknown>>,
): Record<string, JsonSchema> =>
  Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [status, response(answer, components, examples[status])]),
  );

const response = (
  { description, schema, mediaType = "application/json", headers = {} }: Answer,
  components: Components,
  example: unknown,
): JsonSchema => ({
  description,
  ...(Object.keys(headers).length > 0 && {
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, says]) => [name, { description: says, schema: { type: "string" } }]),
    ),
  }),
  ...(schema && { content: { [mediaType]: content(components.add(schema, "output"), example) } }),
});

const content = (schema: JsonSchema, example: unknown): JsonSchema => ({
  schema,
  ...(example !== undefined && { example }),
});

/** By status; two codes of one status stand beside each other. */
function problemsOf({ role, problems }: Operation, examples: Examples): Record<string, JsonSchema> {
  const codes = [...new Set([...problems, ...(role === "anonymous" ? [] : GUARDED)])];
  const statuses = [...new Set(codes.map((code) => PROBLEM_STATUS[code]))].sort();
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      oneResponse(
        codes.filter((code) => PROBLEM_STATUS[code] === status),
        examples,
      ),
    ]),
  );
}

function oneResponse(codes: readonly ProblemCode[], { problems }: Examples): JsonSchema {
  const [first = "internal", ...others] = codes;
  if (others.length === 0) return { $ref: `#/components/responses/${first}` };
  const anyOf = codes.map((code) => ({ $ref: `#/components/schemas/${schemaName(code)}` }));
  const examples = Object.fromEntries(codes.map((code) => [code, { value: problems[code] }]));
  return {
    description: codes.map((code) => `\`${code}\``).join(" or "),
    headers: { "Retry-After": { description: "Seconds.", required: true, schema: { type: "integer", minimum: 0 } } },
    content: { "application/problem+json": { schema: { anyOf }, examples } },
  };
}

const schemaName = (code: ProblemCode): string => `${code.charAt(0).toUpperCase()}${code.slice(1)}Problem`;
