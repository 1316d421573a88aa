/** Settings, parsed once. A missing or bad one stops the start with one line that names it; values are never echoed. */
import * as z from "zod";
import { KEY_ID } from "./domain/clientState.js";
import type { Policy } from "./domain/policy.js";
import type { ClientStateKey, ClientStateKeys } from "./domain/ports.js";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "./domain/time.js";

/** Says which setting is wrong and what it should be. Safe to print: holds no setting's value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export type StorageConfig =
  | { readonly kind: "connectionString"; readonly connectionString: string }
  | { readonly kind: "identity"; readonly queueUrl: string; readonly tableUrl: string; readonly clientId?: string };

export type GraphCredentialConfig =
  | { readonly kind: "managedIdentity"; readonly clientId?: string; readonly tenantId?: string }
  | { readonly kind: "clientSecret"; readonly clientId: string; readonly clientSecret: string }
  | { readonly kind: "none" };

export type AuthConfig =
  | {
      readonly kind: "entra";
      readonly tenantIds: readonly string[];
      readonly audiences: readonly string[];
      readonly jwksUrl?: string;
    }
  | { readonly kind: "key" }
  | { readonly kind: "none" };

export interface Config {
  readonly storage: StorageConfig;
  readonly graph: { readonly baseUrl: string; readonly credential: GraphCredentialConfig };
  /** The tenant of a watch that names none. */
  readonly defaultTenantId?: string;
  /** Empty where the door is `polling`. */
  readonly notificationUrl: string;
  readonly keys: ClientStateKeys;
  readonly policy: Policy;
  readonly defaultMaxAgeSeconds: number;
  readonly auth: AuthConfig;
  /** What is allowed but hardly meant. */
  readonly warnings: readonly string[];
}

type Settings = Readonly<Record<string, string | undefined>>;

const KEY_BYTES_MIN = 32;
const KEYS_MAX = 8;
const MAX_AGE_SECONDS_MAX = DAY_MS / SECOND_MS;
/** Below this much beyond the sweep's period, a quiet calendar is called stale between two sweeps. */
const MAX_AGE_SLACK_MS = 5 * MINUTE_MS;

/** Errors: `ConfigError` for the first setting that is missing or wrong. */
export function parseConfig(settings: Settings): Config {
  const unresolved = Object.entries(settings).find(([, value]) => value?.startsWith("@Microsoft.KeyVault("));
  if (unresolved !== undefined)
    throw new ConfigError(
      `${unresolved[0]}: the Key Vault reference was not resolved; check the vault's access and name`,
    );
  const policy = policyOf(settings);
  const defaultTenantId = optional(settings, "GRAPH_TENANT_ID", tenant, "a tenant id");
  const defaultMaxAgeSeconds = whole(settings, "DEFAULT_MAX_AGE_SECONDS", 1200, 0, MAX_AGE_SECONDS_MAX);
  return {
    storage: storageOf(settings),
    graph: { baseUrl: graphBaseUrl(settings), credential: graphCredential(settings) },
    ...(defaultTenantId !== undefined && { defaultTenantId }),
    notificationUrl: policy.door === "polling" ? "" : url(settings, "NOTIFICATION_URL"),
    keys: clientStateKeys(settings),
    policy,
    defaultMaxAgeSeconds,
    auth: authOf(settings),
    warnings:
      defaultMaxAgeSeconds * SECOND_MS < policy.reconcileMs + MAX_AGE_SLACK_MS
        ? ["DEFAULT_MAX_AGE_SECONDS is below RECONCILE_MINUTES + 5 minutes: quiet calendars will be called stale"]
        : [],
  };
}

function policyOf(settings: Settings): Policy {
  if (settings.NOTIFICATION_DOOR === "eventGrid")
    throw new ConfigError("NOTIFICATION_DOOR: eventGrid is not built in this version; use webhook or polling");
  const door = choice(settings, "NOTIFICATION_DOOR", ["webhook", "polling"], "webhook");
  return {
    door,
    horizonDays: whole(settings, "HORIZON_DAYS", 90, 1, 365),
    reconcileMs: whole(settings, "RECONCILE_MINUTES", 15, 5, 720) * MINUTE_MS,
    pollMs: whole(settings, "POLL_MINUTES", 5, 1, 60) * MINUTE_MS,
    minRefreshIntervalMs: whole(settings, "MIN_REFRESH_INTERVAL_SECONDS", 2, 0, 60) * SECOND_MS,
    confirmAfterMs: whole(settings, "CONFIRM_AFTER_SECONDS", 60, 0, 3600) * SECOND_MS,
  };
}

function storageOf(settings: Settings): StorageConfig {
  const connectionString = settings.AzureWebJobsStorage;
  if (connectionString) {
    if (isConnectionString(connectionString)) return { kind: "connectionString", connectionString };
    throw new ConfigError(
      "AzureWebJobsStorage should be a storage connection string: UseDevelopmentStorage=true, or one with AccountName and AccountKey",
    );
  }
  if (!settings.AzureWebJobsStorage__queueServiceUri && !settings.AzureWebJobsStorage__tableServiceUri)
    throw new ConfigError(
      "AzureWebJobsStorage is not set; it should be a storage connection string, or AzureWebJobsStorage__queueServiceUri and __tableServiceUri",
    );
  const clientId = settings.AzureWebJobsStorage__clientId;
  return {
    kind: "identity",
    queueUrl: url(settings, "AzureWebJobsStorage__queueServiceUri"),
    tableUrl: url(settings, "AzureWebJobsStorage__tableServiceUri"),
    ...(clientId && { clientId }),
  };
}

