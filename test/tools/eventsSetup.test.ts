import { describe, expect, test } from "vitest";
import { readCommandLine } from "../../tools/commandLine.js";
import { quoted } from "../../tools/events/azure.js";
import { EVENTS_SETUP, setupOptions } from "../../tools/events/options.js";
import { inCapitals, withAzd } from "../../tools/events/place.js";
import { type SetupDeps, setUpEvents, type TopicIdentity } from "../../tools/events/setup.js";
import { readTarget, type Target } from "../../tools/events/target.js";
import { watchFirst as askApp } from "../../tools/events/watchFirst.js";
import { FakeAzure } from "./azure.js";

const TARGET: Target = {
  subscriptionId: "00000000-0000-0000-0000-000000000001",
  resourceGroup: "rg-availability",
  functionAppName: "func-outlook",
  storageAccountName: "stoutlook",
  apiUrl: "https://func-outlook.azurewebsites.net/api",
  topics: ["one"],
  delivery: "queue",
  deliveryIdentityName: "id-outlook-events",
  workspaceId: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log-outlook",
  identity: "UserAssigned",
};

/** A run against the group; time passes only where it sleeps, and then `meanwhile` happens. */
function setting(azure: FakeAzure, meanwhile: (sleeps: number) => void = () => undefined) {
  const lines: string[] = [];
  const deployed: { readonly topics: readonly string[]; readonly identity: TopicIdentity }[] = [];
  let sleeps = 0;
  const deps: SetupDeps = {
    az: azure.az,
    say: (line) => lines.push(line),
    now: () => Date.parse("2026-06-01T00:00:00Z"),
    sleep: async () => {
      sleeps += 1;
      meanwhile(sleeps);
    },
    deployEvents: async (topics, identity) => {
      azure.changes.push("deploy");
      deployed.push({ topics, identity });
      return { code: 0, stdout: "", stderr: "" };
    },
  };
  const run = (target: Target = TARGET, more: Partial<SetupDeps> = {}) =>
    setUpEvents({ ...deps, ...more }, target, { looksMax: 5 });
  return { run, lines, deployed, sleeps: () => sleeps };
}

describe("setting up events", () => {
  test("the topic is waited for, activated, given its identity, and then stage two is deployed", async () => {
    const azure = new FakeAzure();
    const { run, lines, deployed } = setting(azure, (sleeps) => sleeps === 3 && azure.create("one"));
    expect(await run()).toEqual(["one"]);
    expect(azure.changes).toEqual(["activate one", "identity one", "deploy"]);
    expect(deployed).toEqual([{ topics: ["one"], identity: "UserAssigned" }]);
    expect(lines.join("\n")).toMatch(/Waiting for one: .* POST https:\/\/func-outlook\.azurewebsites\.net\/api\/watch/);
  });

  test("a second run changes nothing but deploys stage two again, which is the same", async () => {
    const azure = new FakeAzure();
    azure.create("one");
    await setting(azure).run();
    azure.changes.length = 0;
    const { run, lines } = setting(azure);
    await run();
    expect(azure.changes).toEqual(["deploy"]);
    expect(lines.join("\n")).toContain("was activated before");
  });

  test("the first calendar is watched only where no topic is there yet", async () => {
    const azure = new FakeAzure();
    let watched = 0;
    const watchFirst = async () => {
      watched += 1;
      azure.create("one");
    };
    await setting(azure).run(TARGET, { watchFirst });
    await setting(azure).run(TARGET, { watchFirst });
    expect(watched).toBe(1);
  });

  test("without a topic it ends after its patience, says where to look, and deploys nothing", async () => {
    const azure = new FakeAzure();
    const { run, sleeps } = setting(azure);
    await expect(run()).rejects.toThrow(/no partner topic appeared.*Calendars\.Read/);
    expect(sleeps()).toBe(5);
    expect(azure.changes).toEqual([]);
  });

  test("of several topics those that are there are set up", async () => {
    const azure = new FakeAzure();
    azure.create("two");
    const { run, deployed } = setting(azure);
    expect(await run({ ...TARGET, topics: ["one", "two"] })).toEqual(["two"]);
    expect(deployed).toEqual([{ topics: ["two"], identity: "UserAssigned" }]);
  });

  test("behind a storage firewall the topic delivers as its own identity", async () => {
    const azure = new FakeAzure();
    azure.create("one");
    const { run, deployed } = setting(azure);
    await run({ ...TARGET, identity: "SystemAssigned" });
    expect(azure.topics.get("one")?.identity).toEqual({ type: "SystemAssigned" });
    expect(deployed[0]?.identity).toBe("SystemAssigned");
  });

  test("a topic that takes no identity ends delivery to a queue, and leaves delivery to the function", async () => {
    const azure = new FakeAzure();
    azure.takesIdentities = false;
    azure.create("one");
    await expect(setting(azure).run()).rejects.toThrow(/takes no identity.*eventDelivery function/);
    const { run, deployed } = setting(azure);
    await run({ ...TARGET, delivery: "function" });
    expect(deployed).toEqual([{ topics: ["one"], identity: "None" }]);
  });

  test.each([
    [undefined, /never authorized/],
    ["2026-05-31T00:00:00Z", /2026-05-31/],
  ])("a lapsed or missing authorization (%s) is said before anything is waited for", async (until, said) => {
    const azure = new FakeAzure();
    azure.authorizedUntil = until;
    const { run, sleeps } = setting(azure);
    await expect(run()).rejects.toThrow(said);
    expect(sleeps()).toBe(0);
  });

  test("a deployment that is refused is tried again, four times at most, and its reason is said", async () => {
    const azure = new FakeAzure();
    azure.create("one");
    let tries = 0;
    const deployEvents = async () => {
      tries += 1;
      return { code: 1, stdout: "", stderr: "\nAuthorizationFailed: not yet\n" };
    };
    await expect(setting(azure).run(TARGET, { deployEvents })).rejects.toThrow("AuthorizationFailed: not yet");
    expect(tries).toBe(4);
  });
});

