/** Everything wired together, once an instance: settings, adapters, the domain's side effects. */
import type { InvocationContext } from "@azure/functions";
import { graphTokens, managedIdentity } from "./adapters/credentials.js";
import { entraTokens } from "./adapters/entraTokens.js";
import { GraphClient } from "./adapters/graph/graphClient.js";
import { GraphSubscriptions } from "./adapters/graph/graphSubscriptions.js";
import { GraphCalendarReader } from "./adapters/graph/graphViews.js";
import { StorageQueueGauge } from "./adapters/queueGauge.js";
import { StorageClock } from "./adapters/storageClock.js";
import { openQueueService, StorageQueues, WEBHOOK_PATIENCE, WORKER_PATIENCE } from "./adapters/storageQueues.js";
import { TableSubscriptionIndex } from "./adapters/subscriptionIndex.js";
import { TableLedger } from "./adapters/tableLedger.js";
import { TableStore } from "./adapters/tableStore.js";
import { inTable, openTable } from "./adapters/tables.js";
import { type Config, type EventHubConfig, eventHubOf, parseConfig, type StorageConfig } from "./config.js";
import type { Deps } from "./domain/deps.js";
import { cloudOf } from "./domain/graphClouds.js";
import { type QueueGauge, type Queues, StorageUnavailable } from "./domain/ports.js";
import { type Authenticate, anyone, bearer } from "./http/caller.js";
import names from "./names.json" with { type: "json" };

export interface Runtime {
  readonly config: Config;
  readonly deps: Deps;
  /** The same queues for a sender that must answer within 3 s [I5]. */
  readonly webhookQueues: Queues;
  /** How much waits in the queues. */
  readonly gauge: QueueGauge;
  readonly authenticate: Authenticate;
}

interface Instance extends Omit<Runtime, "deps"> {
  readonly deps: Omit<Deps, "log">;
  readonly askTime: () => Promise<void>;
}

/** Those that functions take messages from. */
const QUEUES = [names.refreshQueue, names.subscriptionsQueue, names.graphEventsQueue];

let instance: Instance | undefined;

/** Errors: `ConfigError` where a setting is missing or wrong. */
export function start(): Config {
  instance ??= assemble(parseConfig(process.env));
  return instance.config;
}

/** The event hub to listen to: known before the start, because functions are registered when their files are loaded. */
export const eventHub = (): EventHubConfig | undefined => eventHubOf(process.env);

/**
 * The runtime of one invocation, whose log lines carry the function's name. The first call asks storage for its time
 * [D5]. Errors: `StorageUnavailable` where storage does not tell.
 */
export async function ready(context: Pick<InvocationContext, "log">): Promise<Runtime> {
  instance ??= assemble(parseConfig(process.env));
  const { askTime, deps, ...rest } = instance;
  if (!deps.clock.synced()) await askTime();
  return { ...rest, deps: { ...deps, log: (event) => context.log(JSON.stringify(event)) } };
}

function assemble(config: Config): Instance {
  const clock = new StorageClock();
  const { tables, queues } = accessOf(config.storage);
  const calendars = openTable(tables, names.calendarsTable, clock);
  const subscriptions = openTable(tables, names.subscriptionsTable, clock);
  const queueService = openQueueService(queues);
  const { baseUrl, credential } = config.graph;
  const client = new GraphClient({ baseUrl, tokens: graphTokens(credential, baseUrl), fetch });
  const now = () => clock.now();
  const { addresses } = config;
  return {
    config,
    webhookQueues: new StorageQueues(queueService, names, clock, WEBHOOK_PATIENCE),
    gauge: new StorageQueueGauge(queueService, QUEUES, names.poisonSuffix),
    authenticate: authenticateBy(config),
    askTime: async () => {
      await inTable(calendars, () => calendars.getEntity("time", "time")); // no such row: its absence is dated as well
      if (!clock.synced()) throw new StorageUnavailable("table storage: an answer without a date");
    },
    deps: {
      policy: config.policy,
      keys: config.keys,
      store: new TableStore(calendars),
      index: new TableSubscriptionIndex(subscriptions),
      ledger: new TableLedger(subscriptions),
      queues: new StorageQueues(queueService, names, clock, WORKER_PATIENCE),
      reader: new GraphCalendarReader(client, now),
      subscriptions: new GraphSubscriptions(client, { addresses, now }),
      clock,
      random: { fraction: Math.random, token: () => crypto.randomUUID() },
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    },
  };
}

function accessOf(storage: StorageConfig) {
  if (storage.kind === "connectionString") return { tables: storage, queues: storage };
  const credential = managedIdentity(storage.clientId);
  return {
    tables: { kind: storage.kind, url: storage.tableUrl, credential },
    queues: { kind: storage.kind, url: storage.queueUrl, credential },
  };
}

function authenticateBy({ auth, graph }: Config): Authenticate {
  return auth.kind === "entra" ? bearer(entraTokens({ ...auth, cloud: cloudOf(graph.baseUrl) })) : anyone;
}

/** Says that a queue's messages are being taken. Whatever stands in its way, the message is worth more than the note. */
export async function noteTaken({ deps }: Pick<Runtime, "deps">, queue: string): Promise<void> {
  await deps.ledger.noteTaken(queue, deps.clock.now()).catch(() => undefined);
}
