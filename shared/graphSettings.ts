/** The settings that say where Graph is and who this app is there. */
import { GRAPH_CLOUDS } from "./domain/graphClouds.js";
import type { GraphCredential } from "./domain/graphCredential.js";
import { ConfigError, choice, isLoopback, required, type Settings, together, url } from "./settings.js";

const GRAPH_ADDRESSES = [...GRAPH_CLOUDS.keys()].map((host) => `https://${host}`).join(", ");

/** Without a slash at the end. Errors: `ConfigError` for what is neither an address of Graph's nor loopback. */
export function graphBaseUrl(settings: Settings): string {
  const given = settings.GRAPH_BASE_URL?.trim() ? url(settings, "GRAPH_BASE_URL") : "https://graph.microsoft.com";
  const { hostname, host, origin } = new URL(given);
  if (isLoopback(hostname)) return given.replace(/\/+$/, "");
  if (!GRAPH_CLOUDS.has(host) || given.replace(/\/+$/, "").toLowerCase() !== origin)
    throw new ConfigError(
      `GRAPH_BASE_URL should be Graph's address in one of its clouds, without a path: ${GRAPH_ADDRESSES}`,
    );
  return origin;
}

const CREDENTIALS = ["managedIdentity", "clientSecret", "federated", "none"] as const;

const TRUSTED_IDENTITY =
  "the client id of the user-assigned identity that the multi-tenant app trusts (GRAPH_CREDENTIAL is federated)";

/** Errors: `ConfigError` naming what the credential lacks. */
export function graphCredential(settings: Settings): GraphCredential {
  const kind = choice(settings, "GRAPH_CREDENTIAL", CREDENTIALS, "managedIdentity");
  switch (kind) {
    case "none":
      if (!isLoopback(new URL(graphBaseUrl(settings)).hostname))
        throw new ConfigError("GRAPH_CREDENTIAL: none is only for a GRAPH_BASE_URL on loopback; use managedIdentity");
      return { kind };
    case "managedIdentity": {
      const { AZURE_CLIENT_ID: clientId, GRAPH_TENANT_ID: tenantId } = settings;
      return { kind, ...(clientId && { clientId }), ...(tenantId && { tenantId: tenantId.trim().toLowerCase() }) };
    }
    case "clientSecret":
      return {
        kind,
        ...together({
          clientId: () => required(settings, "GRAPH_CLIENT_ID", "the app's client id"),
          clientSecret: () => required(settings, "GRAPH_CLIENT_SECRET", "the app's client secret"),
        }),
      };
    case "federated":
      return {
        kind,
        ...together({
          clientId: () => required(settings, "GRAPH_CLIENT_ID", "the multi-tenant app's client id"),
          identityClientId: () => required(settings, "AZURE_CLIENT_ID", TRUSTED_IDENTITY),
        }),
      };
    default:
      return kind satisfies never;
  }
}
