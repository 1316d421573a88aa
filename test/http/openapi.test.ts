/** The document of the interface: as it is served, as it is committed, and as the app really answers. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { type Examples, openApiDocument } from "../../shared/http/openapi/document.js";
import { OPERATIONS } from "../../shared/http/openapi/operations.js";
import { PROBLEM_STATUS } from "../../shared/http/problem.js";
import { callFunction, type Registered, registeredFunctions } from "./app.js";
import { clientTypes } from "./clientTypes.js";
import { Described, type OpenApi, type Schema } from "./described.js";
import { realExamples } from "./scene.js";

/** Paths that ask nobody who they are. */
const OPEN = ["/health", "/openapi.json", "/graph/notifications"];
const GUARDED_ANSWERS = {
  401: expect.anything(),
  403: expect.anything(),
  500: expect.anything(),
  503: expect.anything(),
};
const COMMITTED = "docs/openapi.json";
const inFile = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

let functions: readonly Registered[];
let examples: Examples;
let described: Described;
beforeAll(async () => {
  functions = await registeredFunctions();
  examples = await realExamples(functions);
  described = new Described(openApiDocument(OPERATIONS, examples) as unknown as OpenApi);
});

describe("what `npm run openapi` writes", () => {
  test("its examples are what the app answers", async () => {
    await expect(inFile(examples)).toMatchFileSnapshot("../../shared/http/openapi/examples.json");
  });

  test("what is committed is what the schemas say", async () => {
    await expect(inFile(described.document)).toMatchFileSnapshot(`../../${COMMITTED}`);
  });

  test("the client's types are those of the document", async () => {
    await expect(await clientTypes(described.document)).toMatchFileSnapshot("../../client/types.ts");
  });
});

describe("the document", () => {
  test("what is served is what is committed", async () => {
    const { status, headers, body } = await callFunction(functions, "GET", "openapi.json");
    expect({ status, type: headers.get("content-type") }).toEqual({ status: 200, type: "application/json" });
    expect(body).toEqual(JSON.parse(readFileSync(COMMITTED, "utf8")));
  });

  test("a linter for OpenAPI finds nothing wrong with it", async () => {
    const args = ["node_modules/@redocly/cli/bin/cli.js", "lint", COMMITTED, "--format=json", "--extends=recommended"];
    const env = { ...process.env, REDOCLY_TELEMETRY: "off" };
    const run = promisify(execFile)(process.execPath, args, { env });
    const { stdout } = await run.catch((error: { stdout: string }) => error);
    expect(JSON.parse(stdout.slice(stdout.indexOf("{"))).problems).toEqual([]);
  });

  test("the list of calendars needs no parameter, and availability none but the times", () => {
    const required = (path: string): string[] =>
      (described.document.paths[path]?.get?.parameters ?? []).flatMap(({ name, required }) => (required ? [name] : []));
    expect(required("/calendars")).toEqual([]);
    expect(required("/availability")).toEqual(["start", "end"]);
  });

  test("its version is the package's", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(described.document.info.version).toBe(version);
  });
});

