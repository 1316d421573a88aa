/** The app's HTTP functions as they register themselves, called without a host. */
import { app, type HttpFunctionOptions, HttpRequest, type HttpResponseInit, InvocationContext } from "@azure/functions";
import { vi } from "vitest";
import { sources } from "../sources.js";

export interface Registered extends HttpFunctionOptions {
  readonly name: string;
  readonly route: string;
  readonly methods: NonNullable<HttpFunctionOptions["methods"]>;
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes out as it is. */
  readonly raw?: string | Uint8Array;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed where it is JSON, else `undefined`. */
  readonly body: unknown;
  /** Everything that was logged meanwhile. */
  readonly log: readonly string[];
}

// Whoever registers the app here gets it over services in memory.
vi.mock("../../shared/runtime.js", async (real) => ({
  ...(await real<object>()),
  ...(await import("./memoryRuntime.js")),
}));

let registered: Promise<readonly Registered[]> | undefined;

/** Imports every trigger; what it registers is returned. A module registers once: later callers get the same. */
export function registeredFunctions(): Promise<readonly Registered[]> {
  registered ??= register();
  return registered;
}

async function register(): Promise<readonly Registered[]> {
  const found: Registered[] = [];
  const quiet = () => undefined;
  vi.spyOn(console, "warn").mockImplementation(quiet); // the library says that there is no host
  for (const kind of ["timer", "setup", "storageQueue", "eventGrid", "eventHub"] as const)
    vi.spyOn(app, kind).mockImplementation(quiet);
  vi.spyOn(app, "http").mockImplementation((name, options) => {
    const { route = name, methods = ["GET", "POST"] } = options;
    found.push({ ...options, name, route, methods });
  });
  for (const { path } of sources("functions").filter(({ path: one }) => !one.endsWith(".test.ts")))
    await import(/* @vite-ignore */ `../../${path}`);
  vi.restoreAllMocks();
  return found;
}

/** `path` is what comes after `/api/`, with its query. Throws where no function has the route and method. */
export async function callFunction(
  functions: readonly Registered[],
  method: string,
  path: string,
  { headers = {}, raw }: Sent = {},
): Promise<Answered> {
  const url = new URL(`http://127.0.0.1:9/api/${path}`);
  const { fn, params } = routed(functions, method, url.pathname.slice("/api/".length));
  const body = bodyOf(raw);
  const request = new HttpRequest({ method, url: url.href, headers, params, ...(body && { body }) });
  const log: string[] = [];
  const context = new InvocationContext({
    functionName: fn.name,
    logHandler: (_level, ...words) => void log.push(words.join(" ")),
  });
  const { status = 200, headers: told, jsonBody, body: own } = (await fn.handler(request, context)) as HttpResponseInit;
  const text = jsonBody === undefined ? String(own ?? "") : JSON.stringify(jsonBody);
  return { status, headers: new Headers(told as Record<string, string>), text, body: parsed(text), log };
}

const bodyOf = (raw: string | Uint8Array | undefined) => {
  if (raw === undefined) return undefined;
  return typeof raw === "string" ? { string: raw } : { bytes: raw };
};

function routed(functions: readonly Registered[], method: string, path: string) {
  for (const fn of functions) {
    const match = fn.methods.some((one) => one === method) ? patternOf(fn.route).exec(path) : null;
    const given = Object.entries(match?.groups ?? {}).filter(([, value]) => value !== undefined);
    const params = Object.fromEntries(given.map(([name, value]) => [name, decoded(value)]));
    if (match !== null) return { fn, params };
  }
  throw new Error(`no function answers ${method} ${path}`);
}

/** As hosts hand it over: what is no encoding stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `{id}` is one segment, `{id?}` one that may be missing, `{*rest}` all that is left. */
const patternOf = (route: string): RegExp =>
  new RegExp(
    `^${route
      .replaceAll(".", "\\.")
      .replace(/\/\{(\w+)\?\}/g, "(?:/(?<$1>[^/]+))?")
      .replace(/\{\*(\w+)\}/g, "(?<$1>.*)")
      .replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`,
  );

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
