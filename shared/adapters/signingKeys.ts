/** The public keys that tokens are signed with: kept, renewed when they change, and asked for no more often than is needed. */
import { createRemoteJWKSet, customFetch, type FetchImplementation, type JWTVerifyGetKey } from "jose";

const TIMEOUT_MS = 3_000;
/** A token that names a key nobody knows leads to a look at the keys no more often than this. */
const LOOK_AGAIN_MS = 30_000;
/** After a failure the key set is left alone this long; who comes with an unknown key meanwhile is refused at once. */
const RETRY_MS = 5_000;
/** Keys that were withdrawn are forgotten within this time, if the key set can be read. */
const RENEW_MS = 24 * 60 * 60_000;

export interface SigningKeys {
  /**
   * For `jwtVerify`. Throws what jose throws for a key that is not there, and where the key set cannot be read. Keys that
   * are known stay known through an outage: it lets nobody new in and locks out nobody.
   */
  readonly keyOf: JWTVerifyGetKey;
  /** What went wrong when the keys were last asked for, told once; `undefined` where nothing has since. */
  takeFailure(): string | undefined;
}

export function signingKeys(url: URL, fetch: FetchImplementation): SigningKeys {
  let failedAt = Number.NEGATIVE_INFINITY;
  let readAt = Number.POSITIVE_INFINITY;
  let untold: string | undefined;
  const read: FetchImplementation = async (...request) => {
    if (Date.now() < failedAt + RETRY_MS) throw new Error("the key set could not be read a moment ago");
    failedAt = Date.now(); // until it has gone well
    const response = await keySet(fetch(...request)).catch((error: unknown) => {
      untold = `the signing keys at ${url.origin}${url.pathname} could not be read: ${wordOf(error)}`;
      throw error;
    });
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
  return {
    keyOf: async (header, token) => {
      if (Date.now() > readAt + RENEW_MS) await keys.reload().catch(() => undefined); // those that are known still hold
      return keys(header, token);
    },
    takeFailure() {
      const failure = untold;
      untold = undefined;
      return failure;
    },
  };
}

class NoKeySet extends Error {
  override readonly name = "NoKeySet";
}

/** The answer, if it is a key set. Errors: `NoKeySet` for another one; else those of fetch. */
async function keySet(answer: Promise<Response>): Promise<Response> {
  const response = await answer;
  if (response.status !== 200) throw new NoKeySet(`it answers ${response.status}`);
  const { keys } = (await response.clone().json()) as { readonly keys?: unknown };
  if (!Array.isArray(keys)) throw new NoKeySet("it answers something else");
  return response;
}

/** Our own words, or the code (as ECONNREFUSED) or name of somebody else's error: its message may hold anything. */
function wordOf(error: unknown): string {
  if (error instanceof NoKeySet) return error.message;
  if (!(error instanceof Error)) return "an unnamed error";
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  return typeof code === "string" && /^[A-Z_]+$/.test(code) ? code : error.name;
}
