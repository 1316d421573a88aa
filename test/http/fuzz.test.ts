/** Whatever is sent to whatever route: an answer that the document describes, soon, and never a fault of the service. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { ANNA } from "../../local/graph/testBed.js";
import { anyone } from "../../shared/http/caller.js";
import { type Answered, callFunction, type Registered, registeredFunctions } from "./app.js";
import { escaped, hostile, queriesOf, spoiled, valuesOf } from "./arbitraries.js";
import {
  Described,
  type DocumentedOperation,
  isTooOld,
  type OpenApi,
  type Schema,
  withoutRemedy,
} from "./described.js";
import { openMemoryRuntime } from "./memoryRuntime.js";

const document: OpenApi = JSON.parse((await import("node:fs")).readFileSync("docs/openapi.json", "utf8"));
const described = new Described(document);
const RUNS = 150;
const LONG_RUN = { numRuns: RUNS, timeout: 2_000, interruptAfterTimeLimit: 25_000 };

const functions: Registered[] = [];
beforeAll(async () => {
  functions.push(...(await registeredFunctions()));
  const service = openMemoryRuntime(anyone);
  await service.watched(ANNA);
});

type Operation = DocumentedOperation & { readonly method: string; readonly path: string };
const operations = described.operations;
const withBody = operations.filter(({ requestBody }) => requestBody !== undefined);
const withQuery = operations.filter(({ parameters = [] }) => parameters.some((one) => one.in === "query"));
const withId = operations.filter(({ path }) => path.includes("{id}"));
const schemaOf = ({ requestBody }: Operation): Schema => requestBody?.content["application/json"]?.schema ?? {};
const pathOf = ({ path }: Operation, id = "a".repeat(26)): string => path.slice(1).replace("{id}", id);

/** As the document says, and no fault. The problem's fields lie within the request. */
function expectDescribed({ operationId }: Operation, answer: Answered): void {
  if (!isTooOld(answer)) expect(answer.status, answer.text + answer.log.join("\n")).toBeLessThan(500);
  expect(described.faults(operationId, answer)).toEqual([]);
  if (![400, 404, 413].includes(answer.status)) return;
  expect(withoutRemedy(answer)).toEqual([]);
  if (answer.status !== 400) return;
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.body).toMatchObject({ code: "invalidRequest", errors: expect.arrayContaining([expect.anything()]) });
}

const pointersOf = ({ body }: Answered): string[] =>
  (body as { readonly errors: readonly { readonly pointer: string }[] }).errors.map(({ pointer }) => pointer);

/** What may be wrong by itself or only beside another field. */
const TOGETHER = /\/(?:end|required|atLeast|stepMinutes|viewIntervalMinutes)$/;

/** What is wrong lies above, below or at the part that was spoiled, or where two parts contradict each other. */
const namesIt = (pointer: string, path: string): boolean =>
  pointer.startsWith(path) || path.startsWith(pointer) || TOGETHER.test(pointer);

