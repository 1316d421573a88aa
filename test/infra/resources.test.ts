import { describe, expect, test } from "vitest";
import names from "../../shared/names.json" with { type: "json" };
import { HARDENED, lastName, MINIMAL, ofType, only, type Snapshot } from "./deployed.js";

const BOTH: readonly (readonly [string, Snapshot])[] = [
  ["minimal", MINIMAL],
  ["hardened", HARDENED],
];
const STORAGE = "Microsoft.Storage/storageAccounts";
const named = (ending: string): string[] =>
  Object.entries(names).flatMap(([key, name]) => (key.endsWith(ending) ? [name] : []));

/** What each kind of resource is there for. One that is not listed has no business in the group. */
const NEEDS: Readonly<Record<string, string>> = {
  "Microsoft.ManagedIdentity/userAssignedIdentities": "who the app is, and who Event Grid delivers as",
  [STORAGE]: "rows, queues, the app's package, dead letters",
  [`${STORAGE}/blobServices`]: "parent of the containers",
  [`${STORAGE}/blobServices/containers`]: "package and dead letters",
  [`${STORAGE}/queueServices`]: "parent of the queues",
  [`${STORAGE}/queueServices/queues`]: "work, and what failed",
  [`${STORAGE}/tableServices`]: "parent of the tables",
  [`${STORAGE}/tableServices/tables`]: "calendars and subscriptions",
  [`${STORAGE}/managementPolicies`]: "dead letters do not stay for ever",
  "Microsoft.KeyVault/vaults": "keeps CLIENT_STATE_KEYS",
  "Microsoft.KeyVault/vaults/secrets": "CLIENT_STATE_KEYS, made once",
  "Microsoft.OperationalInsights/workspaces": "logs",
  "Microsoft.Insights/components": "takes the app's telemetry in",
  "Microsoft.Authorization/roleAssignments": "see roles.test.ts",
  "Microsoft.Web/serverfarms": "the Flex Consumption plan",
  "Microsoft.Web/sites": "the app",
  "Microsoft.Web/sites/config": "the app's settings",
  "Microsoft.Web/sites/basicPublishingCredentialsPolicies": "no password deploys",
};
const HARDENED_NEEDS: Readonly<Record<string, string>> = {
  "Microsoft.Authorization/locks": "storage and vault are not deleted by mistake",
  "Microsoft.EventGrid/partnerConfigurations": "Microsoft Graph may create partner topics",
  "Microsoft.Network/virtualNetworks": "the app's way to the private endpoints",
  "Microsoft.Network/privateEndpoints": "storage and vault inside the network",
  "Microsoft.Network/privateEndpoints/privateDnsZoneGroups": "an endpoint's entry in its zone",
  "Microsoft.Network/privateDnsZones": "their names, inside the network",
  "Microsoft.Network/privateDnsZones/virtualNetworkLinks": "the network asks these zones",
};
const MONITORING = /^Microsoft\.Insights\/(?!components$)/; // alerts and the workbook have tests of their own

