/** The deployment package as the host loads it, and the check that azd runs after each deployment. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loggedSince, masterKey } from "../../deploy/azure.js";
import { type Bundle, bundleApp, bundleSource } from "../../deploy/bundle.js";
import { BYTES_MAX } from "../../deploy/ceilings.js";
import { checkDeployed, type Deployed, type Waits } from "../../deploy/checks.js";
import { loadOnce } from "../../deploy/loadTime.js";
import { type Azurite, startAzurite } from "../../local/azurite.js";
import { HostProcess } from "../../local/host/hostProcess.js";
import { type AzureStandIn, startAzureStandIn } from "./azureStandIn.js";

const MASTER_KEY = "the-master-key-of-this-test";
const WAIT = { secondsMax: 20, everySeconds: 0.02 };
const WAITS: Waits = { health: WAIT, functions: WAIT, sweep: WAIT };
const SHORT = { secondsMax: 0, everySeconds: 0 };
const KIB = 1024;

let folder: string;
let bundle: Bundle;
let functions: readonly string[];
let hasFetch: boolean;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "package-"));
  bundle = await bundleApp(join(folder, "app"));
  ({ functions, hasFetch } = await loadOnce(bundle.entry));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The functions that the source registers whatever is set, by the names in it. */
const registeredInSource = (): string[] =>
  globSync("functions/*.ts")
    .flatMap((file) => [...readFileSync(file, "utf8").matchAll(/^app\.\w+\(\s*"(\w+)"/gm)])
    .map(([, name = ""]) => name)
    .sort();

describe("the package", () => {
  test("registers every function of the source, and is within its size", () => {
    expect(functions).toEqual(registeredInSource());
    expect(functions.length).toBeGreaterThan(10);
    expect(bundle.bytes).toBeLessThanOrEqual(BYTES_MAX);
  });

  test("holds what the host reads and the code, and neither source maps nor packages nor settings", () => {
    const files = globSync("**/*", { cwd: bundle.folder, withFileTypes: true }).filter((entry) => entry.isFile());
    const others = files.map(({ name }) => name).filter((name) => !/^(index|[\w-]+-[A-Z0-9]{8})\.js$/.test(name));
    expect(others.sort()).toEqual(["host.json", "package.json"]);
    expect(readFileSync(bundle.entry, "utf8")).not.toContain("sourceMappingURL");
    expect(existsSync(join(bundle.folder, "local.settings.json"))).toBe(false);
  });

  test("loads the code for tokens, queues and XML when it is first needed, not at the start", () => {
    expect(bundle.bytes - bundle.startBytes).toBeGreaterThan(500 * KIB);
  });

  test("makes no class of fetch while it is loaded: that would load an HTTP client, an eighth of the load time", () => {
    expect(hasFetch).toBe(false);
  });

  test("understands a gateway that answers for table storage in XML", async () => {
    await using gateway = createServer((_request, response) => {
      response.writeHead(503, { "content-type": "application/xml" });
      response.end("<Error><Code>ServerBusy</Code><Message>Busy</Message></Error>");
    }).listen(0, "127.0.0.1");
    await once(gateway, "listening");
    const { port } = gateway.address() as AddressInfo;
    const account = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:${port}/a;`;
    const app = join(folder, "asks-a-table");
    const source = `
      import { TableClient } from "@azure/data-tables";
      const options = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };
      const table = TableClient.fromConnectionString(${JSON.stringify(account)}, "calendars", options);
      await table.getEntity("a", "b").catch(({ statusCode, details }) => console.log(statusCode, details.Code));`;
    await bundleSource(source, app);
    await writeFile(join(app, "package.json"), '{ "type": "module" }');
    const { stdout } = await promisify(execFile)(process.execPath, [join(app, "index.js")]);
    expect(stdout).toBe("503 ServerBusy\n");
  });
});

describe("the check after a deployment", () => {
  let azurite: Azurite;
  let host: HostProcess;
  let azure: AzureStandIn;
  let app: Deployed;

  beforeAll(async () => {
    azurite = await startAzurite({ inMemory: true });
    host = new HostProcess({ app: bundle.folder, args: ["--enableAuth"], env: settings(azurite.connectionString) });
    azure = await startAzureStandIn(MASTER_KEY, () => host.out);
    const { place } = azure;
    const key = await masterKey(place);
    const url = await host.url();
    app = { url, masterKey: key, functions, sweepsSince: (since) => loggedSince(place, "AppTraces", since) };
  });
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    await Promise.all([azure[Symbol.asyncDispose](), azurite.stop()]);
  });

  test("passes where the bundled app registers everything, answers, and completes a sweep", async () => {
    const said: string[] = [];
    await checkDeployed(app, WAITS, (line) => said.push(line));
    expect(said).toEqual([
      `health: ${app.url}/api/health answers`,
      `functions: all ${functions.length} are there`,
      "sweep: completed, and logged",
    ]);
  });

  test("says which functions are missing", async () => {
    const wanting = { ...app, functions: [...functions, "notDeployed"] };
    const waits = { ...WAITS, functions: SHORT };
    const told = "functions: not within 0 s; the last look: not registered: notDeployed";
    await expect(checkDeployed(wanting, waits, () => undefined)).rejects.toThrow(told);
  });

  test("says that nothing is logged where no sweep completes", async () => {
    const silent = { ...app, sweepsSince: () => Promise.resolve(0) };
    const told = "sweep: not within 0 s; the last look: no sweep.completed is logged";
    await expect(checkDeployed(silent, { ...WAITS, sweep: SHORT }, () => undefined)).rejects.toThrow(told);
  });

  test("ends at once where waiting would not help, and prints no key", async () => {
    const stranger = checkDeployed({ ...app, masterKey: "not-the-key" }, WAITS, () => undefined);
    await expect(stranger).rejects.toThrow("functions: /admin/functions answered 401: the master key is not the app's");
    await expect(stranger).rejects.not.toThrow("not-the-key");
    const unknown = { ...azure.place, token: () => Promise.resolve("nobody's") };
    await expect(masterKey(unknown)).rejects.toThrow('answered 401; see "Roles" in docs/operations.md');
  });

  test("says that nobody answers where there is no app", async () => {
    const gone = { ...app, url: "http://127.0.0.1:1" };
    await expect(checkDeployed(gone, { ...WAITS, health: SHORT }, () => undefined)).rejects.toThrow(
      "health: not within",
    );
  });
});

test("the check refuses to start without the outputs of the deployment, and names each", async () => {
  const run = promisify(execFile)(process.execPath, [join("dist", "deploy", "checkDeployed.js")], {
    env: { LOG_WORKSPACE_ID: "x", AZURE_FUNCTION_APP_NAME: "" },
  });
  await expect(run).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /API_URL should be .*AZURE_FUNCTION_APP_NAME should be .*LOG_WORKSPACE_ID should be .*azd/,
    ),
  });
});

const settings = (connectionString: string) => ({
  AzureWebJobsStorage: connectionString,
  LOCAL_HOST_MASTER_KEY: MASTER_KEY,
  GRAPH_BASE_URL: "http://127.0.0.1:1",
  GRAPH_CREDENTIAL: "none",
  GRAPH_TENANT_ID: "11111111-1111-1111-1111-111111111111",
  NOTIFICATION_URL: "http://127.0.0.1:1/api/graph/notifications",
  CLIENT_STATE_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  AUTH: "none",
});
