/** Entra as the app sees it: a key set on loopback, and tokens signed with its key, or with others. */
import { createServer } from "node:http";
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";

export const TENANT = "22222222-2222-2222-2222-222222222222";
export const AUDIENCE = "api://outlook-availability";
const KEY_ID = "signing-key";
const LIFETIME_SECONDS = 600;

export interface Claims {
  /** The app that calls. */
  readonly app?: string;
  readonly roles?: readonly string[];
  readonly audience?: string;
  readonly issuer?: string;
  /** Seconds from now. */
  readonly expiresIn?: number;
  /** Seconds from now. */
  readonly validIn?: number;
  /** Tokens of version 1 have other names for issuer and app. */
  readonly version?: 1 | 2;
}

export interface Tokens {
  readonly jwksUrl: string;
  /** A token that Entra would give. */
  token(claims?: Claims): Promise<string>;
  /** The same words, signed by nobody. */
  unsigned(): string;
  /** Signed with the public key as if it were a shared secret. */
  confused(): Promise<string>;
  /** Signed by somebody else, under the name of Entra's key. */
  forged(): Promise<string>;
  stop(): Promise<void>;
}

export async function startTokens(): Promise<Tokens> {
  const [{ publicKey, privateKey }, stranger] = await Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256")]);
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, alg: "RS256", use: "sig" }] });
  const server = createServer((_, response) => response.setHeader("content-type", "application/json").end(jwks));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const signed = (claims: Claims, key: typeof privateKey | Uint8Array, alg: string) =>
    new SignJWT(payloadOf(claims)).setProtectedHeader({ alg, kid: KEY_ID, typ: "JWT" }).sign(key);
  return {
    jwksUrl: `http://127.0.0.1:${port}/keys`,
    token: (claims = {}) => signed(claims, privateKey, "RS256"),
    unsigned: () => new UnsecuredJWT(payloadOf({})).encode(),
    confused: async () => signed({}, new TextEncoder().encode(await exportSPKI(publicKey)), "HS256"),
    forged: () => signed({}, stranger.privateKey, "RS256"),
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export function payloadOf(claims: Claims): JWTPayload {
  const { app = "booking-service", roles = ["Availability.Read", "Calendars.Manage"], version = 2 } = claims;
  const { expiresIn = LIFETIME_SECONDS, validIn = 0, audience: aud = AUDIENCE } = claims;
  const issuers = { 1: `https://sts.windows.net/${TENANT}/`, 2: `https://login.microsoftonline.com/${TENANT}/v2.0` };
  const now = Math.floor(Date.now() / 1_000);
  const name = version === 1 ? { appid: app } : { azp: app };
  const times = { iat: now, nbf: now + validIn, exp: now + expiresIn };
  return { ...name, aud, iss: claims.issuer ?? issuers[version], roles, ...times };
}
