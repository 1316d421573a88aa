/** Entra access tokens, checked in code whatever the platform does in front. */
import { decodeJwt, errors, type FetchImplementation, type JWTPayload, jwtVerify } from "jose";
import type { GraphCloud } from "../domain/graphClouds.js";
import { type SigningKeys, signingKeys } from "./signingKeys.js";

/** What a token says, or why it says nothing. */
export type TokenVerdict =
  | { readonly kind: "valid"; readonly app: string; readonly roles: readonly unknown[] }
  /** `detail` holds no part of the token. */
  | { readonly kind: "invalid"; readonly detail: string }
  /** The key that it names is unknown, and the key set cannot be read. */
  | { readonly kind: "unchecked" };

export interface EntraOptions {
  readonly tenantIds: readonly string[];
  /** The one that the tenants are in. */
  readonly cloud: Pick<GraphCloud, "authorityHost" | "issuers">;
  /** An app id stands for itself and for `api://` before it. */
  readonly audiences: readonly string[];
  /** Default: each tenant's own. */
  readonly jwksUrl?: string;
  readonly fetch?: FetchImplementation;
}

const CLOCK_LEEWAY_SECONDS = 60;
/** What Entra signs with. A list: neither `none` nor a shared secret can ever be chosen by a token. */
const ALGORITHMS = ["RS256"];
const APP_ID = /^(?:api:\/\/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/**
 * Tokens of versions 1 and 2, of the tenants named and no other; each by the keys of its own tenant. `warn` is told when
 * these cannot be read, at most every five seconds, by whichever token finds it out: those who are let in do not notice.
 * Source: https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens
 */
export function entraTokens(
  options: EntraOptions,
): (token: string, warn: (line: string) => void) => Promise<TokenVerdict> {
  const keysByIssuer = issuersOf(options);
  const keySets = new Set(keysByIssuer.values());
  const audience = options.audiences.flatMap(formsOf);
  return async (token, warn) => {
    const checked = await verdict(token);
    for (const keys of keySets) {
      const failure = keys.takeFailure();
      if (failure !== undefined) warn(`${failure}; only tokens signed by keys that are known already are accepted`);
    }
    return checked;
  };

  async function verdict(token: string): Promise<TokenVerdict> {
    try {
      const issuer = decodeJwt(token).iss ?? ""; // not believed yet: it only says whose keys to check by
      const keys = keysByIssuer.get(issuer);
      if (keys === undefined) return { kind: "invalid", detail: "its issuer is none that is accepted here" };
      const checks = { issuer, audience, algorithms: ALGORITHMS, clockTolerance: CLOCK_LEEWAY_SECONDS };
      return verdictOf((await jwtVerify(token, keys.keyOf, { ...checks, requiredClaims: ["exp"] })).payload);
    } catch (error) {
      // jose's codes name claims, never their values.
      const isAnswer = error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout);
      return isAnswer ? { kind: "invalid", detail: error.code } : { kind: "unchecked" };
    }
  }
}

function issuersOf({ tenantIds, cloud, jwksUrl, fetch = globalThis.fetch }: EntraOptions): Map<string, SigningKeys> {
  const shared = jwksUrl === undefined ? undefined : signingKeys(new URL(jwksUrl), fetch);
  return new Map(
    tenantIds.flatMap((given) => {
      const id = given.toLowerCase();
      const keys = shared ?? signingKeys(new URL(`${cloud.authorityHost}/${id}/discovery/v2.0/keys`), fetch);
      return cloud.issuers.map((issuer) => [issuer.replace("{tenant}", id), keys] as const);
    }),
  );
}

/** Tokens of version 2 name the app id alone, those of version 1 the identifier URI that was asked for. */
function formsOf(audience: string): string[] {
  const id = APP_ID.exec(audience)?.[1];
  return id === undefined ? [audience] : [id.toLowerCase(), `api://${id.toLowerCase()}`];
}

function verdictOf(payload: JWTPayload): TokenVerdict {
  if (payload.scp !== undefined || payload.idtyp === "user")
    return { kind: "invalid", detail: "it is a user's; only an app's own tokens (client credentials) are accepted" };
  const app = payload.azp ?? payload.appid; // version 2, version 1
  if (typeof app !== "string" || app === "") return { kind: "invalid", detail: "it names no app" };
  return { kind: "valid", app, roles: Array.isArray(payload.roles) ? payload.roles : [] };
}
