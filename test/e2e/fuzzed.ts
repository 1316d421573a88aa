/** Whatever comes over the wire: an answer that the document describes, and never a fault of the service [A8]. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { text as textOf } from "node:stream/consumers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { queriesOf, spoiled, valuesOf } from "../http/arbitraries.js";
import { Described, isTooOld, type OpenApi } from "../http/described.js";
import type { Answer } from "./api.js";
import { keys, timeoutFactor } from "./elsewhere.js";
import type { Product } from "./product.js";

const RUNS = { numRuns: 40 };
/** Far longer than any answer here takes on a machine that does nothing else. */
const ANSWER_MS_MAX = 10_000 * timeoutFactor;

const document: OpenApi = JSON.parse(readFileSync("docs/openapi.json", "utf8"));
const described = new Described(document);
const withBody = described.operations.filter(({ requestBody }) => requestBody !== undefined);
const withQuery = described.operations.filter(
  ({ method, parameters = [] }) => method === "GET" && parameters.some((one) => one.in === "query"),
);

function expectDescribed(operationId: string, answer: Answer): void {
  if (!isTooOld(answer)) expect(answer.status, answer.text).toBeLessThan(500);
  expect(described.faults(operationId, answer)).toEqual([]);
}

/** The path goes out as it is written here, which fetch would not do. */
async function raw(base: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const url = new URL(base);
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const sent = send({
    ...{ host: url.hostname, port: url.port, path, agent: false },
    headers: { ...(keys.function && { "x-functions-key": keys.function }), ...headers },
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const text = await textOf(response);
  const told = Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const body: unknown = /^[[{]/.test(text) ? JSON.parse(text) : undefined;
  return { status: response.statusCode ?? 0, headers: new Headers(told), text, body };
}

export function fuzzed(product: () => Product): void {
  test.each(withBody)(
    "A8: bodies of $path that nearly fit are answered as described",
    ({ operationId, path, requestBody }) =>
      fc.assert(
        fc.asyncProperty(
          spoiled(valuesOf(requestBody?.content["application/json"]?.schema ?? {}, document)),
          async ({ value }) => expectDescribed(operationId, await product().api.post(`/api${path}`, value)),
        ),
        RUNS,
      ),
  );

  test.each(withQuery)(
    "A8: queries of $path that nearly fit are answered as described",
    ({ operationId, path, parameters = [] }) =>
      fc.assert(
        fc.asyncProperty(queriesOf(parameters, document), async (query) =>
          expectDescribed(operationId, await product().api.get(`/api${path}?${query}`)),
        ),
        RUNS,
      ),
  );

  test.each([
    "/api/calendars/..",
    "/api/calendars/../../admin/functions",
    "/api/calendars/..%2f..%2fadmin%2ffunctions",
    "/api/calendars/%2e%2e/%2e%2e/admin/host/keys",
    "/api/calendars/%00",
    "/api/calendars/%",
    "/api/calendars/%ff%fe",
    "/api/calendars/a%20b",
    "/api/calendars/a;b=c",
    "/api/calendars/a?b?c#d",
    `/api/calendars/${"a".repeat(4_000)}`,
    "/api//calendars//x",
    "/api/CALENDARS/\\..\\..",
    "//api/calendars/x",
  ])("A8: a path such as %s opens nothing and breaks nothing", async (path) => {
    const { status, text } = await raw(product().api.url, path);
    expect([400, 404, ...(path.startsWith("/api//") || path.startsWith("//") ? [401] : [])]).toContain(status);
    expect(text).not.toMatch(/masterKey|"config"| {4}at /);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ["a tag that never ends", { "if-none-match": '"'.repeat(6_000) }],
    ["tags without number", { "if-none-match": 'W/"x",'.repeat(1_000) }],
    ["a token without end", { authorization: `Bearer ${"a.".repeat(3_000)}` }],
    ["a claim to be somebody", { "x-ms-client-principal": "eyJhIjoxfQ==", "x-forwarded-for": "::1" }],
    ["another method in its pocket", { "x-http-method-override": "DELETE", "content-type": "x/y; charset=utf-7" }],
    ["a range", { range: "bytes=0-1", expect: "100-continue", te: "trailers" }],
  ])("A8: headers with %s change nothing", async (_, headers) => {
    const query = `id=${"a".repeat(26)}&start=2026-12-01T00:00:00Z&end=2026-12-02T00:00:00Z`;
    const answer = await raw(product().api.url, `/api/availability?${query}`, headers);
    expect(answer).toMatchObject({ status: 200, body: { calendars: [{ reason: "notWatched" }] } });
  });

  test("A8: the same calendar 200 times is answered 200 times, alike", async () => {
    const calendars = Array(200).fill({ mailbox: "anna@contoso.com" });
    const request = { calendars, start: "2026-12-01T00:00:00Z", end: "2026-12-02T00:00:00Z", ifStale: "refresh" };
    const answer = await product().api.post("/api/availability", request);
    expectDescribed("readAvailability", answer);
    const { calendars: answered } = answer.body as { readonly calendars: readonly unknown[] };
    expect({ count: answered.length, kinds: new Set(answered.map((one) => JSON.stringify(one))).size }).toEqual({
      count: 200,
      kinds: 1,
    });
  });
}