describe("what is set up", () => {
  const outputs = {
    AZURE_FUNCTION_APP_NAME: "func-outlook",
    AZURE_STORAGE_ACCOUNT_NAME: "stoutlook",
    API_URL: TARGET.apiUrl,
    NOTIFICATION_DOOR: "eventGrid",
    PARTNER_TOPIC_NAMES: "one,two",
    EVENT_DELIVERY: "queue",
    DELIVERY_IDENTITY_NAME: "id-outlook-events",
    LOG_WORKSPACE_ID: TARGET.workspaceId,
    STORAGE_IS_PRIVATE: "true",
  };
  const GROUP = { AZURE_RESOURCE_GROUP: "rg-availability" };
  const place = { resourceGroup: "rg-availability" };
  const want = { ...TARGET, topics: ["one", "two"], identity: "SystemAssigned" };
  /** As azd deploys: named by the minute, the modules and stage two beside it; Azure says outputs in another case. */
  const deployments: Readonly<Record<string, { at: string; state: string; outputs?: object }>> = {
    identity: { at: "2026-05-02T10:00:00Z", state: "Succeeded" },
    "availability-1": { at: "2026-05-01T10:00:00Z", state: "Succeeded", outputs: { DELIVERY_IDENTITY_NAME: "old" } },
    "availability-2": {
      at: "2026-05-02T10:05:00Z",
      state: "Succeeded",
      outputs: { ...outputs, STORAGE_IS_PRIVATE: true },
    },
    "availability-3": { at: "2026-05-03T10:00:00Z", state: "Failed", outputs: { DELIVERY_IDENTITY_NAME: "failed" } },
    "outlook-availability-events": { at: "2026-05-02T11:00:00Z", state: "Succeeded", outputs: { EVENTS: [] } },
  };
  const otherCase = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
  const answer = (args: readonly string[]): unknown => {
    if (args[0] === "account") return { id: TARGET.subscriptionId };
    if (args[2] === "list") return Object.entries(deployments).map(([name, { at, state }]) => ({ name, at, state }));
    const { outputs: found = {} } = deployments[args[args.indexOf("--name") + 1] ?? ""] ?? {};
    return Object.fromEntries(Object.entries(found).map(([name, value]) => [otherCase(name), { value }]));
  };
  const cli = async (args: readonly string[]) => ({ code: 0, stdout: JSON.stringify(answer(args)), stderr: "" });
  const stored = (values: object) => async () => ({ code: 0, stdout: JSON.stringify(values), stderr: "" });
  const noAzd = () => Promise.reject(Object.assign(new Error("spawn azd ENOENT"), { code: "ENOENT" }));
  const told = (values: Readonly<Record<string, unknown>>) => ({ values: inCapitals(values) });

  test("the environment that azd gives, what azd has stored, and the newest deployment say the same", async () => {
    expect(await readTarget(cli, {}, told({ ...GROUP, ...outputs }))).toEqual(want);
    expect(await readTarget(cli, {}, await withAzd({}, stored({ ...GROUP, ...outputs })))).toEqual(want);
    expect(await readTarget(cli, place, await withAzd({}, noAzd))).toEqual(want);
  });

  test("a deployment or a group that is named counts, whatever the environment says", async () => {
    const elsewhere = told({ AZURE_RESOURCE_GROUP: "rg-other", ...outputs, PARTNER_TOPIC_NAMES: "other" });
    expect(await readTarget(cli, place, elsewhere)).toEqual(want);
    expect(await readTarget(cli, { ...place, deployment: "availability-2" }, elsewhere)).toEqual(want);
  });

  test("without a group, or a deployment of main.bicep in it, it says which option names it", async () => {
    await expect(readTarget(cli, {}, told({}))).rejects.toThrow("--resource-group is missing; name the group");
    const empty = async (args: readonly string[]) => (args[2] === "list" ? stored([])() : cli(args));
    await expect(readTarget(empty, place, told({}))).rejects.toThrow(/no deployment .* --deployment$/);
  });

  test("where azd could have told the group, it says why azd has not", async () => {
    const asked = async (azd: Parameters<typeof withAzd>[1]) => readTarget(cli, {}, await withAzd({}, azd));
    await expect(asked(noAzd)).rejects.toThrow(/^--resource-group is missing \(azd was not found\); name the group/);
    const refusing = async () => ({ code: 1, stdout: "", stderr: "ERROR: no environment is selected\n" });
    await expect(asked(refusing)).rejects.toThrow("(azd env get-values: ERROR: no environment is selected); name");
    const denied = () => Promise.reject(new Error("spawn azd EACCES"));
    await expect(asked(denied)).rejects.toThrow("(azd cannot be run: spawn azd EACCES)");
  });

  test("options say what is watched first, and how often one looks for it", () => {
    const given = readCommandLine(EVENTS_SETUP, ["--watch", "anna@contoso.com", "--wait-minutes", "2"]);
    expect(given.kind === "given" && setupOptions(given)).toEqual({ watch: "anna@contoso.com", looksMax: 12 });
  });

  test("another door is refused with what to do", async () => {
    const target = readTarget(cli, {}, told({ ...GROUP, ...outputs, NOTIFICATION_DOOR: "webhook" }));
    await expect(target).rejects.toThrow(/notificationDoor webhook; deploy it with eventGrid first/);
  });

  test("a missing output is named", async () => {
    const { API_URL: _, ...rest } = outputs;
    await expect(readTarget(cli, {}, told({ ...GROUP, ...rest }))).rejects.toThrow(/API_URL is missing/);
  });
});

