/** Graph's clouds: where tokens for each are from. Source: https://learn.microsoft.com/graph/deployments */

export interface GraphCloud {
  readonly authorityHost: string;
  /** Of tokens of version 2 and 1. Source: `issuer` of the tenant's .well-known/openid-configuration, with v2.0 and without. */
  readonly issuers: readonly string[];
  /**
   * What a managed identity's token is asked for where it stands in for an app's secret.
   * Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
   */
  readonly exchangeScope: string;
}

const GLOBAL: GraphCloud = {
  authorityHost: "https://login.microsoftonline.com",
  issuers: ["https://login.microsoftonline.com/{tenant}/v2.0", "https://sts.windows.net/{tenant}/"],
  exchangeScope: "api://AzureADTokenExchange/.default",
};
const US_GOVERNMENT: GraphCloud = {
  authorityHost: "https://login.microsoftonline.us",
  issuers: ["https://login.microsoftonline.us/{tenant}/v2.0", "https://sts.windows.net/{tenant}/"],
  exchangeScope: "api://AzureADTokenExchangeUSGov/.default",
};
const CHINA: GraphCloud = {
  authorityHost: "https://login.chinacloudapi.cn",
  issuers: ["https://login.partner.microsoftonline.cn/{tenant}/v2.0", "https://sts.chinacloudapi.cn/{tenant}/"],
  exchangeScope: "api://AzureADTokenExchangeChina/.default",
};

/** By the host of Graph's address. */
export const GRAPH_CLOUDS: ReadonlyMap<string, GraphCloud> = new Map([
  ["graph.microsoft.com", GLOBAL],
  ["graph.microsoft.us", US_GOVERNMENT],
  ["dod-graph.microsoft.us", US_GOVERNMENT],
  ["microsoftgraph.chinacloudapi.cn", CHINA],
]);

/** The cloud of Graph's address; the global one where the address is this machine's own. */
export const cloudOf = (graphUrl: string): GraphCloud => GRAPH_CLOUDS.get(new URL(graphUrl).hostname) ?? GLOBAL;
