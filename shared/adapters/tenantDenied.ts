/** A tenant that gives this app no token until an administrator acts: told apart from an outage, which passes by itself. */

/** `message` is safe to store and log: a code and nobody's name. */
export class TenantDenied extends Error {
  override readonly name = "TenantDenied";
}

/**
 * Entra's codes for an app that is not there, not consented to, or blocked by the tenant's own policy; or for a tenant that
 * is not there. Everything else, such as a wrong secret, is this app's own trouble or an outage.
 * Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const DENIALS: ReadonlySet<number> = new Set([
  53003, // conditional access
  65001, // no consent
  90002, // no such tenant
  700016, // the app is not in this directory
  900023, // no such tenant: neither an id nor a domain
  7000112, // the app is disabled
  7000229, // no service principal in this tenant
]);

const CODE = /AADSTS(\d{4,9})/;
/** Errors of the token library wrap each other. */
const CAUSES_MAX = 5;

/** Entra's code in an error of the token library; `undefined` where there is none. */
export function entraCodeOf(error: unknown): number | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth++) {
    const code = CODE.exec(current.message)?.[1];
    if (code !== undefined) return Number(code);
    current = current.cause;
  }
  return undefined;
}

export const isDenial = (code: number | undefined): code is number => code !== undefined && DENIALS.has(code);