describe("its schemas", () => {
  test("each says what it is, but for the notifications that are judged one by one", () => {
    expect(sayNothing(described.document, "")).toEqual([
      "/components/schemas/NotificationCollection/properties/value/items",
    ]);
  });

  test("A8: every parameter and every field of a request says what it means", () => {
    const { schemas } = described.document.components;
    const meant = (schema: object & { readonly description?: unknown; readonly $ref?: unknown }): unknown =>
      schema.description ?? schemas[String(schema.$ref).split("/").at(-1) ?? ""]?.description;
    const parameters = described.operations.flatMap(({ parameters: own = [] }) => own);
    expect(parameters.filter((one) => meant(one) === undefined && meant(one.schema) === undefined)).toEqual([]);
    const requests = described.operations.flatMap(
      ({ requestBody }) => requestBody?.content["application/json"]?.schema ?? [],
    );
    const named = fieldsOf(requests, schemas).filter(([, field]) => meant(field) === undefined);
    expect(named.map(([name]) => name)).toEqual([]);
  });

  test("every example is what the document says", () => {
    for (const { operationId, requestBody, responses } of described.operations) {
      const request = requestBody?.content["application/json"];
      if (request?.example !== undefined) expect(described.mismatches(request.schema, request.example)).toEqual([]);
      for (const status of Object.keys(responses))
        for (const { schema, example, examples = {} } of Object.values(
          described.content(operationId, Number(status)) ?? {},
        ))
          for (const value of [example, ...Object.values(examples).map((one) => one.value)])
            if (value !== undefined) expect(described.mismatches(schema, value)).toEqual([]);
    }
  });

  test("an example with a field more is not, nor one that calls unknown time fresh", () => {
    const { schema, example } = contentOf("readAvailability");
    const { calendars } = example as { calendars: readonly object[] };
    expect(described.mismatches(schema, { ...(example as object), subject: "x" })).not.toEqual([]);
    const fresh = calendars.map((one) => ({ ...one, state: "fresh" }));
    expect(described.mismatches(schema, { ...(example as object), calendars: fresh })).not.toEqual([]);
  });

  test("every operation that answers JSON shows a real answer", () => {
    const without = described.operations.filter(({ operationId, responses }) =>
      Object.keys(responses)
        .filter((status) => status.startsWith("2"))
        .some((status) => {
          const json = described.content(operationId, Number(status))?.["application/json"];
          return json !== undefined && json.example === undefined && operationId !== "openapi";
        }),
    );
    expect(without.map(({ operationId }) => operationId)).toEqual([]);
  });

  test("A8: every code is there with its status, and shown but for the one that nothing leads to", () => {
    const statuses = Object.values(described.document.components.schemas).flatMap(({ properties }) => {
      const { code, status } = (properties ?? {}) as Readonly<Record<string, { readonly const?: unknown }>>;
      return code?.const === undefined ? [] : [[code.const, status?.const]];
    });
    expect(Object.fromEntries(statuses)).toMatchObject(PROBLEM_STATUS);
    const shown = Object.keys(examples.problems);
    expect([...shown, "internal"].sort()).toEqual(Object.keys(PROBLEM_STATUS).sort());
    for (const { operationId, path, responses } of described.operations)
      if (!OPEN.includes(path)) expect({ operationId, ...responses }).toMatchObject(GUARDED_ANSWERS);
  });
});

const contentOf = (operationId: string) => {
  const found = described.content(operationId, 200)?.["application/json"];
  if (found === undefined) throw new Error(`${operationId} has no answer`);
  return found;
};

/** All fields within, and within what it refers to, by name. */
function fieldsOf(value: unknown, schemas: Readonly<Record<string, Schema>>): [name: string, field: Schema][] {
  if (typeof value !== "object" || value === null) return [];
  const {
    properties = {},
    $ref,
    ...rest
  } = value as { readonly properties?: Record<string, Schema>; readonly $ref?: string };
  const referred = $ref === undefined ? undefined : schemas[$ref.split("/").at(-1) ?? ""];
  const inner = [...Object.values(properties), ...Object.values(rest), referred];
  return [...Object.entries(properties), ...inner.flatMap((one) => fieldsOf(one, schemas))];
}

/** Pointers of the schemas that allow anything. */
function sayNothing(value: unknown, at: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const isSchema =
    /\/(?:schema|items|schemas\/\w+|properties\/\w+)$/.test(at) || /\/(?:anyOf|oneOf|allOf)\/\d+$/.test(at);
  const { description: _, ...rest } = value as Schema;
  if (isSchema && Object.keys(rest).length === 0) return [at];
  return Object.entries(value).flatMap(([key, inner]) => (key === "example" ? [] : sayNothing(inner, `${at}/${key}`)));
}
