/** HTTP without streaming, settings, keys and the end of the process. */
import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HostProcess } from "./hostProcess.js";

describe("a running app", () => {
  let host: HostProcess;
  let url: string;

  beforeAll(async () => {
    host = new HostProcess({ app: "web", env: { "AzureWebJobs.disabledOne.Disabled": "true" } });
    url = await host.url();
  });
  afterAll(() => host[Symbol.asyncDispose]());

  const get = (path: string, init?: RequestInit) => fetch(`${url}${path}`, init);

  test("the first line says what this host is, and each function has a line", async () => {
    expect(host.out[0]).toMatch(/^Host: this repository's stand-in host\. .*docs\/local-run\.md$/);
    expect(host.out).toContain(`  echo: http GET,POST ${url}/api/echo/{id:int}/{kind?}`);
    expect(host.out).toContain(`  disabledOne: http GET ${url}/api/disabledOne (disabled)`);
  });

  test("a handler gets url, method, params, headers, and query keys joined without regard to case", async () => {
    const answer = await get("/api/echo/5/k?a=1&A=2&b=%2F", { headers: { "X-Test": "yes" } });
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toEqual({
      url: `${url}/api/echo/5/k?a=1&A=2&b=%2F`,
      method: "GET",
      query: { a: "1,2", b: "/" },
      params: { id: "5", kind: "k" },
      header: "yes",
      body: "",
    });
  });

  test("a body arrives; an absent optional parameter has no key", async () => {
    const answer = await get("/api/echo/5", { method: "POST", body: "grüße" });
    expect(await answer.json()).toMatchObject({ method: "POST", params: { id: "5" }, body: "grüße" });
  });

  test("without streaming, a chunked body reaches the handler empty", async () => {
    const body = new Blob(["chunked"]).stream();
    const answer = await get("/api/echo/5", { method: "POST", body, duplex: "half" } as RequestInit);
    expect(await answer.json()).toMatchObject({ body: "" });
  });

  test.each([
    ["a method that is not listed", "PUT", "/api/echo/5"],
    ["HEAD, which GET does not imply", "HEAD", "/api/nothing"],
    ["a constraint that is not met", "GET", "/api/echo/x"],
    ["an unknown path", "GET", "/api/unknown"],
    ["a path without the prefix", "GET", "/echo/5"],
    ["a disabled function", "GET", "/api/disabledOne"],
  ])("404 with an empty body for %s", async (_name, method, path) => {
    const answer = await get(path, { method });
    expect([answer.status, await answer.text()]).toEqual([404, ""]);
  });

  test.each([
    ["nothing", 204],
    ["throws", 500],
    ["text", 500],
    ["badStatus", 500],
  ])("handler %s answers %i with an empty body", async (name, status) => {
    const answer = await get(`/api/${name}`);
    expect([answer.status, await answer.text()]).toEqual([status, ""]);
  });

  test("a failure is one line with the function, the message and the place", async () => {
    await get("/api/throws");
    await host.until(() => host.err.filter((line) => /^throws failed: as asked \(at .*app\.js:\d+/.test(line)));
  });

  test("a native Response is accepted", async () => {
    const answer = await get("/api/native");
    expect([answer.status, await answer.json()]).toEqual([201, { native: true }]);
  });

  test("cookies are added to a set-cookie header", async () => {
    const cookies = (await get("/api/cookies")).headers.getSetCookie();
    expect(cookies).toEqual(["a=1", "b=2%203; Path=/; Max-Age=5; SameSite=Lax; HttpOnly"]);
  });

  test("routes are tried in the order of the functions' names, and a hidden one is warned about", async () => {
    expect(await (await get("/api/rest/literal")).text()).toBe("literal");
    expect(host.err).toContain(
      "warning: on some paths function 'rest' hides 'zLiteral': routes are tried in the order of names",
    );
  });

  test("what the app logs is printed as it is, from level information on", async () => {
    await get("/api/logs");
    await host.line(/^said by the app \{ n: 1 \}$/);
    expect(host.out).not.toContain("too quiet to print");
  });

  test("a successful call prints nothing", async () => {
    const before = [host.out.length, host.err.length];
    await get("/api/native");
    expect([host.out.length, host.err.length]).toEqual(before);
  });

  test("keys are not checked by default", async () => {
    expect((await get("/api/masterOnly")).status).toBe(200);
  });

  test("a body beyond 100 MiB is refused by its length", async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { "content-length": String(100 * 1024 * 1024 + 1) };
      const outgoing = request(`${url}/api/echo/5`, { method: "POST", headers }, (answer) => {
        resolve(answer.statusCode);
        outgoing.destroy();
      });
      outgoing.on("error", reject).flushHeaders();
    });
    expect(status).toBe(413);
  });

  test("the host tells its state and its functions", async () => {
    expect((await get("/")).status).toBe(200);
    expect((await get("/admin/host/ping")).status).toBe(200);
    expect(await (await get("/admin/host/status")).json()).toMatchObject({ state: "Running" });
    const functions = (await (await get("/admin/functions")).json()) as { name: string; isDisabled: boolean }[];
    expect(functions.find(({ name }) => name === "disabledOne")?.isDisabled).toBe(true);
  });

  test("an HTTP function cannot be run by hand; an unknown one is not found", async () => {
    const post = (name: string) => get(`/admin/functions/${name}`, { method: "POST", body: '{"input":""}' });
    expect([(await post("native")).status, (await post("unknown")).status]).toEqual([400, 404]);
  });
});

