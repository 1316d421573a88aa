/** The client against a server of its own, which answers as it is told to. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AvailabilityClient, type ClientOptions } from "../../client/availabilityClient.js";
import { freeTimes } from "../../client/freeTimes.js";
import { ProblemError, UnexpectedAnswer } from "../../client/problemError.js";
import type { AvailabilityRequest } from "../../client/types.js";

interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Below it nothing is answered or noted: who stops waiting there may still be heard of while the next test runs. */
const SILENT = "/silent/";
/** Answers to come, in this order; none: the server never answers. */
let script: Told[] = [];
let asked: { readonly line: string; readonly headers: IncomingMessage["headers"]; readonly body: string }[] = [];
let server: Server;
let baseUrl = "";
beforeAll(async () => {
  server = createServer(async (request, response) => {
    if (request.url?.startsWith(SILENT)) return;
    asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: await textOf(request) });
    const next = script.shift();
    if (next === undefined) return;
    const { status = 200, headers = {}, body } = next;
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let slept: number[] = [];
beforeEach(() => {
  [script, asked, slept] = [[], [], []];
});
const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
  slept.push(ms);
  signal?.throwIfAborted();
};
const client = (options: Partial<ClientOptions> = {}) =>
  new AvailabilityClient({ baseUrl, outside: { sleep }, ...options });

const range = { start: "2026-12-01T08:00:00Z", end: "2026-12-01T12:00:00Z" };
const request: AvailabilityRequest = { calendars: [{ mailbox: "anna@contoso.com" }], ...range };
const names = { id: "a".repeat(26), mailbox: "anna@contoso.com", calendar: "primary", tenantId: "t", delivery: "push" };
const busy = [{ start: "2026-12-01T09:00:00Z", end: "2026-12-01T10:00:00Z" }];
const beyond = [{ start: "2026-12-01T11:00:00Z", end: range.end, reason: "beyondHorizon" }];
const fresh = { ...names, state: "fresh", reason: null, asOf: "2026-12-01T07:00:00Z", busy, unknown: beyond };
const nothing = { ...names, state: "unknown", reason: "notWatched", asOf: null, delivery: "none", busy: [] };
const all = [{ ...range, reason: "notWatched" }];
const answer = (...calendars: readonly object[]): Told => ({ body: { ...range, calendars } });
const trouble = (status: number, code: string, headers: Told["headers"] = {}): Told => ({
  status,
  headers,
  body: { type: "about:blank", title: "x", status, code, detail: "so it is" },
});

describe("what is asked", () => {
  test("goes to the route as JSON, with a token made for it", async () => {
    script = [answer(fresh)];
    await client({ token: async () => "abc" }).availability(request);
    expect(asked).toMatchObject([{ line: "POST /api/availability", headers: { authorization: "Bearer abc" } }]);
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual(request);
  });

  test("an id is one part of a path, whatever it holds", async () => {
    script = [{ status: 202, body: { id: names.id } }];
    await client({ functionKey: "key" }).refresh("../health?x");
    expect(asked).toMatchObject([
      { line: "POST /api/calendars/..%2Fhealth%3Fx/refresh", headers: { "x-functions-key": "key" } },
    ]);
  });

  test.each(["", ".", ".."])("%j is no id, and nothing is asked: its path would be something else's", async (id) => {
    await expect(client().explain(id)).rejects.toThrow(/is no calendar id/);
    await expect(client().refresh(id)).rejects.toThrow(/is no calendar id/);
    expect(asked).toEqual([]);
  });

  test("calendars are listed page by page, also over an empty one", async () => {
    const page = (calendars: readonly object[], cursor: string | null): Told => ({ body: { calendars, cursor } });
    script = [page([{ ...fresh, id: "one" }], "c1"), page([], "c2"), page([{ ...fresh, id: "two" }], null)];
    const found: string[] = [];
    for await (const { id } of client().calendars("fresh")) found.push(id);
    expect(found).toEqual(["one", "two"]);
    expect(asked.map(({ line }) => line)).toEqual([
      "GET /api/calendars?state=fresh",
      "GET /api/calendars?state=fresh&cursor=c1",
      "GET /api/calendars?state=fresh&cursor=c2",
    ]);
  });
});

describe("what is answered", () => {
  test("a calendar of which nothing is known has no busy that could be read as free", async () => {
    script = [answer({ ...nothing, unknown: all })];
    const { calendars } = await client().availability(request);
    const [calendar] = calendars;
    if (calendar === undefined) throw new Error("no calendar");
    expect("busy" in calendar).toBe(false);
    // @ts-expect-error: who has not looked at `state` cannot read `busy`
    expect(calendar.busy).toBeUndefined();
    expect(calendar.state !== "unknown" ? calendar.busy : calendar.reason).toBe("notWatched");
    expect(freeTimes(calendar, range)).toEqual([]);
  });

  test("free is what is in neither busy nor unknown", async () => {
    script = [
      answer(fresh, { ...fresh, state: "stale", busy: [], unknown: [] }, { ...fresh, busy: [range], unknown: [] }),
    ];
    const { calendars, ...rest } = await client().availability(request);
    expect(calendars.map((one) => freeTimes(one, rest))).toEqual([
      [
        { start: range.start, end: "2026-12-01T09:00:00Z" },
        { start: "2026-12-01T10:00:00Z", end: "2026-12-01T11:00:00Z" },
      ],
      [range],
      [],
    ]);
  });

  test("a problem is thrown with its code, its status and all that it says", async () => {
    const errors = [{ pointer: "/end", detail: "is missing" }];
    script = [
      { status: 400, body: { type: "about:blank", status: 400, code: "invalidRequest", detail: "so", errors } },
    ];
    const error = await client()
      .availability(request)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ code: "invalidRequest", status: 400, problem: { errors } });
    expect((error as ProblemError).message).toBe("invalidRequest: so");
    expect(asked).toHaveLength(1);
  });

  test.each<[string, Told]>([
    ["an empty 404", { status: 404, body: "" }],
    ["a page of a proxy", { status: 502, body: "<html>" }],
    ["a page with status 200", { status: 200, body: "<html>" }],
    ["somebody else's error", { status: 403, body: { error: { code: "Forbidden" } } }],
  ])("%s is nobody's problem, and says so", async (_, told) => {
    script = [told];
    await expect(client().explain("x")).rejects.toBeInstanceOf(UnexpectedAnswer);
  });
});

