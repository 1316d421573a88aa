/** Who is calling, and what they may do. */
import type { Reader } from "../domain/knowledge.js";
import { Problem } from "./problem.js";

export const ROLES = ["Availability.Read", "Availability.Read.All", "Calendars.Manage"] as const;
export type Role = (typeof ROLES)[number];

export interface Caller {
  /** A booking service, by the app id in its token. */
  readonly consumer: string;
  readonly roles: ReadonlySet<Role>;
}

/** Finds out who is calling, from the `Authorization` header; `warn` logs what operators should hear of. Errors: `unauthenticated`, `keysUnavailable`. */
export type Authenticate = (authorization: string | null, warn: Warn) => Promise<Caller>;
type Warn = (line: string) => void;

/** Whoever gets through the platform's own check, or through loopback, is one consumer with all roles. */
export const anyone: Authenticate = () => Promise.resolve({ consumer: "default", roles: new Set(ROLES) });

/** What a token says, or why it says nothing; `unchecked`: nobody can tell now. */
export type VerifyToken = (
  token: string,
  warn: Warn,
) => Promise<
  | { readonly kind: "valid"; readonly app: string; readonly roles: readonly unknown[] }
  | { readonly kind: "invalid"; readonly detail: string }
  | { readonly kind: "unchecked" }
>;

/** As long as a failed look at the keys is not repeated. */
const KEYS_RETRY_AFTER_SECONDS = 5;

/** Whose tokens are wanted: RFC 6750 has no challenge without at least one attribute. */
const CHALLENGE = 'Bearer realm="outlook-availability"';

/** `Authorization: Bearer …` with a token that `verify` accepts. The challenge is that of RFC 6750, section 3. */
export const bearer =
  (verify: VerifyToken): Authenticate =>
  async (authorization, warn) => {
    const token = /^Bearer +([^\s]+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) throw unauthenticated("a bearer token is needed, in the header Authorization", CHALLENGE);
    const verdict = await verify(token, warn);
    if (verdict.kind === "invalid")
      throw unauthenticated(`the token is not valid: ${verdict.detail}`, `${CHALLENGE}, error="invalid_token"`);
    if (verdict.kind === "unchecked") throw keysUnavailable();
    return { consumer: verdict.app, roles: new Set(ROLES.filter((role) => verdict.roles.includes(role))) };
  };

const unauthenticated = (detail: string, challenge: string): Problem =>
  new Problem("unauthenticated", detail, { headers: { "www-authenticate": challenge } });

/** No 401: the caller's token may be good, and another would fare no better. */
const keysUnavailable = (): Problem =>
  new Problem("keysUnavailable", "the keys that tokens are signed with cannot be read; try again with the same token", {
    headers: { "retry-after": String(KEYS_RETRY_AFTER_SECONDS) },
  });

/** Reading everything includes reading one's own. Errors: `forbidden`, naming the role. */
export function demand({ roles }: Caller, role: Role): void {
  const isIncluded = role === "Availability.Read" && roles.has("Availability.Read.All");
  if (roles.has(role) || isIncluded) return;
  throw new Problem(
    "forbidden",
    `the token lacks the role ${role}; an administrator assigns it to the app that calls`,
    {
      headers: { "www-authenticate": `${CHALLENGE}, error="insufficient_scope", scope="${role}"` },
    },
  );
}

export const readerOf = ({ consumer, roles }: Caller): Reader => ({
  consumer,
  seesAll: roles.has("Availability.Read.All"),
});