describe("A8: never a fault of the service, always as described", () => {
  test.each(withBody)("the body of $method $path, as its schema allows", (operation) =>
    fc.assert(
      fc.asyncProperty(valuesOf(schemaOf(operation), document), async (value) => {
        expectDescribed(
          operation,
          await callFunction(functions, "POST", pathOf(operation), { raw: JSON.stringify(value) }),
        );
      }),
      LONG_RUN,
    ),
  );

  test.each(withBody)("the body of $method $path with one part spoiled, which the problem names", (operation) =>
    fc.assert(
      fc.asyncProperty(spoiled(valuesOf(schemaOf(operation), document)), async ({ value, path }) => {
        const answer = await callFunction(functions, "POST", pathOf(operation), { raw: JSON.stringify(value) ?? "" });
        expectDescribed(operation, answer);
        if (answer.status === 400) expect(pointersOf(answer).some((one) => namesIt(one, path))).toBe(true);
      }),
      LONG_RUN,
    ),
  );

  test.each(withBody)("the body of $method $path that is no JSON, or bytes of anything", (operation) =>
    fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.uint8Array({ maxLength: 200 })), async (raw) => {
        const answer = await callFunction(functions, "POST", pathOf(operation), { raw });
        expectDescribed(operation, answer);
        expect([400, 202]).toContain(answer.status);
      }),
      LONG_RUN,
    ),
  );

  test.each(withQuery)("the query of $method $path", (operation) =>
    fc.assert(
      fc.asyncProperty(queriesOf(operation.parameters ?? [], document), async (query) => {
        const raw = operation.method === "POST" ? { raw: '{"value":[]}' } : {};
        expectDescribed(
          operation,
          await callFunction(functions, operation.method, `${pathOf(operation)}?${query}`, raw),
        );
      }),
      LONG_RUN,
    ),
  );

  test.each(withId)("the id in $method $path", (operation) =>
    fc.assert(
      fc.asyncProperty(hostile, async (id) => {
        const text = escaped(typeof id === "string" ? id : JSON.stringify(id));
        if (["", ".", ".."].includes(text)) return; // no segment of a path
        const answer = await callFunction(functions, operation.method, pathOf(operation, text), {});
        expectDescribed(operation, answer);
        expect(answer.status).toBe(404);
      }),
      LONG_RUN,
    ),
  );

  test.each(operations)("the headers of $method $path", (operation) =>
    fc.assert(
      fc.asyncProperty(headers, async (given) => {
        const raw = operation.method === "POST" ? { raw: "{}" } : {};
        expectDescribed(
          operation,
          await callFunction(functions, operation.method, pathOf(operation), { ...raw, headers: given }),
        );
      }),
      { ...LONG_RUN, numRuns: 40 },
    ),
  );
});

/** What a header may carry at all, under the names that somebody might believe. */
const headers = fc.dictionary(
  fc.constantFrom(
    "authorization",
    "if-none-match",
    "content-type",
    "content-length",
    "x-ms-client-principal",
    "prefer",
  ),
  fc.oneof(
    fc.constantFrom(
      "*",
      'W/""',
      '"',
      "-1",
      "1e9",
      "NaN",
      "Bearer",
      "Bearer a b",
      "text/html; charset=utf-16",
      '"a", "b"',
    ),
    fc.stringMatching(/^[\x21-\x7e\xa0-\xff]{1,60}$/),
    fc.nat(5_000).map((length) => "x".repeat(length)),
  ),
);

describe("too much of the same", () => {
  test("one calendar asked for 200 times is answered 200 times, alike", async () => {
    const calendars = Array(200).fill({ mailbox: ANNA });
    const request = { calendars, start: "2026-12-01T00:00:00Z", end: "2026-12-08T00:00:00Z", combine: "any" };
    const { status, body } = await callFunction(functions, "POST", "availability", { raw: JSON.stringify(request) });
    const answered = (body as { readonly calendars: readonly unknown[] }).calendars;
    expect({ status, count: answered.length }).toEqual({ status: 200, count: 200 });
    expect(new Set(answered.map((one) => JSON.stringify(one))).size).toBe(1);
  });

  test("objects in objects, as deep as a body can hold, are 400", async () => {
    const deep = `${'{"calendars":'.repeat(50_000)}1${"}".repeat(50_000)}`;
    for (const operation of withBody) {
      const answer = await callFunction(functions, "POST", pathOf(operation), { raw: deep });
      expectDescribed(operation, answer);
      expect(answer.status).toBe(400);
    }
  });

  test("a thousand wrong calendars are told in few words", async () => {
    const raw = JSON.stringify({ calendars: Array(199).fill(7), start: 1, end: 2 });
    const { status, text } = await callFunction(functions, "POST", "availability", { raw });
    expect(status).toBe(400);
    expect(text.length).toBeLessThan(10_000);
  });
});
