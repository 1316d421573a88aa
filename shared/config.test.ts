import { describe, expect, test } from "vitest";
import { eventHubOf, parseConfig } from "./config.js";
import { MINUTE_MS, SECOND_MS } from "./domain/time.js";

const SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==";
const TENANTS = ["22222222-2222-2222-2222-222222222222", "33333333-3333-3333-3333-aaaaaaaaaaaa"] as const;
/** The least that starts in Azure. */
const GOOD = {
  AzureWebJobsStorage: "AccountName=devstoreaccount1;AccountKey=Secret1==",
  NOTIFICATION_URL: "https://app.contoso.com/api/graph/notifications",
  CLIENT_STATE_KEYS: `k1:${SECRET}`,
  AUTH_TENANT_ID: "22222222-2222-2222-2222-222222222222",
  AUTH_AUDIENCE: "api://availability",
} as const;
/** The least that starts on one machine. */
const LOCAL = {
  ...GOOD,
  GRAPH_BASE_URL: "http://127.0.0.1:4100",
  GRAPH_CREDENTIAL: "none",
  AUTH: "none",
  WEBSITE_HOSTNAME: "localhost:7071",
};
const topic = (number: number): string =>
  `EventGrid:?azuresubscriptionid=22222222-2222-2222-2222-222222222222&resourcegroup=rg_(1).a&partnertopic=topic-${number}&location=westeurope`;

