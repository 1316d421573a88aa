/** Entra access tokens, checked in code whatever the platform does in front. */
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";

/** What a token says, or why it says nothing. */
export type TokenVerdict =
  | { readonly kind: "valid"; readonly app: string; readonly roles: readonly unknown[] }
  /** `detail` holds no part of the token. */
  | { readonly kind: "invalid"; readonly detail: string };

export interface EntraOptions {
  readonly tenantIds: readonly string[];
  readonly audiences: readonly string[];
  /** Default: the first tenant's. */
  readonly jwksUrl?: string;
}

const CLOCK_LEEWAY_SECONDS = 60;
const JWKS_TIMEOUT_MS = 3_000;
/** What Entra signs with. A list: neither `none` nor a shared secret can ever be chosen by a token. */
const ALGORITHMS = ["RS256"];

/** Tokens of versions 1 and 2. Keys are kept until a token names one that is not among them: an outage locks nobody out. */
export function entraTokens({ tenantIds, audiences, jwksUrl }: EntraOptions): (token: string) => Promise<TokenVerdict> {
  const keysAt = jwksUrl ?? `https://login.microsoftonline.com/${tenantIds[0]}/discovery/v2.0/keys`;
  const keys = createRemoteJWKSet(new URL(keysAt), {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    timeoutDuration: JWKS_TIMEOUT_MS,
  });
  const options = {
    issuer: tenantIds.flatMap((id) => [
      `https://login.microsoftonline.com/${id}/v2.0`,
      `https://sts.windows.net/${id}/`,
    ]),
    audience: [...audiences],
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_LEEWAY_SECONDS,
    requiredClaims: ["exp"],
  };
  return async (token) => {
    try {
      return verdictOf((await jwtVerify(token, keys, options)).payload);
    } catch (error) {
      // jose's codes name claims, never their values.
      const reason = error instanceof errors.JOSEError ? error.code : "its signing keys could not be read";
      return { kind: "invalid", detail: reason };
    }
  };
}

function verdictOf(payload: JWTPayload): TokenVerdict {
  const app = payload.azp ?? payload.appid; // version 2, version 1
  if (typeof app !== "string" || app === "") return { kind: "invalid", detail: "it names no app" };
  return { kind: "valid", app, roles: Array.isArray(payload.roles) ? payload.roles : [] };
}
