/** Who gets in where: every HTTP function that the app registers, and the document that describes them. */
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { bearer, ROLES } from "../../shared/http/caller.js";
import { OPERATIONS } from "../../shared/http/openapi/operations.js";
import { callFunction, type Registered, registeredFunctions } from "./app.js";
import { openMemoryRuntime } from "./memoryRuntime.js";

/** The only ones that are open to anybody. */
const OPEN = ["graphWebhook", "health", "openapi"];
/** Routes in the shape of somebody else's interface, which that one's own document describes. */
const FOREIGN = /^(?:graph\/v1\.0|google)\/|\.ics$/;
const SOME_ID = "a".repeat(26);

const functions: Registered[] = [];
beforeAll(async () => {
  functions.push(...(await registeredFunctions()));
  openByRoles();
});

/** A token is the list of its roles. */
function openByRoles(): void {
  openMemoryRuntime(bearer(async (token) => ({ kind: "valid", app: "ours", roles: token.split(",") })));
}

const call = (method: string, path: string, roles?: string) =>
  callFunction(functions, method, path, {
    ...(roles !== undefined && { headers: { authorization: `Bearer ${roles}` } }),
    ...(method !== "GET" && { raw: "{}" }),
  });

/** `calendars/{id?}` is two paths. */
const pathsOf = ({ route }: Registered): string[] =>
  /\{\w+\?\}/.test(route) ? [route.replace(/\/\{\w+\?\}/, ""), route.replace("?}", "}")] : [route];

const doors = () =>
  functions.flatMap((fn) =>
    pathsOf(fn).flatMap((path) => fn.methods.map((method) => ({ name: fn.name, method, path }))),
  );
const filled = (path: string): string => path.replace(/\{\*?\w+\}/g, SOME_ID);

describe("every HTTP function", () => {
  test("A8: only health, the document and Graph's own door are open; every other one is 401 with a challenge", async () => {
    const guarded = doors().filter(({ name }) => !OPEN.includes(name));
    expect(new Set(functions.map(({ name }) => name))).toEqual(new Set([...OPEN, ...guarded.map(({ name }) => name)]));
    expect(guarded.length).toBeGreaterThan(5);
    for (const { method, path } of guarded) {
      const { status, headers } = await call(method, filled(path));
      expect({ method, path, status }).toEqual({ method, path, status: 401 });
      expect(headers.get("www-authenticate")).toMatch(/^Bearer realm="[^"]+"$/);
    }
  });

  test("the open ones answer whoever asks", async () => {
    for (const { method, path } of doors().filter(({ name }) => OPEN.includes(name)))
      expect([200, 400]).toContain((await call(method, path)).status);
  });

  test("A8: without roles every guarded one is 403, and names the role that the document names", async () => {
    for (const { name, method, path } of doors().filter(({ name: one }) => !OPEN.includes(one))) {
      const { status, headers, text } = await call(method, filled(path), "no.such.role");
      const role = /^Bearer realm="[^"]+", error="insufficient_scope", scope="([^"]+)"$/.exec(
        headers.get("www-authenticate") ?? "",
      )?.[1];
      expect({ name, status }).toEqual({ name, status: 403 });
      expect(ROLES).toContain(role);
      expect(text).toContain(`the token lacks the role ${role}`);
      if (!FOREIGN.test(path)) expect(described(method, path)?.role).toBe(role);
    }
  });

  test("A8: while tokens cannot be checked every guarded one is 503, to be asked again with the same token", async () => {
    openMemoryRuntime(bearer(async () => ({ kind: "unchecked" })));
    for (const { name, method, path } of doors().filter(({ name: one }) => !OPEN.includes(one))) {
      const { status, headers, text } = await call(method, filled(path), "Calendars.Manage");
      expect({ name, status }).toEqual({ name, status: 503 });
      expect(headers.get("retry-after")).toBe("5");
      expect(headers.has("www-authenticate")).toBe(false);
      expect(text).toContain("keys that tokens are signed with");
    }
    openByRoles();
  });

  test("every one of the app's own is in the document, and nothing else is", () => {
    const own = doors().filter(({ path }) => !FOREIGN.test(path));
    const wanted = own.map(({ method, path }) => `${method} /${path}`);
    const found = OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(found.sort()).toEqual(wanted.sort());
  });

  test("what the document calls anonymous is what is open", () => {
    const open = doors().filter(({ name }) => OPEN.includes(name));
    for (const { method, path } of doors())
      if (!FOREIGN.test(path))
        expect(described(method, path)?.role === "anonymous").toBe(
          open.some((one) => one.method === method && one.path === path),
        );
  });

  test.each(["key", " key "])('with AUTH="%s" the platform asks for a key wherever a role is needed', async (auth) => {
    onTestFinished(() => {
      vi.unstubAllEnvs();
      vi.resetModules();
    });
    vi.resetModules();
    vi.stubEnv("AUTH", auth);
    const keyed = await import("./app.js");
    for (const { name, authLevel } of await keyed.registeredFunctions())
      expect({ name, authLevel }).toEqual({ name, authLevel: OPEN.includes(name) ? "anonymous" : "function" });
  });
});

const described = (method: string, path: string) =>
  OPERATIONS.find((one) => one.method === method.toLowerCase() && one.path === `/${path}`);
