/** Who this app is: towards Graph and towards storage. */
import type { TokenCredential } from "@azure/identity";

export type GraphCredential =
  /** `tenantId`: its own, where that is known. */
  | { readonly kind: "managedIdentity"; readonly clientId?: string; readonly tenantId?: string }
  | { readonly kind: "clientSecret"; readonly clientId: string; readonly clientSecret: string }
  /** No token: for the simulator on loopback. */
  | { readonly kind: "none" };

/** Tokens for Graph, by tenant. */
export interface GraphTokens {
  /** `undefined`: none is needed. `fresh` never comes from a cache. Errors: throws where none is to be had. */
  token(tenantId: string, fresh: boolean, abortSignal: AbortSignal): Promise<string | undefined>;
}

/** Tenants whose credential objects, and with them tokens, are kept. */
const TENANTS_MAX = 1_000;
/** An object that has failed so often in a row may be broken itself; a new one starts from nothing. */
const FAILURES_MAX = 3;

/** Graph's clouds and where their tokens are from. Source: https://learn.microsoft.com/graph/deployments */
const AUTHORITIES: Readonly<Record<string, string>> = {
  "graph.microsoft.us": "https://login.microsoftonline.us",
  "dod-graph.microsoft.us": "https://login.microsoftonline.us",
  "microsoftgraph.chinacloudapi.cn": "https://login.chinacloudapi.cn",
};

/**
 * A managed identity gets tokens of its own tenant whatever tenant is asked for, and Graph would answer for that one: so
 * for another tenant there is none.
 */
export function graphTokens(config: GraphCredential, graphUrl: string): GraphTokens {
  const { kind } = config;
  if (kind === "none") return { token: () => Promise.resolve(undefined) };
  const scope = `${new URL(graphUrl).origin}/.default`;
  const create = (tenantId: string): TokenCredential =>
    kind === "managedIdentity" ? managedIdentity(config.clientId) : clientSecret(config, tenantId, graphUrl);
  const kept = new Map<string, { credential: TokenCredential; failures: number }>();
  return {
    async token(tenantId, fresh, abortSignal) {
      if (kind === "managedIdentity" && tenantId !== (config.tenantId ?? tenantId)) throw new ForeignTenant();
      const key = kind === "managedIdentity" ? "" : tenantId;
      const known = fresh ? undefined : kept.get(key);
      const entry = known ?? { credential: create(tenantId), failures: 0 };
      kept.delete(key);
      kept.set(key, entry);
      for (const [oldest] of kept) if (kept.size > TENANTS_MAX) kept.delete(oldest);
      try {
        const { token } = (await entry.credential.getToken(scope, { abortSignal })) ?? {};
        if (token === undefined) throw new Error("no token");
        entry.failures = 0;
        return token;
      } catch (error) {
        entry.failures++;
        if (entry.failures >= FAILURES_MAX && kept.get(key) === entry) kept.delete(key);
        throw error;
      }
    },
  };
}

class ForeignTenant extends Error {
  override readonly name = "ForeignTenant";
}

export const managedIdentity = (clientId: string | undefined): TokenCredential =>
  loadedBeside(({ ManagedIdentityCredential }) =>
    clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId }),
  );

/**
 * A third of all the code is needed for tokens alone: it is loaded when a credential is first made, which is after the
 * functions are registered, and while the host prepares to call them.
 */
function loadedBeside(create: (identity: typeof import("@azure/identity")) => TokenCredential): TokenCredential {
  const credential = import("@azure/identity").then(create);
  credential.catch(() => undefined); // whoever asks for a token is told
  return { getToken: async (scopes, options) => (await credential).getToken(scopes, options) };
}

function clientSecret(config: Extract<GraphCredential, { kind: "clientSecret" }>, tenantId: string, graphUrl: string) {
  const authorityHost = AUTHORITIES[new URL(graphUrl).hostname];
  const options = authorityHost === undefined ? {} : { authorityHost };
  return loadedBeside(
    ({ ClientSecretCredential }) => new ClientSecretCredential(tenantId, config.clientId, config.clientSecret, options),
  );
}
