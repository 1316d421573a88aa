/** The app settings of a deployment against shared/config.ts, which reads them. */
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../shared/config.js";
import { ConfigError } from "../../shared/settings.js";
import { EVENT_HUB, HARDENED, MINIMAL, ofType, type Snapshot, settingsOf } from "./deployed.js";

/** What Azure would put where a snapshot has an expression. */
const ONLY_AZURE_KNOWS: readonly (readonly [RegExp, string])[] = [
  [/outputs\.blobServiceUri/, "https://stoutlook.blob.core.windows.net/"],
  [/outputs\.queueServiceUri/, "https://stoutlook.queue.core.windows.net/"],
  [/outputs\.tableServiceUri/, "https://stoutlook.table.core.windows.net/"],
  [/outputs\.clientId/, "44444444-4444-4444-4444-444444444444"],
  [/outputs\.clientStateKeysReference/, `k1:${Buffer.from("0".repeat(64)).toString("base64")}`],
  [/outputs\.connectionString/, "IngestionEndpoint=https://westeurope-1.in.applicationinsights.azure.com/"],
  [/defaultHostName/, "https://func-outlook.azurewebsites.net/api/graph/notifications"],
];

/** As the app sees them at its start. Errors: throws for an expression that is not in the table above. */
function resolved(deployed: Snapshot): Record<string, string> {
  const value = (text: string): string => {
    if (!text.startsWith("[")) return text;
    const [, known] = ONLY_AZURE_KNOWS.find(([expression]) => expression.test(text)) ?? [];
    if (known === undefined) throw new Error(`unknown expression: ${text}`);
    return known;
  };
  return Object.fromEntries(Object.entries(settingsOf(deployed)).map(([name, text]) => [name, value(text)]));
}

/** Every name that the configuration asks for, with these settings. */
function namesRead(settings: Readonly<Record<string, string>>): Set<string> {
  const read = new Set<string>();
  const watched = new Proxy(settings, {
    ownKeys: () => [], // going through all of them is not asking for one
    get: (target, name) => {
      read.add(String(name));
      return target[String(name)];
    },
  });
  try {
    parseConfig(watched);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error; // refused on the way: what it read until then counts
  }
  return read;
}

/** Set for the host, which reads them before the app does. */
const OF_THE_HOST = new Set([
  "AzureWebJobsStorage__blobServiceUri",
  "AzureWebJobsStorage__credential",
  "APPLICATIONINSIGHTS_CONNECTION_STRING",
  "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
  "EventHubConnection__credential",
  "EventHubConnection__clientId",
]);
/** Read by the app, and meant to be absent in Azure. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  AzureWebJobsStorage: "a connection string: the account takes no keys",
  GRAPH_BASE_URL: "Microsoft Graph itself by default",
  GRAPH_CLIENT_ID: "of another application than the identity",
  GRAPH_CLIENT_SECRET: "a stored password",
  AUTH_JWKS_URL: "the tenant's own by default",
  EVENT_HUB_NAME: "another door, with an event hub of one's own",
  EVENT_HUB_CONSUMER_GROUP: "another door, with an event hub of one's own",
  EventHubConnection: "another door, with an event hub of one's own",
  EventHubConnection__fullyQualifiedNamespace: "another door, with an event hub of one's own",
  PARTNER_TOPICS: "of the door eventGrid; without it that door does not start",
  WEBSITE_INSTANCE_ID: "the platform sets it",
  WEBSITE_HOSTNAME: "the platform sets it",
};
/** facts of the plan: the platform refuses these, or they break scaling. */
const FORBIDDEN_ON_FLEX =
  /^(FUNCTIONS_(EXTENSION_VERSION|WORKER_RUNTIME(_VERSION)?|WORKER_PROCESS_COUNT|MAX_HTTP_CONCURRENCY)|WEBSITE_(NODE_DEFAULT_VERSION|RUN_FROM_PACKAGE|CONTENT.*|VNET_ROUTE_ALL|DNS_SERVER|TIME_ZONE)|TZ|SCM_DO_BUILD_DURING_DEPLOYMENT|ENABLE_ORYX_BUILD)$/;

