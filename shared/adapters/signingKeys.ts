/** The public keys that tokens are signed with: kept, renewed when they change, and asked for no more often than is needed. */
import { createRemoteJWKSet, customFetch, type FetchImplementation, type JWTVerifyGetKey } from "jose";

const TIMEOUT_MS = 3_000;
/** A token that names a key nobody knows leads to a look at the keys no more often than this. */
const LOOK_AGAIN_MS = 30_000;
/** After a failure the key set is left alone this long; who comes with an unknown key meanwhile is refused at once. */
const RETRY_MS = 5_000;
/** Keys that were withdrawn are forgotten within this time, if the key set can be read. */
const RENEW_MS = 24 * 60 * 60_000;

/**
 * For `jwtVerify`. Throws what jose throws for a key that is not there, and where the key set cannot be read. Keys that
 * are known stay known through an outage: it lets nobody new in and locks out nobody.
 */
export function signingKeys(url: URL, fetch: FetchImplementation): JWTVerifyGetKey {
  let failedAt = Number.NEGATIVE_INFINITY;
  let readAt = Number.POSITIVE_INFINITY;
  const read: FetchImplementation = async (...request) => {
    if (Date.now() < failedAt + RETRY_MS) throw new Error("the key set could not be read a moment ago");
    failedAt = Date.now(); // until it has gone well
    const response = await fetch(...request);
    const { keys } = (await response.clone().json()) as { readonly keys?: unknown };
    if (response.status !== 200 || !Array.isArray(keys)) throw new Error("this is no key set");
    failedAt = Number.NEGATIVE_INFINITY;
    readAt = Date.now();
    return response;
  };
  const keys = createRemoteJWKSet(url, {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: LOOK_AGAIN_MS,
    timeoutDuration: TIMEOUT_MS,
    [customFetch]: read,
  });
  return async (header, token) => {
    if (Date.now() > readAt + RENEW_MS) await keys.reload().catch(() => undefined); // those that are known still hold
    return keys(header, token);
  };
}
