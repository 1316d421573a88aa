/** The OpenAPI 3.1 document of the interface, made of the schemas that check requests and of those of the answers. */
import { PROBLEMS } from "../answers/problems.js";
import { PROBLEM_STATUS, type ProblemCode, TITLES } from "../problem.js";
import { Components, type JsonSchema } from "./jsonSchema.js";
import { operationObject } from "./operation.js";
import type { Operation } from "./route.js";

/** Real requests and answers. `answers` by status, `problems` by code. */
export interface Examples {
  readonly operations: Readonly<
    Record<string, { readonly request?: unknown; readonly answers: Readonly<Record<string, unknown>> }>
  >;
  readonly problems: Readonly<Record<string, unknown>>;
}

const INFO = {
  title: "Outlook Availability",
  version: "0.1.0",
  summary: "When Outlook calendars are busy, and how fresh that knowledge is.",
  description: [
    "Free is what is in neither `busy` nor `unknown`: unknown is never free. Every answer carries its age, `asOf`.",
    "Times are RFC 3339; answers are in UTC. Intervals are half-open. Unknown fields of a request are refused.",
    "Errors are RFC 9457 problems with a stable `code`; what is wrong with a request is in `errors`, field by field.",
    "An unknown route or method is the host's own 404, without a body. What the platform refuses before the app is asked " +
      "(a key that is missing, too many requests, no instance) is its own 401, 429, 502 or 503.",
  ].join("\n\n"),
  license: { name: "MIT", identifier: "MIT" },
};

const SECURITY_SCHEMES = {
  entra: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description:
      "AUTH=entra: an access token of Microsoft Entra ID; the role that is named here is one of its app roles. " +
      "Availability.Read.All includes Availability.Read, and sees what others watch.",
  },
  functionKey: {
    type: "apiKey",
    in: "header",
    name: "x-functions-key",
    description:
      "AUTH=key: a key of the Functions app. One consumer, with all roles. Without one it is the platform's own 401, without a body.",
  },
};

/** Throws where two schemas or two operations go by one name. Pure; takes some milliseconds, so make it once. */
export function openApiDocument(operations: readonly Operation[], examples: Examples): JsonSchema {
  const components = new Components();
  const responses = problemResponses(components, examples);
  const paths = pathsOf(operations, components, examples);
  return {
    openapi: "3.1.0",
    info: INFO,
    servers: [{ url: "/api", description: "The app that serves this document." }],
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      responses: used(responses, paths),
      schemas: discriminated(components.schemas),
    },
  };
}

function pathsOf(operations: readonly Operation[], components: Components, examples: Examples): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  const ids = new Set<string>();
  for (const operation of operations) {
    if (ids.has(operation.id)) throw new Error(`two operations are called ${operation.id}`);
    ids.add(operation.id);
    const path = paths[operation.path] ?? {};
    paths[operation.path] = { ...path, [operation.method]: operationObject(operation, components, examples) };
  }
  return paths;
}

const CHALLENGE = { "WWW-Authenticate": { description: "RFC 6750, section 3.", schema: { type: "string" } } };
const RETRY_AFTER = {
  "Retry-After": { description: "Seconds.", required: true, schema: { type: "integer", minimum: 0 } },
};
const HEADERS: Readonly<Partial<Record<ProblemCode, JsonSchema>>> = {
  unauthenticated: CHALLENGE,
  forbidden: CHALLENGE,
  staleData: RETRY_AFTER,
  storageUnavailable: RETRY_AFTER,
  keysUnavailable: RETRY_AFTER,
};

function problemResponses(components: Components, { problems }: Examples): JsonSchema {
  const entries = Object.entries(PROBLEMS).map(([code, schema]) => {
    const known = code as ProblemCode;
    const content = {
      schema: components.add(schema, "output"),
      ...(problems[code] ? { example: problems[code] } : {}),
    };
    return [
      code,
      {
        description: `${PROBLEM_STATUS[known]} ${TITLES[known]}: \`${code}\`.`,
        ...(HEADERS[known] && { headers: HEADERS[known] }),
        content: { "application/problem+json": content },
      },
    ];
  });
  return Object.fromEntries(entries);
}

/** Codes that only ever stand beside another of their status have no response of their own. */
function used(responses: JsonSchema, paths: JsonSchema): JsonSchema {
  const text = JSON.stringify(paths);
  return Object.fromEntries(Object.entries(responses).filter(([code]) => text.includes(`/responses/${code}"`)));
}

/** A union whose members differ in `state` says so, for generators of clients. */
const discriminated = (schemas: Readonly<Record<string, JsonSchema>>): JsonSchema =>
  Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      "oneOf" in schema
        ? { ...schema, discriminator: { propertyName: "state", mapping: mappingOf(schema, schemas) } }
        : schema,
    ]),
  );

function mappingOf({ oneOf }: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>): Record<string, string> {
  return Object.fromEntries(
    (oneOf as readonly { readonly $ref: string }[]).map(({ $ref }) => {
      const member = schemas[$ref.split("/").at(-1) ?? ""] as { properties: { state: { const: string } } } | undefined;
      return [member?.properties.state.const ?? "", $ref];
    }),
  );
}