describe("what is good", () => {
  test("With the least that must be set, everything else has the default that is documented", () => {
    const config = parseConfig(GOOD);
    expect(config).toMatchObject({
      storage: { kind: "connectionString", connectionString: GOOD.AzureWebJobsStorage },
      graph: { baseUrl: "https://graph.microsoft.com", credential: { kind: "managedIdentity" } },
      addresses: { used: [GOOD.NOTIFICATION_URL], own: [GOOD.NOTIFICATION_URL] },
      policy: {
        door: "webhook",
        horizonDays: 90,
        reconcileMs: 15 * MINUTE_MS,
        pollMs: 5 * MINUTE_MS,
        minRefreshIntervalMs: 2 * SECOND_MS,
        confirmAfterMs: 60 * SECOND_MS,
      },
      defaultMaxAgeMs: 20 * MINUTE_MS,
      auth: { kind: "entra", tenantIds: [GOOD.AUTH_TENANT_ID], audiences: ["api://availability"] },
      warnings: [],
    });
    expect(config).not.toHaveProperty("defaultTenantId");
  });

  test("A local host may do without tokens, as long as all of it is on loopback", () => {
    expect(parseConfig(LOCAL)).toMatchObject({
      graph: { baseUrl: "http://127.0.0.1:4100", credential: { kind: "none" } },
      auth: { kind: "none" },
    });
  });

  test("Storage by identity needs both URLs, and takes a client id", () => {
    const urls = {
      AzureWebJobsStorage__queueServiceUri: "https://a.queue.core.windows.net",
      AzureWebJobsStorage__tableServiceUri: "https://a.table.core.windows.net",
    };
    const identity = { ...GOOD, AzureWebJobsStorage: undefined, ...urls };
    const storage = {
      kind: "identity",
      queueUrl: urls.AzureWebJobsStorage__queueServiceUri,
      tableUrl: urls.AzureWebJobsStorage__tableServiceUri,
    };
    expect(parseConfig(identity).storage).toEqual(storage);
    const named = parseConfig({ ...identity, AzureWebJobsStorage__clientId: "id" });
    expect(named.storage).toEqual({ ...storage, clientId: "id" });
  });

  test("I2: several keys verify, the first one signs", () => {
    const keys = parseConfig({ ...GOOD, CLIENT_STATE_KEYS: `new:${SECRET}, k1:${SECRET}` }).keys;
    expect(keys.current.id).toBe("new");
    expect(keys.all.map(({ id }) => id)).toEqual(["new", "k1"]);
    expect(Buffer.from(keys.current.secret).toString("base64")).toBe(SECRET);
  });

  test("Partner topics take the place of the URL; a URL that is set all the same is known as the app's own", () => {
    const hub = "EventHub:https://ns.servicebus.windows.net/eventhubname/graph?tenantId=contoso.com";
    const settings = {
      ...GOOD,
      NOTIFICATION_DOOR: "eventGrid",
      PARTNER_TOPICS: ` ${topic(1)}, ${topic(2).toUpperCase().replace("EVENTGRID", "EventGrid")},${hub}`,
      EVENT_HUB_NAME: "graph",
      EventHubConnection__fullyQualifiedNamespace: "ns.servicebus.windows.net",
    };
    const { addresses, policy } = parseConfig({ ...settings, NOTIFICATION_URL: undefined });
    expect(policy.door).toBe("eventGrid");
    expect(addresses.used).toEqual([topic(1), topic(2).toUpperCase().replace("EVENTGRID", "EventGrid"), hub]);
    expect(addresses.own).toEqual(addresses.used);
    const leaving = parseConfig(settings).addresses;
    expect(leaving).toEqual({ used: addresses.used, own: [GOOD.NOTIFICATION_URL, ...addresses.used] });
    const back = parseConfig({ ...settings, NOTIFICATION_DOOR: "webhook" }).addresses;
    expect(back).toEqual({ used: [GOOD.NOTIFICATION_URL], own: leaving.own });
  });

  test("An event hub is listened to where its name is set, by the consumer group that is set or the default one", () => {
    expect(eventHubOf(GOOD)).toBeUndefined();
    expect(eventHubOf({ EVENT_HUB_NAME: " graph " })).toEqual({ name: "graph" });
    const both = { EVENT_HUB_NAME: "graph", EVENT_HUB_CONSUMER_GROUP: "availability" };
    expect(eventHubOf(both)).toEqual({ name: "graph", consumerGroup: "availability" });
  });

  test("I2: with a new first key, at the end or at the front, every valid list of keys starts", () => {
    const list = (...ids: readonly string[]): string => ids.map((id) => `${id}:${SECRET}`).join();
    for (const ids of [["old"], ["old", "new"], ["new", "old"], ["new"], ["a", "b", "c", "d", "e", "f", "g", "h"]]) {
      const keys = parseConfig({ ...GOOD, CLIENT_STATE_KEYS: list(...ids) }).keys;
      expect([keys.current.id, keys.all.map(({ id }) => id)]).toEqual([ids[0], ids]);
    }
  });

  test.each([
    [
      "a slash at the end of Graph's address is left out",
      { GRAPH_BASE_URL: "https://graph.microsoft.us/" },
      { graph: { baseUrl: "https://graph.microsoft.us" } },
    ],
    [
      "a client secret comes with its client",
      { GRAPH_CREDENTIAL: "clientSecret", GRAPH_CLIENT_ID: "a", GRAPH_CLIENT_SECRET: "b" },
      { graph: { credential: { kind: "clientSecret", clientId: "a", clientSecret: "b" } } },
    ],
    [
      "a federated app comes with the identity that it trusts",
      { GRAPH_CREDENTIAL: "federated", GRAPH_CLIENT_ID: "a", AZURE_CLIENT_ID: "b" },
      { graph: { credential: { kind: "federated", clientId: "a", identityClientId: "b" } } },
    ],
    [
      "Graph may be that of any national cloud",
      { GRAPH_BASE_URL: "https://microsoftgraph.chinacloudapi.cn" },
      { graph: { baseUrl: "https://microsoftgraph.chinacloudapi.cn" } },
    ],
    [
      "an identity may be named",
      { AZURE_CLIENT_ID: "a" },
      { graph: { credential: { kind: "managedIdentity", clientId: "a" } } },
    ],
    ["a default tenant is kept", { GRAPH_TENANT_ID: "contoso.com" }, { defaultTenantId: "contoso.com" }],
    [
      "polling needs no URL of its own",
      { NOTIFICATION_DOOR: "polling", NOTIFICATION_URL: undefined },
      { addresses: { used: [], own: [] }, policy: { door: "polling" } },
    ],
    [
      "numbers are taken at their limits",
      {
        HORIZON_DAYS: "365",
        RECONCILE_MINUTES: "5",
        POLL_MINUTES: "60",
        MIN_REFRESH_INTERVAL_SECONDS: "0",
        CONFIRM_AFTER_SECONDS: "0",
        DEFAULT_MAX_AGE_SECONDS: "86400",
      },
      {
        policy: {
          horizonDays: 365,
          reconcileMs: 5 * MINUTE_MS,
          pollMs: 60 * MINUTE_MS,
          minRefreshIntervalMs: 0,
          confirmAfterMs: 0,
        },
        defaultMaxAgeMs: 86_400 * SECOND_MS,
      },
    ],
    [
      "several tenants and audiences are accepted",
      { AUTH_TENANT_ID: `${TENANTS[0]}, ${TENANTS[1]}`, AUTH_AUDIENCE: "c,d" },
      { auth: { tenantIds: TENANTS, audiences: ["c", "d"] } },
    ],
    [
      "keys of their own may sign the tokens",
      { AUTH_JWKS_URL: "http://localhost:9/keys" },
      { auth: { jwksUrl: "http://localhost:9/keys" } },
    ],
    [
      "what is blank is not set",
      { AUTH_JWKS_URL: " ", GRAPH_BASE_URL: " ", GRAPH_CREDENTIAL: "managedIdentity" },
      { auth: { kind: "entra" }, graph: { baseUrl: "https://graph.microsoft.com" } },
    ],
    [
      "platform keys need no tenant",
      { AUTH: "key", AUTH_TENANT_ID: undefined, AUTH_AUDIENCE: undefined },
      { auth: { kind: "key" } },
    ],
    [
      "spaces around a value and an empty value do not count",
      { HORIZON_DAYS: " 7 ", POLL_MINUTES: "" },
      { policy: { horizonDays: 7, pollMs: 5 * MINUTE_MS } },
    ],
  ])("%s", (_what, settings, config) => {
    expect(parseConfig({ ...GOOD, ...settings })).toMatchObject(config);
  });

  test("A maximum age below what the sweep can keep is allowed, and warned about", () => {
    expect(parseConfig({ ...GOOD, DEFAULT_MAX_AGE_SECONDS: "1199" }).warnings).toEqual([
      expect.stringMatching(/^DEFAULT_MAX_AGE_SECONDS .*RECONCILE_MINUTES/),
    ]);
    expect(parseConfig({ ...GOOD, RECONCILE_MINUTES: "16" }).warnings).toHaveLength(1);
  });
});
