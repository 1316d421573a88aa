/** The part of host.json that this host honours. `AzureFunctionsJobHost__a__b` in the environment overrides `a.b`. */
import { availableParallelism } from "node:os";
import { isObject, type JsonObject } from "./jsonFile.js";
import { HostRefusal } from "./refusal.js";
import type { Env } from "./settings.js";

export interface QueueSettings {
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxDequeueCount: number;
  readonly visibilityTimeoutSeconds: number;
  readonly maxPollingIntervalMs: number;
  readonly messageEncoding: "base64" | "none";
}

export interface HostSettings {
  readonly routePrefix: string;
  readonly queues: QueueSettings;
}

// Defaults and bounds: https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue#hostjson-settings
const BATCH_SIZE = 16;
const BATCH_SIZE_MAX = 32; // one request to the queue service returns no more
const THRESHOLD_MAX = 1_000;
const DEQUEUE_COUNT_MAX = 1_000;
const POLLING_INTERVAL_MS_IN_DEVELOPMENT = 2_000;
const POLLING_INTERVAL_MS = 60_000;

export function readHostSettings(hostJson: JsonObject, env: Env): HostSettings {
  const fields = flatten(hostJson, env);
  const development = env.AZURE_FUNCTIONS_ENVIRONMENT?.toLowerCase() === "development";
  const pollingMs = development ? POLLING_INTERVAL_MS_IN_DEVELOPMENT : POLLING_INTERVAL_MS;
  const queues = (field: string) => fields.get(`extensions.queues.${field}`);
  const batchSize = wholeNumber(queues("batchsize"), BATCH_SIZE, 1, BATCH_SIZE_MAX);
  const threshold = Math.floor(batchSize / 2) * availableParallelism();
  return {
    routePrefix: String(fields.get("extensions.http.routeprefix") ?? "api").replace(/^\/+|\/+$/g, ""),
    queues: {
      batchSize,
      newBatchThreshold: wholeNumber(queues("newbatchthreshold"), threshold, 0, THRESHOLD_MAX),
      maxDequeueCount: wholeNumber(queues("maxdequeuecount"), 5, 1, DEQUEUE_COUNT_MAX),
      visibilityTimeoutSeconds: Math.floor(timeSpanMs(queues("visibilitytimeout"), 0) / 1_000),
      maxPollingIntervalMs: timeSpanMs(queues("maxpollinginterval"), pollingMs),
      messageEncoding: encoding(queues("messageencoding")),
    },
  };
}

/** Every leaf under its lower-case dotted path: the configuration knows no letter case. */
function flatten(hostJson: JsonObject, env: Env): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  const add = (path: string, value: unknown): void => {
    if (!isObject(value)) fields.set(path.toLowerCase(), value);
    else for (const [key, inner] of Object.entries(value)) add(path === "" ? key : `${path}.${key}`, inner);
  };
  add("", hostJson);
  for (const [name, value] of Object.entries(env)) {
    const path = /^AzureFunctionsJobHost__(.+)$/i.exec(name)?.[1];
    if (path !== undefined && value !== undefined) add(path.replaceAll("__", "."), value);
  }
  return fields;
}

function wholeNumber(value: unknown, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new HostRefusal(`host.json: "${value}" is not a whole number from ${min} to ${max}`);
}

const TIME_SPAN = /^(?:(?<days>\d+)\.)?(?<hours>\d{1,2}):(?<minutes>[0-5]?\d)(?::(?<seconds>[0-5]?\d(?:\.\d{1,7})?))?$/;

/** `[d.]hh:mm[:ss[.fff]]` in milliseconds, as .NET writes a TimeSpan. */
function timeSpanMs(value: unknown, fallbackMs: number): number {
  if (value === undefined) return fallbackMs;
  const parts = TIME_SPAN.exec(String(value))?.groups;
  const hours = Number(parts?.hours);
  if (parts === undefined || hours > 23) throw new HostRefusal(`host.json: "${value}" is not a time span`);
  const minutes = (Number(parts.days ?? 0) * 24 + hours) * 60 + Number(parts.minutes);
  return Math.round((minutes * 60 + Number(parts.seconds ?? 0)) * 1_000);
}

function encoding(value: unknown): "base64" | "none" {
  const name = String(value ?? "base64").toLowerCase();
  if (name === "base64" || name === "none") return name;
  throw new HostRefusal(`host.json: "${value}" is not a message encoding`);
}
