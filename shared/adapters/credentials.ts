/** Who this app is: towards Graph and towards storage. */
import type { TokenCredential, TokenCredentialOptions } from "@azure/identity";
import { cloudOf, type GraphCloud } from "../domain/graphClouds.js";
import type { GraphCredential } from "../domain/graphCredential.js";
import { entraCodeOf, isDenial, TenantDenied } from "./tenantDenied.js";

/** Tokens for Graph, by tenant. */
export interface GraphTokens {
  /**
   * `undefined`: none is needed. `fresh` never comes from a cache.
   * Errors: `TenantDenied` where the tenant gives none until an administrator acts; else an outage, or a wrong setting.
   */
  token(tenantId: string, fresh: boolean, abortSignal: AbortSignal): Promise<string | undefined>;
}

/** Tenants whose credential objects, and with them tokens, are kept; and whose denials are. */
const TENANTS_MAX = 1_000;
/** An object that has failed so often in a row may be broken itself; a new one starts from nothing. */
const FAILURES_MAX = 3;
/** A tenant that denied us is not asked again for each of its calendars. */
const DENIED_MS = 60_000;

/** What a test puts between this app and Entra. */
export type Transport = Pick<TokenCredentialOptions, "httpClient">;

/**
 * A managed identity gets tokens of its own tenant whatever tenant is asked for, and Graph would answer for that one: so
 * for another tenant there is none.
 */
export function graphTokens(config: GraphCredential, graphUrl: string, transport: Transport = {}): GraphTokens {
  const { kind } = config;
  if (kind === "none") return { token: () => Promise.resolve(undefined) };
  const scope = `${new URL(graphUrl).origin}/.default`;
  const create = credentialFactory(config, cloudOf(graphUrl), transport);
  const kept = new Map<string, { credential: TokenCredential; failures: number }>();
  const denied = new Map<string, { readonly until: number; readonly error: TenantDenied }>();
  return {
    async token(tenantId, fresh, abortSignal) {
      if (kind === "managedIdentity" && tenantId !== (config.tenantId ?? tenantId))
        throw new TenantDenied("a managed identity has no token of another tenant");
      const denial = denied.get(tenantId);
      if (denial !== undefined && denial.until > performance.now()) throw denial.error;
      const key = kind === "managedIdentity" ? "" : tenantId;
      const known = fresh ? undefined : kept.get(key);
      const entry = known ?? { credential: create(tenantId), failures: 0 };
      keep(kept, key, entry);
      try {
        const { token } = (await entry.credential.getToken(scope, { abortSignal })) ?? {};
        if (token === undefined) throw new Error("no token");
        entry.failures = 0;
        denied.delete(tenantId);
        return token;
      } catch (error) {
        entry.failures++;
        if (entry.failures >= FAILURES_MAX && kept.get(key) === entry) kept.delete(key);
        const code = entraCodeOf(error);
        if (!isDenial(code)) throw error;
        const refusal = new TenantDenied(`AADSTS${code}`);
        keep(denied, tenantId, { until: performance.now() + DENIED_MS, error: refusal });
        throw refusal;
      }
    },
  };
}

/** The latest one last; the oldest goes where there are too many. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  for (const [oldest] of map) if (map.size > TENANTS_MAX) map.delete(oldest);
}

export const managedIdentity = (clientId: string | undefined, transport: Transport = {}): TokenCredential =>
  loadedBeside(({ ManagedIdentityCredential }) =>
    clientId === undefined
      ? new ManagedIdentityCredential(transport)
      : new ManagedIdentityCredential({ clientId, ...transport }),
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

function credentialFactory(
  config: Exclude<GraphCredential, { kind: "none" }>,
  { authorityHost, exchangeScope }: GraphCloud,
  transport: Transport,
): (tenantId: string) => TokenCredential {
  const options = { authorityHost, ...transport };
  switch (config.kind) {
    case "managedIdentity":
      return () => managedIdentity(config.clientId, transport);
    case "clientSecret": {
      const { clientId, clientSecret } = config;
      return (tenantId) =>
        loadedBeside(
          ({ ClientSecretCredential }) => new ClientSecretCredential(tenantId, clientId, clientSecret, options),
        );
    }
    case "federated": {
      const identity = managedIdentity(config.identityClientId, transport); // one for all tenants, and so its own tokens
      const assertion = async (): Promise<string> => (await identity.getToken(exchangeScope))?.token ?? "";
      return (tenantId) =>
        loadedBeside(
          ({ ClientAssertionCredential }) =>
            new ClientAssertionCredential(tenantId, config.clientId, assertion, options),
        );
    }
    default:
      return config satisfies never;
  }
}
