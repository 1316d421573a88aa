/** Settings, parsed once. Missing and bad ones stop the start with one line that names them all; values are never echoed. */
import * as z from "zod";
import type { Addresses } from "./domain/addresses.js";
import { TENANT_ID, TENANT_LENGTH_MAX } from "./domain/calendarId.js";
import type { ClientStateKey, ClientStateKeys } from "./domain/clientState.js";
import { KEY_ID } from "./domain/clientState.js";
import type { GraphCredential } from "./domain/graphCredential.js";
import { DEFAULT_MAX_AGE_MS, type Door, type Policy } from "./domain/policy.js";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "./domain/time.js";
import { isEventHub, parseTopics } from "./domain/topics.js";
import { graphBaseUrl, graphCredential } from "./graphSettings.js";
import {
  ConfigError,
  choice,
  hostOf,
  isLoopback,
  optional,
  required,
  type Settings,
  together,
  url,
  whole,
} from "./settings.js";

export type StorageConfig =
  | { readonly kind: "connectionString"; readonly connectionString: string }
  | { readonly kind: "identity"; readonly queueUrl: string; readonly tableUrl: string; readonly clientId?: string };

export type AuthConfig =
  | {
      readonly kind: "entra";
      readonly tenantIds: readonly string[];
      readonly audiences: readonly string[];
      readonly jwksUrl?: string;
    }
  | { readonly kind: "key" }
  | { readonly kind: "none" };

/** EVENT_HUB_NAME, EVENT_HUB_CONSUMER_GROUP (`$Default` where absent); and EventHubConnection, which the host reads. */
export interface EventHubConfig {
  readonly name: string;
  readonly consumerGroup?: string;
}

export interface Config {
  readonly storage: StorageConfig;
  readonly graph: { readonly baseUrl: string; readonly credential: GraphCredential };
  /** The tenant of a watch that names none. */
  readonly defaultTenantId?: string;
  readonly addresses: Addresses;
  readonly keys: ClientStateKeys;
  readonly policy: Policy;
  readonly defaultMaxAgeMs: number;
  readonly auth: AuthConfig;
  /** What is allowed but hardly meant. */
  readonly warnings: readonly string[];
}

const KEY_BYTES_MIN = 32;
const KEYS_MAX = 8;
const MAX_AGE_SECONDS_MAX = DAY_MS / SECOND_MS;
/** Below this much beyond the sweep's period, a quiet calendar is called stale between two sweeps. */
const MAX_AGE_SLACK_MS = 5 * MINUTE_MS;

/** Errors: one `ConfigError` for all settings that are missing or wrong. */
export function parseConfig(settings: Settings): Config {
  const {
    unresolved: _unresolved,
    eventHub: _eventHub,
    defaultTenantId,
    ...config
  } = together({
    unresolved: () => checkVaultReferences(settings),
    eventHub: () => checkEventHub(settings),
    storage: () => storageOf(settings),
    graph: () => together({ baseUrl: () => graphBaseUrl(settings), credential: () => graphCredential(settings) }),
    defaultTenantId: () => optional(settings, "GRAPH_TENANT_ID", tenant, "a tenant's id or one of its domains"),
    addresses: () => addressesOf(settings, doorOf(settings)),
    keys: () => clientStateKeys(settings),
    policy: () => policyOf(settings),
    defaultMaxAgeMs: () => maxAgeMsOf(settings),
    auth: () => authOf(settings),
  });
  const isShort = config.defaultMaxAgeMs < config.policy.reconcileMs + MAX_AGE_SLACK_MS;
  return {
    ...config,
    ...(defaultTenantId !== undefined && { defaultTenantId }),
    warnings: isShort
      ? ["DEFAULT_MAX_AGE_SECONDS is below RECONCILE_MINUTES + 5 minutes: quiet calendars will be called stale"]
      : [],
  };
}

function checkVaultReferences(settings: Settings): void {
  const unresolved = Object.entries(settings).filter(([, value]) => value?.startsWith("@Microsoft.KeyVault("));
  if (unresolved.length > 0)
    throw new ConfigError(
      ...unresolved.map(
        ([name]) => `${name}: the Key Vault reference was not resolved; check the vault's access and name`,
      ),
    );
}

const maxAgeMsOf = (settings: Settings): number =>
  whole(settings, "DEFAULT_MAX_AGE_SECONDS", DEFAULT_MAX_AGE_MS / SECOND_MS, 0, MAX_AGE_SECONDS_MAX) * SECOND_MS;

const doorOf = (settings: Settings): Door =>
  choice(settings, "NOTIFICATION_DOOR", ["webhook", "eventGrid", "polling"], "webhook");