describe("the first watch", () => {
  test("it goes to the app with the caller's own proof, and a refusal names no mailbox", async () => {
    const requests: Request[] = [];
    const app = async (url: string | URL | Request, init?: RequestInit) => {
      requests.push(new Request(url, init));
      return new Response(null, { status: requests.length === 1 ? 200 : 403 });
    };
    await askApp(app, TARGET.apiUrl, "anna@contoso.com", { API_KEY: "key" });
    expect(requests[0]?.headers.get("x-functions-key")).toBe("key");
    expect(await requests[0]?.json()).toEqual({ calendars: [{ mailbox: "anna@contoso.com" }] });
    const refusal = askApp(app, TARGET.apiUrl, "anna@contoso.com", { API_TOKEN: "token" });
    await expect(refusal).rejects.toThrow(/^POST \S+\/watch was answered with 403$/);
    expect(requests[1]?.headers.get("authorization")).toBe("Bearer token");
  });

  test("without a token or key it says which to give", async () => {
    await expect(askApp(fetch, TARGET.apiUrl, "anna@contoso.com", {})).rejects.toThrow(/API_TOKEN.*API_KEY/);
  });
});

test("for a shell, arguments that it would split or cut are put between quotes, and others are left alone", () => {
  const args = ["--url", "/subscriptions/s?api-version=2025-02-15", "@C:\\Users\\A B\\body.json", "a&b"];
  expect(args.map(quoted)).toEqual([
    "--url",
    '"/subscriptions/s?api-version=2025-02-15"',
    '"@C:\\Users\\A B\\body.json"',
    '"a&b"',
  ]);
});