test("a CommonJS app runs", async () => {
  await using host = new HostProcess({ app: "commonjs" });
  expect(await (await fetch(`${await host.url()}/api/hello`)).text()).toBe("from CommonJS");
});

test("functions may be registered in an appStart hook, but not once the host runs", async () => {
  await using host = new HostProcess({ app: "cases", env: { CASE: "late" } });
  const url = await host.url();
  expect(await (await fetch(`${url}/api/added`)).text()).toBe("added in time");
  expect((await fetch(`${url}/api/tooLate`)).status).toBe(500);
});

test("the route prefix may be empty, set by the environment over host.json", async () => {
  await using host = new HostProcess({
    app: "cases",
    env: { CASE: "fine", AzureFunctionsJobHost__extensions__http__routePrefix: "" },
  });
  expect((await fetch(`${await host.url()}/fine`)).status).toBe(200);
});

test("with enableAuth, each level takes its keys, from the header or the query", async () => {
  const env = { LOCAL_HOST_FUNCTION_KEY: "fk", LOCAL_HOST_MASTER_KEY: "mk" };
  await using host = new HostProcess({ app: "web", env, args: ["--enableAuth"] });
  const url = await host.url();
  const status = async (path: string, key = "") =>
    (await fetch(`${url}${path}`, { headers: { "x-functions-key": key } })).status;
  expect([await status("/api/native"), await status("/admin/host/ping")]).toEqual([201, 200]);
  expect([await status("/api/locked"), await status("/api/locked", "no")]).toEqual([401, 401]);
  expect([await status("/api/locked", "fk"), await status("/api/locked", "mk")]).toEqual([200, 200]);
  expect([await status("/api/locked?code=fk"), await status("/api/locked?code=no")]).toEqual([200, 401]);
  expect([await status("/api/masterOnly", "fk"), await status("/api/masterOnly", "mk")]).toEqual([401, 200]);
  expect([await status("/admin/functions", "fk"), await status("/admin/functions", "mk")]).toEqual([401, 200]);
});

test("with enableAuth and no keys configured, nothing but anonymous is open", async () => {
  await using host = new HostProcess({ app: "web", args: ["--enableAuth"] });
  const answer = await fetch(`${await host.url()}/api/locked`, { headers: { "x-functions-key": "undefined" } });
  expect([answer.status, await answer.text()]).toEqual([401, ""]);
});

test("local.settings.json fills in what the environment does not set", async () => {
  const app = await mkdtemp(join(tmpdir(), "host-app-"));
  try {
    await cp(join(import.meta.dirname, "fixtures", "web"), app, { recursive: true });
    await symlink(join(import.meta.dirname, "..", "..", "node_modules"), join(app, "node_modules"), "junction");
    const Values = { SHARED: "from file", FILE_ONLY: "from file" };
    await writeFile(join(app, "local.settings.json"), JSON.stringify({ IsEncrypted: false, Values }));
    await using host = new HostProcess({ app, env: { SHARED: "from environment", FILE_ONLY: "" } });
    const url = await host.url();
    expect(await (await fetch(`${url}/api/settings`)).json()).toEqual({
      shared: "from environment",
      fileOnly: "from file",
      hostname: new URL(url).host,
      environment: "Development",
    });
  } finally {
    await rm(app, { recursive: true });
  }
});

test("at SIGTERM a request in flight is answered, new ones are not taken, and the exit code is 0", async () => {
  await using host = new HostProcess({ app: "web" });
  const url = await host.url();
  const slow = fetch(`${url}/api/slow`);
  await host.line(/^slow began$/);
  const finish = await openConnection(`${url}/api/finishSlow`);
  host.signal("SIGTERM");
  await refusesConnections(url);
  finish();
  expect(await (await slow).text()).toBe("finished");
  expect(await host.exit).toBe(0);
});

test("work left after the grace period ends the process with 1", async () => {
  await using host = new HostProcess({ app: "web", args: ["--grace", "0"] });
  fetch(`${await host.url()}/api/slow`).catch(() => undefined); // cut off by the end of the process
  await host.line(/^slow began$/);
  expect(await host.stop()).toBe(1);
  expect(host.err).toContain("stand-in host: work was still in flight after 0 s");
});

test("a second signal ends the process at once with 130", async () => {
  await using host = new HostProcess({ app: "web" });
  const url = await host.url();
  fetch(`${url}/api/slow`).catch(() => undefined);
  await host.line(/^slow began$/);
  host.signal("SIGINT");
  await refusesConnections(url);
  host.signal("SIGINT");
  expect(await host.exit).toBe(130);
});

/** A POST whose last byte is sent by the returned function: its connection is busy, so closing waits for it. */
async function openConnection(url: string): Promise<() => void> {
  const outgoing = request(url, { method: "POST", headers: { "content-length": "2", expect: "100-continue" } });
  outgoing.on("error", () => undefined).flushHeaders();
  await new Promise((resolve) => outgoing.once("continue", resolve)); // the host has accepted it
  return () => outgoing.end("12");
}

async function refusesConnections(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(`${url}/admin/host/ping`, { headers: { connection: "close" } });
    } catch {
      return;
    }
  }
}
