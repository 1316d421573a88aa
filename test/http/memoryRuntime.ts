/** In place of `shared/runtime.js`: the triggers work on a service in memory, for whoever a test says is calling. */
import { randomBytes } from "node:crypto";
import type { InvocationContext } from "@azure/functions";
import { type Config, parseConfig } from "../../shared/config.js";
import { type Authenticate, anyone } from "../../shared/http/caller.js";
import type { Runtime } from "../../shared/runtime.js";
import { TENANT } from "../graphBed.js";
import { openService, POLICY, type Service } from "../service.js";

const SETTINGS = {
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  GRAPH_BASE_URL: "http://127.0.0.1:9",
  GRAPH_CREDENTIAL: "none",
  GRAPH_TENANT_ID: TENANT,
  NOTIFICATION_URL: "http://127.0.0.1:9/api/graph/notifications",
  CLIENT_STATE_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  WEBSITE_HOSTNAME: "127.0.0.1:9",
  AUTH: "none",
};

const standing: { service: Service | undefined; authenticate: Authenticate } = {
  service: undefined,
  authenticate: anyone,
};

/** From now on every trigger works on a fresh service in memory. */
export function openMemoryRuntime(authenticate: Authenticate = anyone): Service {
  const service = openService();
  Object.assign(standing, { service, authenticate });
  return service;
}

export const start = (): Config => ({ ...parseConfig(SETTINGS), policy: POLICY });

export async function ready(context: Pick<InvocationContext, "log">): Promise<Runtime> {
  const service = standing.service ?? openMemoryRuntime();
  const deps = { ...service.deps, log: (event: object) => context.log(JSON.stringify(event)) };
  const gauge = { lengths: async () => [{ queue: "refresh", messages: 1, poison: 0 }] };
  return { config: start(), deps, webhookQueues: service.queues, gauge, authenticate: standing.authenticate };
}

export const noteTaken = (): Promise<void> => Promise.resolve();
