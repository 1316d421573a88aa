/** The contract's refusals: one line on stderr, exit 2. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HostProcess, type HostRun } from "./hostProcess.js";

async function refused(run: HostRun): Promise<readonly string[]> {
  await using host = new HostProcess(run);
  expect(await host.exit, host.err.join("\n")).toBe(2);
  return host.err.filter((line) => !line.startsWith("warning:"));
}

async function refusedFiles(files: Readonly<Record<string, string>>, env: HostRun["env"] = {}) {
  const app = await mkdtemp(join(tmpdir(), "host-app-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(app, name, ".."), { recursive: true });
      await writeFile(join(app, name), text);
    }
    return await refused({ app, env });
  } finally {
    await rm(app, { recursive: true });
  }
}

test.each([
  ["none", "no function was registered"],
  ["trigger", "function 'f': trigger type 'blobTrigger' is not supported"],
  ["retry", "function 'f': retry policies are not supported"],
  ["schedule", `function 'f': schedule "0 61 * * * *" is not a six-field NCRONTAB expression`],
  ["setting", `function 'f': app setting 'NOT_SET' is not set (needed by "%NOT_SET%")`],
  [
    "connection",
    "function 'f': connection setting 'NOT_THERE' is not set: it should be a connection string, which is all that this host takes",
  ],
  ["malformedConnection", "function 'f': its storage connection is not a connection string"],
  ["reserved", `function 'f': route "runtime/x" is reserved`],
  ["conflict", "function 'b': route conflicts with 'a'"],
  ["constraint", `function 'f': route constraint "datetime" is not supported`],
  ["name", "function '9f': name is not valid"],
  ["twice", "function 'F': name is not valid"],
  ["appStart", "setting X is missing - and Y too"],
])("case %s: %s", async (name, reason) => {
  expect(await refused({ app: "cases", env: { CASE: name } })).toEqual([`stand-in host: ${reason}`]);
});

test.each(["output", "input"])("a blob %s binding is refused by its name and type", async (name) => {
  const [line] = await refused({ app: "cases", env: { CASE: name } });
  expect(line).toMatch(/^stand-in host: function 'f': binding '\w+' of type 'blob' is not supported$/);
});

test("an error at load names the file, the error and its place", async () => {
  const [line] = await refused({ app: "cases", env: { CASE: "throws" } });
  expect(line).toMatch(/^stand-in host: could not load "app.js": broken at load \(at .*app\.js:\d+:\d+\)\)?$/);
});

test("a port in use is refused before the app is loaded", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const address = other.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const lines = await refused({ app: "cases", env: { CASE: "throws" }, args: ["--port", `${port}`] });
  other.close();
  expect(lines).toEqual([`stand-in host: port ${port} is in use`]);
});

test("a folder without host.json is refused", async () => {
  expect(await refusedFiles({})).toEqual(["stand-in host: host.json not found"]);
});

test("a folder without package.json is refused", async () => {
  expect(await refusedFiles({ "host.json": "{}" })).toEqual(["stand-in host: package.json not found"]);
});

test("a host.json that is not JSON is refused", async () => {
  expect((await refusedFiles({ "host.json": "{" }))[0]).toMatch(/^stand-in host: host\.json: .*JSON/);
});

test("a local.settings.json that is not JSON is refused, and nothing of it is printed", async () => {
  const settings = '{ "Values": { "GRAPH_CLIENT_SECRET": S3cr3t~7531 } }';
  const files = { "host.json": "{}", "package.json": "{}", "local.settings.json": settings };
  const lines = await refusedFiles(files);
  expect(lines[0]).toMatch(/^stand-in host: local\.settings\.json: not valid JSON/);
  expect(lines.join("\n")).not.toMatch(/S3cr3t|7531/);
});

test("an app that is not built is refused", async () => {
  const files = { "host.json": "{}", "package.json": '{ "main": "dist/*.js" }' };
  expect(await refusedFiles(files)).toEqual([
    'stand-in host: package.json main "dist/*.js" matches no file; build the app first',
  ]);
});

test.each(["1 minute", "25:00:00", "00:61:00"])("the time span %j in host.json is refused", async (span) => {
  const hostJson = JSON.stringify({ extensions: { queues: { visibilityTimeout: span } } });
  const lines = await refusedFiles({ "host.json": hostJson, "package.json": "{}" });
  expect(lines).toEqual([`stand-in host: host.json: "${span}" is not a time span`]);
});

test("an override from the environment is checked as host.json is", async () => {
  const env = { azurefunctionsjobhost__EXTENSIONS__queues__batchSize: "33" };
  const lines = await refusedFiles({ "host.json": "{}", "package.json": "{}" }, env);
  expect(lines).toEqual(['stand-in host: host.json: "33" is not a whole number from 1 to 32']);
});

test("arguments that it does not have are refused", async () => {
  const [line, ...more] = await refused({ app: "cases", args: ["--nonsense"] });
  expect(line).toMatch(/^npm run host: Unknown option '--nonsense'\. There are --port N, /);
  expect(more).toEqual([]);
});

test("an Event Hubs trigger is no refusal: it is left alone, in one line, and everything else runs", async () => {
  await using host = new HostProcess({ app: "cases", env: { CASE: "eventHub" } });
  const url = await host.url();
  expect((await fetch(`${url}/api/fine`)).status).toBe(200);
  expect(host.out.filter((line) => line.includes("  f: "))).toEqual([
    expect.stringMatching(/^ {2}f: not run, .*Event Hubs.*docs\/local-run\.md$/),
  ]);
  expect(host.err).toEqual([]);
});
