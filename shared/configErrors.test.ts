import { describe, expect, test } from "vitest";
import { parseConfig } from "./config.js";
import { ConfigError } from "./settings.js";

const SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==";
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
type Settings = Readonly<Record<string, string | undefined>>;

const failure = (settings: Settings): string => {
  try {
    parseConfig(settings);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "no error";
};

describe("what is missing", () => {
  test.each<[string, Settings]>([
    ["AzureWebJobsStorage", GOOD],
    [
      "AzureWebJobsStorage__tableServiceUri",
      { ...GOOD, AzureWebJobsStorage: "", AzureWebJobsStorage__queueServiceUri: "https://a.example" },
    ],
    [
      "AzureWebJobsStorage__queueServiceUri",
      { ...GOOD, AzureWebJobsStorage: "", AzureWebJobsStorage__tableServiceUri: "https://a.example" },
    ],
    ["NOTIFICATION_URL", GOOD],
    ["CLIENT_STATE_KEYS", GOOD],
    ["AUTH_TENANT_ID", GOOD],
    ["AUTH_AUDIENCE", GOOD],
    ["PARTNER_TOPICS", { ...GOOD, NOTIFICATION_DOOR: "eventGrid" }],
    ["EventHubConnection", { ...GOOD, EVENT_HUB_NAME: "hub" }],
    ["GRAPH_CLIENT_ID", { ...GOOD, GRAPH_CREDENTIAL: "clientSecret", GRAPH_CLIENT_SECRET: "s" }],
    ["GRAPH_CLIENT_ID", { ...GOOD, GRAPH_CREDENTIAL: "federated", AZURE_CLIENT_ID: "i" }],
    ["AZURE_CLIENT_ID", { ...GOOD, GRAPH_CREDENTIAL: "federated", GRAPH_CLIENT_ID: "s" }],
    ["GRAPH_CLIENT_SECRET", { ...GOOD, GRAPH_CREDENTIAL: "clientSecret", GRAPH_CLIENT_ID: "s" }],
  ])("Without %s nothing starts, and the message names it and what it should be", (name, settings) => {
    for (const missing of [undefined, "", "   "].slice(0, name === "AzureWebJobsStorage" ? 2 : 3)) {
      const message = failure({ ...settings, [name]: missing });
      expect(message.startsWith(`${name} is not set: it should be `)).toBe(true);
    }
  });
});

/** Told apart from everything else in a message. */
const BAD = "BadValue-7531";
const LONG = Buffer.alloc(31).toString("base64");

describe("what is wrong", () => {
  const numbers = [
    "HORIZON_DAYS",
    "RECONCILE_MINUTES",
    "POLL_MINUTES",
    "MIN_REFRESH_INTERVAL_SECONDS",
    "CONFIRM_AFTER_SECONDS",
    "DEFAULT_MAX_AGE_SECONDS",
  ];
  const notNumbers = [BAD, "-1", "1.5", "1e2", "0x10", "9999999999", "999999", "１５", "NaN"];
  const urls = ["NOTIFICATION_URL", "GRAPH_BASE_URL", "AUTH_JWKS_URL"];
  const notUrls = [
    BAD,
    `http://${BAD}.example`,
    `ftp://${BAD}.example`,
    `https://user:${BAD}@a.example`,
    `https://a.example/#${BAD}`,
    `http://127.0.0.1.${BAD}.example`,
    `http://localhost.${BAD}.example`,
  ];

  test.each<[string, Settings]>([
    ...numbers.flatMap((name) => notNumbers.map((value): [string, Settings] => [name, { ...GOOD, [name]: value }])),
    ...["HORIZON_DAYS", "RECONCILE_MINUTES", "POLL_MINUTES"].map((name): [string, Settings] => [
      name,
      { ...GOOD, [name]: "0" },
    ]),
    ...urls.flatMap((name) => notUrls.map((value): [string, Settings] => [name, { ...GOOD, [name]: value }])),
    [
      "AzureWebJobsStorage__queueServiceUri",
      {
        ...GOOD,
        AzureWebJobsStorage: "",
        AzureWebJobsStorage__queueServiceUri: BAD,
        AzureWebJobsStorage__tableServiceUri: "https://a.example",
      },
    ],
    ["AzureWebJobsStorage", { ...GOOD, AzureWebJobsStorage: `UseDevelopmentStorage=true${BAD}` }],
    ["AUTH_AUDIENCE", { ...GOOD, AUTH_AUDIENCE: "," }],
    ["AUTH_AUDIENCE", { ...GOOD, AUTH_AUDIENCE: `a,,${BAD}` }],
    ["AUTH_TENANT_ID", { ...GOOD, AUTH_TENANT_ID: BAD }],
    ["AUTH_TENANT_ID", { ...GOOD, AUTH_TENANT_ID: "contoso.com" }],
    ["AUTH_TENANT_ID", { ...GOOD, AUTH_TENANT_ID: `${GOOD.AUTH_TENANT_ID},` }],
    ["NOTIFICATION_DOOR", { ...GOOD, NOTIFICATION_DOOR: BAD }],
    ["GRAPH_CREDENTIAL", { ...GOOD, GRAPH_CREDENTIAL: BAD }],
    ...[`https://${BAD}.example`, "https://graph.microsoft.com/v1.0", "https://graph.microsoft.com:8443"].map(
      (value): [string, Settings] => ["GRAPH_BASE_URL", { ...GOOD, GRAPH_BASE_URL: value }],
    ),
    ["GRAPH_CREDENTIAL", { ...GOOD, GRAPH_CREDENTIAL: "none" }],
    ["GRAPH_TENANT_ID", { ...GOOD, GRAPH_TENANT_ID: `${BAD} ${BAD}` }],
    ["AUTH", { ...GOOD, AUTH: BAD }],
    ["AUTH", { ...LOCAL, WEBSITE_HOSTNAME: `${BAD}.azurewebsites.net` }],
    ["AUTH", { ...LOCAL, WEBSITE_HOSTNAME: undefined }],
    ["AUTH", { ...LOCAL, WEBSITE_INSTANCE_ID: BAD }],
    ...[
      "k1",
      `k1:${BAD}`,
      `:${SECRET}`,
      `k.1:${SECRET}`,
      `${"k".repeat(33)}:${SECRET}`,
      `k1:${LONG}`,
      `k1:${SECRET},k1:${SECRET}`,
      `k1:${SECRET},`,
      Array.from({ length: 9 }, (_, id) => `k${id}:${SECRET}`).join(),
    ].map((value): [string, Settings] => ["CLIENT_STATE_KEYS", { ...GOOD, CLIENT_STATE_KEYS: value }]),
  ])("A bad %s stops the start with a message that names it and never tells its value: %j", (name, settings) => {
    const message = failure(settings);
    expect(message).toMatch(new RegExp(`^${name}\\b`));
    expect(message).not.toContain("\n");
    for (const told of [BAD, SECRET, LONG, "Secret1"]) expect(message).not.toContain(told);
  });

  const part = {
    azuresubscriptionid: "22222222-2222-2222-2222-222222222222",
    resourcegroup: "group",
    partnertopic: "topic",
    location: "westeurope",
  };
  const topic = (parts: object): string => `EventGrid:?${new URLSearchParams({ ...part, ...parts })}`;
  const hub = `EventHub:https://ns.servicebus.windows.net/eventhubname/graph?tenantId=contoso.com`;

  test.each<[string, string, RegExp]>([
    ["a text", BAD, /address 1 should be EventGrid:\?azuresubscriptionid=/],
    ["a webhook", `https://${BAD}.example`, /address 1 should be EventGrid:/],
    ["no subscription", topic({ azuresubscriptionid: BAD }), /no usable azuresubscriptionid/],
    ["a part missing", topic({}).replace("&location=westeurope", ""), /has no location/],
    ["a part empty", topic({ partnertopic: "" }), /no usable partnertopic/],
    ["a part twice", `${topic({})}&location=westeurope`, /no usable location/],
    ["a part that is none", topic({ [BAD]: BAD }), /a parameter too many/],
    ["a name that is none", topic({ resourcegroup: `${BAD}/x` }), /no usable resourcegroup/],
    ["an empty place", `${topic({})},`, /address 2 should be EventGrid:/],
    ["the second one wrong", `${topic({})}, ${BAD}`, /address 2 should be/],
    ["the same twice", `${topic({})},${topic({ partnertopic: "TOPIC" })}`, /address 2 is the same as address 1/],
    [
      "too many",
      Array.from({ length: 11 }, (_, n) => topic({ partnertopic: `topic-${n}` })).join(),
      /1 to 10 addresses/,
    ],
    ["a hub without its namespace", "EventHub:eventhubname/graph", /address 1 should be EventHub:https:/],
    ["a hub without a tenant", hub.replace("?tenantId=contoso.com", ""), /address 1 should be EventHub:https:/],
    ["a hub's keys", `EventHub:Endpoint=sb://ns/;SharedAccessKey=${BAD}`, /address 1 should be EventHub:https:/],
  ])(
    "PARTNER_TOPICS with %s stops the start, and the message tells where and what should be there",
    (_what, value, told) => {
      const message = failure({ ...GOOD, NOTIFICATION_DOOR: "eventGrid", PARTNER_TOPICS: value });
      expect(message).toMatch(/^PARTNER_TOPICS: /);
      expect(message).toMatch(told);
      expect(message).not.toContain(BAD);
    },
  );

  test("All that is missing or wrong is told at once, in one line, each thing once", () => {
    const missing = failure({});
    expect(missing).not.toContain("\n");
    for (const name of [
      "AzureWebJobsStorage",
      "NOTIFICATION_URL",
      "CLIENT_STATE_KEYS",
      "AUTH_TENANT_ID",
      "AUTH_AUDIENCE",
    ])
      expect(missing.split(`${name} is not set: it should be `)).toHaveLength(2);
    const wrong = failure({
      ...{
        ...GOOD,
        HORIZON_DAYS: BAD,
        POLL_MINUTES: BAD,
        NOTIFICATION_DOOR: BAD,
        GRAPH_BASE_URL: BAD,
        AUTH_JWKS_URL: BAD,
      },
      ...{ GRAPH_CREDENTIAL: "clientSecret", AUTH_TENANT_ID: BAD, EVENT_HUB_NAME: "hub", AUTH_AUDIENCE: "" },
    });
    const names = [...wrong.matchAll(/(?:^|; )(\w+)(?: should be| is not set: it should be)/g)].map(([, name]) => name);
    expect(names).toEqual([
      ...["EventHubConnection", "GRAPH_BASE_URL", "GRAPH_CLIENT_ID", "GRAPH_CLIENT_SECRET", "NOTIFICATION_DOOR"],
      ...["HORIZON_DAYS", "POLL_MINUTES", "AUTH_TENANT_ID", "AUTH_AUDIENCE", "AUTH_JWKS_URL"],
    ]);
    expect(wrong).not.toContain(BAD);
  });

  test("Topics that send to an event hub need one that is listened to", () => {
    const settings = { ...GOOD, NOTIFICATION_DOOR: "eventGrid", PARTNER_TOPICS: hub };
    expect(failure(settings)).toMatch(/^EVENT_HUB_NAME is not set/);
    const vault = "EventHub:https://vault-1.vault.azure.net/secrets/graph-hub?tenantId=contoso.com";
    for (const topics of [hub, vault, `${topic({})},${hub}`])
      expect(
        failure({ ...settings, PARTNER_TOPICS: topics, EVENT_HUB_NAME: "graph", EventHubConnection: "Endpoint=x" }),
      ).toBe("no error");
  });

  test("A Key Vault reference that was not resolved is said to be one, whatever setting it is in", () => {
    const reference = `@Microsoft.KeyVault(SecretUri=https://${BAD}.vault.azure.net/secrets/x)`;
    for (const name of ["CLIENT_STATE_KEYS", "GRAPH_CLIENT_SECRET", "ANYTHING_ELSE"]) {
      const message = failure({ ...GOOD, [name]: reference });
      expect(message).toMatch(new RegExp(`^${name}: the Key Vault reference was not resolved`));
      expect(message).not.toContain(BAD);
    }
  });
});