function policyOf(settings: Settings): Policy {
  const read = (name: string, fallback: number, min: number, max: number, unitMs: number) => (): number =>
    whole(settings, name, fallback, min, max) * unitMs;
  return together({
    door: () => doorOf(settings),
    horizonDays: read("HORIZON_DAYS", 90, 1, 365, 1),
    reconcileMs: read("RECONCILE_MINUTES", 15, 5, 720, MINUTE_MS),
    pollMs: read("POLL_MINUTES", 5, 1, 60, MINUTE_MS),
    minRefreshIntervalMs: read("MIN_REFRESH_INTERVAL_SECONDS", 2, 0, 60, SECOND_MS),
    confirmAfterMs: read("CONFIRM_AFTER_SECONDS", 60, 0, 3600, SECOND_MS),
  });
}

/** A door that was left may keep its setting: what still notifies it is then known as this app's own. */
function addressesOf(settings: Settings, door: Door): Addresses {
  const isSet = (name: string): boolean => Boolean(settings[name]?.trim());
  const { webhook, topics } = together({
    webhook: () => (door === "webhook" || isSet("NOTIFICATION_URL") ? [url(settings, "NOTIFICATION_URL")] : []),
    topics: () => (door === "eventGrid" || isSet("PARTNER_TOPICS") ? partnerTopics(settings) : []),
  });
  const used = { webhook, eventGrid: topics, polling: [] }[door];
  return { used, own: [...webhook, ...topics] };
}

function partnerTopics(settings: Settings): readonly string[] {
  const text = required(settings, "PARTNER_TOPICS", "1 to 10 EventGrid: addresses (NOTIFICATION_DOOR is eventGrid)");
  const parsed = parseTopics(text);
  if (parsed.kind === "bad") throw new ConfigError(`PARTNER_TOPICS: ${parsed.problem}`);
  if (parsed.topics.some(isEventHub) && eventHubOf(settings) === undefined)
    throw new ConfigError("EVENT_HUB_NAME is not set: it should be the event hub that PARTNER_TOPICS sends to");
  return parsed.topics;
}

/** Event Hubs as a door beside the others; `undefined`: it is none. The connection is the Functions host's business. */
export function eventHubOf(settings: Settings): EventHubConfig | undefined {
  const name = settings.EVENT_HUB_NAME?.trim();
  const consumerGroup = settings.EVENT_HUB_CONSUMER_GROUP?.trim();
  return name ? { name, ...(consumerGroup && { consumerGroup }) } : undefined;
}

function checkEventHub(settings: Settings): void {
  const connections = ["EventHubConnection", "EventHubConnection__fullyQualifiedNamespace"];
  if (eventHubOf(settings) !== undefined && !connections.some((name) => settings[name]?.trim()))
    throw new ConfigError(
      "EventHubConnection is not set: it should be a connection string, or EventHubConnection__fullyQualifiedNamespace the namespace's host (EVENT_HUB_NAME is set)",
    );
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
      "AzureWebJobsStorage is not set: it should be a storage connection string, or AzureWebJobsStorage__queueServiceUri and __tableServiceUri",
    );
  const clientId = settings.AzureWebJobsStorage__clientId;
  return {
    kind: "identity",
    ...together({
      queueUrl: () => url(settings, "AzureWebJobsStorage__queueServiceUri"),
      tableUrl: () => url(settings, "AzureWebJobsStorage__tableServiceUri"),
    }),
    ...(clientId && { clientId }),
  };
}

function isConnectionString(text: string): boolean {
  const names = new Set(text.split(";").map((part) => part.slice(0, part.indexOf("=")).trim()));
  const hasAccount = names.has("AccountName") && names.has("AccountKey");
  return hasAccount || names.has("SharedAccessSignature") || /^UseDevelopmentStorage=true(;|$)/.test(text.trim());
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
  const { jwksUrl, ...accepted } = together({
    tenantIds: () => tenantIdsOf(settings),
    audiences: () => audiencesOf(settings),
    jwksUrl: () => (settings.AUTH_JWKS_URL?.trim() ? url(settings, "AUTH_JWKS_URL") : undefined),
  });
  return { kind, ...accepted, ...(jwksUrl !== undefined && { jwksUrl }) };
}

/** Tokens name their tenant by its id alone: a domain here would let nobody in. */
function tenantIdsOf(settings: Settings): string[] {
  const ids = listed(required(settings, "AUTH_TENANT_ID", "the tenant whose tokens are accepted (AUTH is entra)"));
  if (ids.every((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))) return ids;
  throw new ConfigError(
    "AUTH_TENANT_ID should be a tenant id, 32 hexadecimal digits in groups, or several with commas",
  );
}

function audiencesOf(settings: Settings): string[] {
  const audiences = listed(required(settings, "AUTH_AUDIENCE", "the audience of accepted tokens (AUTH is entra)"));
  if (audiences.every((audience) => audience !== "")) return audiences;
  throw new ConfigError("AUTH_AUDIENCE should be an app id or identifier URI, or several with one comma between two");
}

const listed = (text: string): string[] => text.split(",").map((part) => part.trim());

const tenant = z.string().max(TENANT_LENGTH_MAX).regex(TENANT_ID);