function isConnectionString(text: string): boolean {
  const names = new Set(text.split(";").map((part) => part.slice(0, part.indexOf("=")).trim()));
  const hasAccount = names.has("AccountName") && names.has("AccountKey");
  return hasAccount || names.has("SharedAccessSignature") || text.trim().startsWith("UseDevelopmentStorage=true");
}

function graphBaseUrl(settings: Settings): string {
  const given = settings.GRAPH_BASE_URL ? url(settings, "GRAPH_BASE_URL") : "https://graph.microsoft.com";
  return given.replace(/\/+$/, "");
}

function graphCredential(settings: Settings): GraphCredentialConfig {
  if (settings.GRAPH_CREDENTIAL === "federated")
    throw new ConfigError(
      "GRAPH_CREDENTIAL: federated is not built in this version; use managedIdentity or clientSecret",
    );
  const kind = choice(settings, "GRAPH_CREDENTIAL", ["managedIdentity", "clientSecret", "none"], "managedIdentity");
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
        clientId: required(settings, "GRAPH_CLIENT_ID", "the app's client id"),
        clientSecret: required(settings, "GRAPH_CLIENT_SECRET", "the app's client secret"),
      };
    default:
      return kind satisfies never;
  }
}

function clientStateKeys(settings: Settings): ClientStateKeys {
  const text = required(settings, "CLIENT_STATE_KEYS", "one or more id:base64, separated by commas");
  const all = text.split(",").map((part, index) => clientStateKey(part.trim(), index + 1));
  const [current] = all;
  const ids = new Set(all.map(({ id }) => id));
  if (current === undefined || all.length > KEYS_MAX || ids.size < all.length)
    throw new ConfigError(`CLIENT_STATE_KEYS: should hold 1 to ${KEYS_MAX} keys, each with another id`);
  return { current, all };
}

const BASE_64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function clientStateKey(part: string, position: number): ClientStateKey {
  const split = part.indexOf(":");
  const [id, encoded] = [part.slice(0, split), part.slice(split + 1)];
  const place = `CLIENT_STATE_KEYS: key ${position}`;
  if (split < 0 || !KEY_ID.test(id))
    throw new ConfigError(`${place} should be id:base64, with an id of 1 to 32 letters, digits, "_" or "-"`);
  const secret = Buffer.from(encoded, "base64");
  if (!BASE_64.test(encoded) || secret.length < KEY_BYTES_MIN)
    throw new ConfigError(
      `${place} should be at least ${KEY_BYTES_MIN} random bytes in base64 (openssl rand -base64 32)`,
    );
  return { id, secret };
}

function authOf(settings: Settings): AuthConfig {
  const kind = choice(settings, "AUTH", ["entra", "key", "none"], "entra");
  if (kind === "key") return { kind };
  if (kind === "none") {
    if (settings.WEBSITE_INSTANCE_ID || !isLoopback(hostOf(settings.WEBSITE_HOSTNAME ?? "")))
      throw new ConfigError("AUTH: none is only for a host bound to loopback; use entra or key");
    return { kind };
  }
  const jwksUrl = settings.AUTH_JWKS_URL ? url(settings, "AUTH_JWKS_URL") : undefined;
  return {
    kind,
    tenantIds: listed(required(settings, "AUTH_TENANT_ID", "the tenant whose tokens are accepted (AUTH is entra)")),
    audiences: listed(required(settings, "AUTH_AUDIENCE", "the audience of accepted tokens (AUTH is entra)")),
    ...(jwksUrl !== undefined && { jwksUrl }),
  };
}

const listed = (text: string): string[] => text.split(",").map((part) => part.trim());

const tenant = z.string().regex(/^[A-Za-z0-9.-]{1,253}$/);

function required(settings: Settings, name: string, shouldBe: string): string {
  const value = settings[name]?.trim();
  if (!value) throw new ConfigError(`${name} is not set; it should be ${shouldBe}`);
  return value;
}

function optional<T>(settings: Settings, name: string, schema: z.ZodType<T>, shouldBe: string): T | undefined {
  const value = settings[name]?.trim();
  if (!value) return undefined;
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ConfigError(`${name} should be ${shouldBe}`);
  return parsed.data;
}

function whole(settings: Settings, name: string, fallback: number, min: number, max: number): number {
  const schema = z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
  return optional(settings, name, schema, `a whole number from ${min} to ${max}`) ?? fallback;
}

function choice<const T extends string>(settings: Settings, name: string, choices: readonly T[], fallback: T): T {
  return optional(settings, name, z.enum(choices), `one of ${choices.join(", ")}`) ?? fallback;
}

/** `https:`, or `http:` on loopback, as long as tokens and hints travel only inside this machine. */
function url(settings: Settings, name: string): string {
  const value = required(settings, name, "an https: URL");
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  const isSafe = parsed?.protocol === "https:" || (parsed?.protocol === "http:" && isLoopback(parsed.hostname));
  if (parsed === undefined || !isSafe || parsed.username !== "" || parsed.password !== "" || parsed.hash !== "")
    throw new ConfigError(
      `${name} should be an https: URL (http: only for a loopback address), without user or fragment`,
    );
  return value;
}

const hostOf = (hostAndPort: string): string =>
  URL.canParse(`http://${hostAndPort}`) ? new URL(`http://${hostAndPort}`).hostname : "";

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
