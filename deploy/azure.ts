/** The two things that the check of a deployment asks of Azure itself: the app's master key, and what the app has logged. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod";
import { Unfixable } from "./waiting.js";

export interface AzurePlace {
  /** Resource ids: `/subscriptions/…`. */
  readonly appId: string;
  readonly workspaceId: string;
  /** Azure's own addresses, except in tests. */
  readonly managementUrl: string;
  readonly logsUrl: string;
  /** An access token for a scope: from `azd`, except in tests. Kept in memory only, as the key is. */
  readonly token: (scope: string) => Promise<string>;
}

const SITES_VERSION = "2025-03-01";
const ASK_MS_MAX = 30_000;

const Keys = z.object({ masterKey: z.string().min(1) });
const Tables = z.object({ tables: z.array(z.object({ rows: z.array(z.array(z.unknown())) })).min(1) });

/** Needs Website Contributor on the app. Errors: `Unfixable` where Azure refuses. */
export async function masterKey(place: AzurePlace): Promise<string> {
  const url = `${place.managementUrl}${place.appId}/host/default/listkeys?api-version=${SITES_VERSION}`;
  return Keys.parse(await asked(place, "https://management.azure.com", url, {})).masterKey;
}

/**
 * How many rows the query finds since the instant. Needs Log Analytics Reader. Errors: `Unfixable` where Azure refuses; one
 * that is worth a wait where the workspace does not know the table yet.
 */
export async function loggedSince(place: AzurePlace, query: string, since: Date): Promise<number> {
  const url = `${place.logsUrl}/v1${place.workspaceId}/query`;
  const body = { query, timespan: `${since.toISOString()}/PT2H` };
  return Tables.parse(await asked(place, "https://api.loganalytics.azure.com", url, body)).tables[0]?.rows.length ?? 0;
}

async function asked(place: AzurePlace, resource: string, url: string, body: object): Promise<unknown> {
  const token = await place.token(`${resource}/.default`);
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ASK_MS_MAX),
  });
  if (answer.ok) return answer.json();
  const { origin, pathname } = new URL(url);
  const told = `${origin}${pathname} answered ${answer.status}`;
  if (answer.status === 400) throw badRequest(told, await answer.json().catch(() => undefined));
  if ([401, 403].includes(answer.status)) throw new Unfixable(`${told}; see "Roles" in docs/operations.md`);
  throw new Error(told);
}

const Refusal = z.object({ code: z.string(), message: z.string() });
const Refused = z.object({
  error: Refusal.extend({ innererror: Refusal.extend({ innererror: Refusal.optional() }).optional() }),
});

/** A workspace has no table before the first line of its kind has come in: a query of it is then a semantic error. */
function badRequest(told: string, body: unknown): Error {
  const error = Refused.safeParse(body).data?.error;
  const inner = error?.innererror;
  const reason = inner?.innererror?.message ?? inner?.message ?? error?.message ?? "without a reason";
  return inner?.code === "SemanticError" ? new Error(`${told}: ${reason}`) : new Unfixable(`${told}: ${reason}`);
}

const Token = z.object({ token: z.string().min(1) });
const run = promisify(execFile);

/** Errors: `Unfixable` where nobody is signed in. */
export async function azdToken(scope: string): Promise<string> {
  try {
    const { stdout } = await run("azd", ["auth", "token", "--scope", scope, "--output", "json"], {
      timeout: ASK_MS_MAX,
    });
    return Token.parse(JSON.parse(stdout)).token;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new Unfixable("azd is not installed; see https://aka.ms/azd");
    throw new Unfixable("azd gives no access token; sign in with: azd auth login"); // its own words may hold a token
  }
}