describe.each(BOTH)("a %s deployment", (_name, deployed) => {
  test("the storage account takes no key, no plain http, no old TLS and shows nothing to the public", () => {
    expect(only(deployed, STORAGE).properties).toMatchObject({
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      defaultToOAuthAuthentication: true,
      minimumTlsVersion: "TLS1_2",
      supportsHttpsTrafficOnly: true,
    });
    for (const container of ofType(deployed, `${STORAGE}/blobServices/containers`))
      expect(container.properties).toEqual({ publicAccess: "None" });
  });

  test("every queue of names.json is there with its poison queue, every table and every container, and no other", () => {
    const there = (type: string): string[] => ofType(deployed, `${STORAGE}/${type}`).map(lastName).sort();
    const queues = named("Queue");
    const poison = queues.map((queue) => `${queue}${names.poisonSuffix}`);
    expect(there("queueServices/queues")).toEqual([...queues, ...poison].sort());
    expect(there("tableServices/tables")).toEqual(named("Table").sort());
    expect(there("blobServices/containers")).toEqual(named("Container").sort());
    expect(Object.keys(names).filter((key) => !/(Queue|Table|Container)$/.test(key))).toEqual(["poisonSuffix"]);
  });

  test("dead letters, and nothing else, are deleted in time", () => {
    const { policy } = only(deployed, `${STORAGE}/managementPolicies`).properties;
    const filters = { blobTypes: ["blockBlob"], prefixMatch: [`${names.deadLettersContainer}/`] };
    const actions = { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } };
    expect(policy).toMatchObject({ rules: [{ enabled: true, definition: { filters, actions } }] });
  });

  test("the app speaks https only, runs Node 24 as its identity, and no password deploys to it", () => {
    const app = only(deployed, "Microsoft.Web/sites");
    expect(app.properties).toMatchObject({
      httpsOnly: true,
      siteConfig: { minTlsVersion: "1.2", scmMinTlsVersion: "1.2", ftpsState: "Disabled" },
      functionAppConfig: {
        runtime: { name: "node", version: "24" },
        deployment: { storage: { authentication: { type: "UserAssignedIdentity" } } },
      },
    });
    expect(app).toMatchObject({ identity: { type: "UserAssigned" }, tags: { "azd-service-name": "api" } });
    const policies = ofType(deployed, "Microsoft.Web/sites/basicPublishingCredentialsPolicies");
    expect(policies.map((policy) => [lastName(policy), policy.properties])).toEqual([
      ["ftp", { allow: false }],
      ["scm", { allow: false }],
    ]);
  });

  test("the app's package is in the container that is made for it", () => {
    const { functionAppConfig } = only(deployed, "Microsoft.Web/sites").properties;
    const value = expect.stringContaining(`'${names.packagesContainer}'`);
    expect(functionAppConfig).toMatchObject({ deployment: { storage: { type: "blobContainer", value } } });
  });

  test("logs are taken from identities only", () => {
    const workspace = only(deployed, "Microsoft.OperationalInsights/workspaces");
    expect(workspace.properties).toMatchObject({ features: { disableLocalAuth: true } });
    expect(only(deployed, "Microsoft.Insights/components").properties).toMatchObject({
      DisableLocalAuth: true,
      WorkspaceResourceId: workspace.id,
    });
  });

  test("the vault asks for roles, and keeps what is deleted", () => {
    expect(only(deployed, "Microsoft.KeyVault/vaults").properties).toMatchObject({
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      enablePurgeProtection: true,
    });
  });

  test("whoever reads the vault's secret is noted in the workspace", () => {
    const [vault, workspace] = ["Microsoft.KeyVault/vaults", "Microsoft.OperationalInsights/workspaces"].map(
      (type) => only(deployed, type).id,
    );
    const [audit, ...others] = ofType(deployed, "Microsoft.Insights/diagnosticSettings");
    expect(others).toEqual([]);
    expect(audit?.id).toContain(`${vault}/providers/`);
    expect(audit?.properties).toMatchObject({
      workspaceId: workspace,
      logs: [{ categoryGroup: "audit", enabled: true }],
    });
  });

  test("no secret is written down: the only one is made of chance at the deployment", () => {
    const secrets = ofType(deployed, "Microsoft.KeyVault/vaults/secrets").map(({ properties }) => properties.value);
    expect(secrets).toEqual([expect.stringMatching(/^\[format\('k1:\{0\}', base64\(.*newGuid\(\), newGuid\(\)/)]);
    const text = JSON.stringify(deployed);
    expect(text).not.toMatch(
      /AccountKey|SharedAccessSignature|InstrumentationKey=|[?&]sig=|\blist\w*\(|BEGIN [A-Z ]*KEY/i,
    );
  });

  test("every resource has a need, every need a resource", () => {
    const needs = { ...NEEDS, ...(deployed === HARDENED && HARDENED_NEEDS) };
    const types = new Set(deployed.predictedResources.map(({ type }) => type).filter((type) => !MONITORING.test(type)));
    expect([...types].sort()).toEqual(Object.keys(needs).sort());
  });
});

describe("sizes", () => {
  const scaleOf = (deployed: Snapshot): unknown => only(deployed, "Microsoft.Web/sites").properties.functionAppConfig;

  test("by default one instance is kept warm for HTTP and one for refreshes", () => {
    const alwaysReady = [
      { name: "function:refresh", instanceCount: 1 },
      { name: "http", instanceCount: 1 },
    ];
    expect(scaleOf(MINIMAL)).toMatchObject({ scaleAndConcurrency: { alwaysReady } });
  });

  test("over several zones there are at least two of each, and the queue of events has its own", () => {
    const alwaysReady = ["function:graphEventsQueue", "function:refresh", "http"].map((name) => ({
      name,
      instanceCount: 2,
    }));
    expect(scaleOf(HARDENED)).toMatchObject({ scaleAndConcurrency: { alwaysReady } });
    expect(only(HARDENED, "Microsoft.Web/serverfarms").properties).toMatchObject({ zoneRedundant: true });
    expect(only(HARDENED, STORAGE)).toMatchObject({ sku: { name: "Standard_ZRS" } });
  });
});

describe("a hardened deployment", () => {
  test("everything that has a place carries the tags", () => {
    const placed = HARDENED.predictedResources.filter(({ location }) => location !== undefined);
    expect(placed.length).toBeGreaterThan(10);
    for (const { tags } of placed)
      expect(tags).toMatchObject({ owner: "booking-team", costCentre: "4711", "azd-env-name": "production" });
  });

  test("storage and vault are reached through private endpoints, storage by Event Grid as well", () => {
    expect(only(HARDENED, STORAGE).properties).toMatchObject({
      networkAcls: { defaultAction: "Deny", bypass: "AzureServices" },
    });
    expect(only(HARDENED, "Microsoft.KeyVault/vaults").properties).toMatchObject({ publicNetworkAccess: "Disabled" });
    const groups = ofType(HARDENED, "Microsoft.Network/privateEndpoints").map(({ properties }) => properties);
    const links = ["blob", "queue", "table", "vault"].map((service) => ({
      privateLinkServiceConnections: [{ properties: { groupIds: [service] } }],
    }));
    expect(groups).toMatchObject(links);
  });

  test("the app's traffic goes through the subnet that is delegated to it", () => {
    const { subnets } = only(HARDENED, "Microsoft.Network/virtualNetworks").properties;
    const app = {
      addressPrefix: "10.64.0.0/25",
      delegations: [{ properties: { serviceName: "Microsoft.App/environments" } }],
    };
    expect(subnets).toMatchObject([
      { name: "app", properties: app },
      { properties: { addressPrefix: "10.64.0.128/26" } },
    ]);
    const { virtualNetworkSubnetId } = only(HARDENED, "Microsoft.Web/sites").properties;
    expect(virtualNetworkSubnetId).toBe(`${only(HARDENED, "Microsoft.Network/virtualNetworks").id}/subnets/app`);
  });

  test("nobody calls the app from elsewhere than the named ranges", () => {
    const { siteConfig } = only(HARDENED, "Microsoft.Web/sites").properties;
    const ipSecurityRestrictions = ["203.0.113.0/24", "198.51.100.7/32"].map((ipAddress) => ({
      action: "Allow",
      ipAddress,
    }));
    expect(siteConfig).toMatchObject({ ipSecurityRestrictionsDefaultAction: "Deny", ipSecurityRestrictions });
  });

  test("nobody deploys from elsewhere than the named ranges", () => {
    const { siteConfig } = only(HARDENED, "Microsoft.Web/sites").properties;
    const scmIpSecurityRestrictions = [{ action: "Allow", ipAddress: "198.51.100.7/32" }];
    expect(siteConfig).toMatchObject({ scmIpSecurityRestrictionsDefaultAction: "Deny", scmIpSecurityRestrictions });
  });

  test("what holds state is locked against deletion", () => {
    const locks = ofType(HARDENED, "Microsoft.Authorization/locks");
    expect(locks.map(({ properties }) => properties.level)).toEqual(["CanNotDelete", "CanNotDelete"]);
    const scopes = locks.map(({ id }) => /providers\/(Microsoft\.(?:Storage|KeyVault)\/\w+)\//.exec(id)?.[1]).sort();
    expect(scopes).toEqual(["Microsoft.KeyVault/vaults", STORAGE]);
  });

  test("Microsoft Graph alone may create partner topics", () => {
    const { partnerAuthorization } = only(HARDENED, "Microsoft.EventGrid/partnerConfigurations").properties;
    const graph = {
      partnerName: "MicrosoftGraphAPI",
      partnerRegistrationImmutableId: "c02e0126-707c-436d-b6a1-175d2748fb58",
      authorizationExpirationTimeInUtc: "[dateTimeAdd(utcNow(), 'P360D', 'yyyy-MM-ddTHH:mm:ssZ')]",
    };
    expect(partnerAuthorization).toMatchObject({ authorizedPartnersList: [graph] });
  });
});