describe("when the service is busy", () => {
  test("429 and 503 are tried again after the time that they name", async () => {
    script = [
      trouble(503, "storageUnavailable", { "retry-after": "3" }),
      { status: 429, headers: { "retry-after": new Date(Date.now() - 5_000).toUTCString() } },
      answer(fresh),
    ];
    expect((await client().availability(request)).calendars).toHaveLength(1);
    expect(slept).toEqual([3_000, 0]);
    expect(new Set(asked.map(({ body }) => body))).toEqual(new Set([JSON.stringify(request)]));
  });

  test("tries end at their number, with the last problem", async () => {
    script = Array.from({ length: 9 }, () => trouble(503, "storageUnavailable"));
    await expect(client({ retries: 4 }).availability(request)).rejects.toMatchObject({
      problem: { code: "storageUnavailable" },
    });
    expect(asked).toHaveLength(5);
    expect(slept).toEqual([1_000, 1_000, 1_000, 1_000]);
  });

  test("no more than ten, whatever the number", async () => {
    script = Array.from({ length: 20 }, () => trouble(503, "storageUnavailable", { "retry-after": "0" }));
    await expect(client({ retries: 1e9 }).explain("x")).rejects.toBeInstanceOf(ProblemError);
    expect(asked).toHaveLength(11);
  });

  test("a longer wait than the caller has is an error at once", async () => {
    script = [trouble(503, "storageUnavailable", { "retry-after": "11" })];
    await expect(client().availability(request)).rejects.toMatchObject({ code: "storageUnavailable" });
    expect({ asked: asked.length, slept }).toEqual({ asked: 1, slept: [] });
  });

  test("that a calendar is stale is told at once to who asks to fail then", async () => {
    script = [trouble(503, "staleData", { "retry-after": "5" }), answer(fresh)];
    await expect(client().availability({ ...request, ifStale: "fail" })).rejects.toMatchObject({ code: "staleData" });
    expect({ asked: asked.length, slept }).toEqual({ asked: 1, slept: [] });
  });

  test.each([400, 401, 403, 404, 413, 500])("%i is not tried again", async (status) => {
    script = [trouble(status, "internal"), answer(fresh)];
    await expect(client().availability(request)).rejects.toBeInstanceOf(ProblemError);
    expect(asked).toHaveLength(1);
  });
});

describe("time and patience", () => {
  test("a try that takes too long ends with a timeout", async () => {
    const silent = client({ baseUrl: new URL(SILENT, baseUrl).href, timeoutMs: 50 });
    await expect(silent.availability(request)).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("who aborts is told so, in the middle of an answer", async () => {
    const controller = new AbortController();
    const pending = client().availability(request, { signal: controller.signal });
    await expect.poll(() => asked.length).toBe(1);
    controller.abort(new Error("enough"));
    await expect(pending).rejects.toThrow("enough");
  });

  test("who aborts is told so, in the pause before the next try", async () => {
    const controller = new AbortController();
    script = [trouble(503, "storageUnavailable", { "retry-after": "9" })];
    const patient = new AvailabilityClient({ baseUrl }); // sleeps for real
    const pending = patient.availability(request, { signal: controller.signal });
    await expect.poll(() => script.length).toBe(0);
    controller.abort(new Error("enough"));
    await expect(pending).rejects.toThrow("enough");
    expect(asked).toHaveLength(1);
  });

  test("a service that is not there is fetch's own error", async () => {
    await expect(client({ baseUrl: "http://127.0.0.1:1/api" }).explain("x")).rejects.toBeInstanceOf(TypeError);
  });
});