describe.each([
  ["minimal", MINIMAL],
  ["hardened", HARDENED],
  ["eventHub", EVENT_HUB],
] as const)("app settings: %s", (_name, deployed) => {
  const settings = resolved(deployed);

  test("the app starts with them, without a warning", () => {
    expect(parseConfig(settings).warnings).toEqual([]);
  });

  test("each is read by the app or by the host", () => {
    const known = namesRead(settings);
    const ignored = Object.keys(settings).filter((name) => !known.has(name) && !OF_THE_HOST.has(name));
    expect(ignored).toEqual([]);
  });

  test("each that the app reads is set, or left out for a reason", () => {
    const forgotten = [...namesRead(settings)].filter((name) => !(name in settings) && !(name in LEFT_OUT));
    expect(forgotten).toEqual([]);
  });

  test("none is of those that Flex Consumption must not have", () => {
    expect(Object.keys(settings).filter((name) => FORBIDDEN_ON_FLEX.test(name))).toEqual([]);
    const others = ofType(deployed, "Microsoft.Web/sites").flatMap(({ properties }) => Object.keys(properties));
    expect(others).not.toContain("linuxFxVersion");
  });

  test("storage, Graph and telemetry are reached as the identity, and the keys are a reference to the vault", () => {
    expect(settings).toMatchObject({
      AzureWebJobsStorage__credential: "managedidentity",
      AzureWebJobsStorage__clientId: settings.AZURE_CLIENT_ID,
      GRAPH_CREDENTIAL: expect.stringMatching(/^(managedIdentity|federated)$/),
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: expect.stringMatching(/44444444/),
    });
    expect(settingsOf(deployed).CLIENT_STATE_KEYS).toContain("outputs.clientStateKeysReference");
  });
});

test("the table of what is left out names nothing that the app no longer reads", () => {
  const variants = [
    {},
    { AUTH: "none" },
    { GRAPH_CREDENTIAL: "clientSecret", GRAPH_CLIENT_ID: "x" },
    { AUTH: "none", WEBSITE_INSTANCE_ID: "" },
    { EVENT_HUB_NAME: "graph" },
  ];
  const read = variants.map((variant) => namesRead({ ...resolved(MINIMAL), ...variant }));
  expect(Object.keys(LEFT_OUT).filter((name) => !read.some((names) => names.has(name)))).toEqual([]);
});

test("with an application of many tenants the identity's token is exchanged for its, without a secret", () => {
  expect(settingsOf(MINIMAL).GRAPH_CREDENTIAL).toBe("managedIdentity");
  expect(settingsOf(HARDENED)).toMatchObject({
    GRAPH_CREDENTIAL: "federated",
    GRAPH_CLIENT_ID: "55555555-5555-5555-5555-555555555555",
  });
});

test("an event hub is read as the identity, and addressed as Microsoft Graph wants it", () => {
  const settings = resolved(EVENT_HUB);
  expect(settings).toMatchObject({
    EVENT_HUB_NAME: "graph",
    EVENT_HUB_CONSUMER_GROUP: "outlook-availability",
    EventHubConnection__fullyQualifiedNamespace: "contoso-events.servicebus.windows.net",
    EventHubConnection__credential: "managedidentity",
    EventHubConnection__clientId: settings.AZURE_CLIENT_ID,
  });
  const address =
    "EventHub:https://contoso-events.servicebus.windows.net/eventhubname/graph?tenantId=contoso.onmicrosoft.com";
  expect(parseConfig(settings).addresses.used).toEqual([address]);
  for (const deployed of [MINIMAL, HARDENED])
    expect(Object.keys(settingsOf(deployed)).filter((name) => /^EVENT_?HUB/i.test(name))).toEqual([]);
});

test("partner topics are addressed as Microsoft Graph wants it, one each", () => {
  const topics = settingsOf(HARDENED).PARTNER_TOPICS?.split(",") ?? [];
  expect(topics.map((topic) => Object.fromEntries(new URL(topic).searchParams))).toEqual(
    ["oa-production-1", "oa-production-2"].map((partnertopic) => ({
      azuresubscriptionid: "00000000-0000-0000-0000-000000000001",
      resourcegroup: "rg-availability",
      partnertopic,
      location: "westeurope",
    })),
  );
  expect(settingsOf(MINIMAL).PARTNER_TOPICS).toBeUndefined();
});
