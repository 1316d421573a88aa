/** The whole product on one machine: storage, simulated Graph, and the compiled app in a host. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Azurite, startAzurite } from "../../local/azurite.js";
import { freePort } from "../../local/demo/ports.js";
import { type ServedSimulator, serveSimulator } from "../../local/graph/server.js";
import { GraphSimulator } from "../../local/graph/simulator.js";
import { TENANT_ID } from "../../local/graph/subscription.js";
import { HostProcess } from "../../local/host/hostProcess.js";
import { Api } from "./api.js";
import { type DoorName, receiverOf, settingsOfDoor } from "./doors.js";
import { baseUrlElsewhere } from "./elsewhere.js";
import { eventually } from "./eventually.js";

const REPOSITORY = join(import.meta.dirname, "..", "..");
const READY_SECONDS_MAX = 60;
const GRACE_SECONDS = 5;

export interface ProductOptions {
  /** App settings over those that every test has. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How notifications come in; the webhook if absent. */
  readonly door?: DoorName;
  /** The simulator's clock. */
  readonly graphNow?: () => number;
  /** Folder of Azurite's data; without one nothing is written to disk. */
  readonly storageFolder?: string;
}

export interface Product {
  readonly api: Api;
  /** What stands around the app. Throws where the app runs elsewhere. */
  readonly own: Own;
  stop(): Promise<void>;
}

/** Everything of a product that is in the tests' hands. */
export class Own {
  readonly graph: GraphSimulator;
  readonly port: number;
  readonly #usual: Readonly<Record<string, string>>;
  readonly #options: ProductOptions;
  readonly #served: ServedSimulator;
  #door: DoorName;
  #azurite: Azurite;
  #hosts: readonly HostProcess[] = [];

  constructor(graph: GraphSimulator, served: ServedSimulator, azurite: Azurite, port: number, options: ProductOptions) {
    this.graph = graph;
    this.#served = served;
    this.#azurite = azurite;
    this.port = port;
    this.#usual = settingsOf(served.graphUrl, azurite.connectionString, port);
    this.#options = options;
    this.#door = options.door ?? "webhook";
  }

  get settings(): Readonly<Record<string, string>> {
    return { ...this.#usual, ...settingsOfDoor(this.#door), ...this.#options.settings };
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get connectionString(): string {
    return this.#azurite.connectionString;
  }

  /** Everything that the hosts have said so far. */
  get output(): string {
    return this.#hosts.flatMap(({ out, err }) => [...out, ...err]).join("\n");
  }

  hasSaid(line: RegExp): boolean {
    return this.#hosts.some(({ out }) => out.some((one) => line.test(one)));
  }

  /** Ready when the app's own health route says so. */
  async startHost(): Promise<void> {
    const args = ["--port", `${this.port}`, "--grace", `${GRACE_SECONDS}`];
    const host = new HostProcess({ app: REPOSITORY, args, env: this.settings });
    this.#hosts = [...this.#hosts, host];
    const ready = eventually(async () => {
      const { status } = await fetch(`${this.url}/api/health`);
      if (status !== 200) throw new Error(`health answered ${status}`);
    }, READY_SECONDS_MAX);
    const ended = host.exit.then((code) => {
      throw new Error(`the host ended with ${code}: ${host.err.join("\n")}`);
    });
    ended.catch(() => undefined); // later it may end as it likes
    await Promise.race([ready, ended]);
  }

  /** Notifications come in by this door from now on, as far as what they are for was subscribed to after that. */
  async openDoor(door: DoorName): Promise<void> {
    const before = this.settings;
    this.#door = door;
    this.graph.subscriptions.setUsualKnobs(await receiverOf(door, this.url, this.connectionString));
    if (isDeepStrictEqual(this.settings, before)) return; // only Event Grid hands its events to another receiver
    await this.#stopHost();
    await this.startHost();
  }

  /** As a power cut would end it. */
  async killHost(): Promise<void> {
    const host = this.#hosts.at(-1);
    host?.signal("SIGKILL");
    await host?.exit;
  }

  /** The exit code; none while it runs on. */
  async hostStillRuns(): Promise<boolean> {
    return (await Promise.race([this.#hosts.at(-1)?.exit, Promise.resolve("running")])) === "running";
  }

  async stopStorage(): Promise<void> {
    await this.#azurite.stop();
  }

  /** On the ports that it had. */
  async startStorage(): Promise<void> {
    this.#azurite = await startAzurite({
      ...storageOf(this.#options.storageFolder),
      ports: portsOf(this.connectionString),
    });
  }

  async stop(): Promise<void> {
    await this.#stopHost();
    await Promise.all([this.#served.stop(), this.#azurite.stop()]);
  }

  async #stopHost(): Promise<void> {
    const host = this.#hosts.at(-1);
    host?.signal("SIGTERM");
    await host?.exit;
  }
}

/** Starts a product of this machine's own, unless E2E_BASE_URL names one that runs already. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  if (baseUrlElsewhere !== undefined) return elsewhere(baseUrlElsewhere);
  const graph = new GraphSimulator(options.graphNow === undefined ? {} : { now: options.graphNow });
  const [served, azurite, port] = await Promise.all([
    serveSimulator(graph, { graphPort: 0, controlPort: 0 }),
    startAzurite(storageOf(options.storageFolder)),
    freePort(0),
  ]);
  const own = new Own(graph, served, azurite, port, options);
  try {
    graph.subscriptions.setUsualKnobs(await receiverOf(options.door ?? "webhook", own.url, own.connectionString));
    await own.startHost();
  } catch (error) {
    await own.stop();
    throw error;
  }
  return { api: new Api(own.url), own, stop: () => own.stop() };
}

const elsewhere = (url: string): Product => ({
  api: new Api(url),
  get own(): Own {
    throw new Error("this test needs a host of its own: skip it where E2E_BASE_URL is set");
  },
  stop: () => Promise.resolve(),
});

const storageOf = (folder: string | undefined) => (folder === undefined ? { inMemory: true } : { location: folder });

function portsOf(connectionString: string) {
  const port = (service: string): number =>
    Number(new RegExp(`${service}Endpoint=http://[^:]+:(\\d+)`).exec(connectionString)?.[1]);
  return { blob: port("Blob"), queue: port("Queue"), table: port("Table") };
}

const settingsOf = (graphUrl: string, connectionString: string, port: number) => ({
  AzureWebJobsStorage: connectionString,
  // An idle queue is looked at more often than in production, so that no test waits for that.
  AzureFunctionsJobHost__extensions__queues__maxPollingInterval: "00:00:00.200",
  GRAPH_BASE_URL: graphUrl,
  GRAPH_CREDENTIAL: "none",
  GRAPH_TENANT_ID: TENANT_ID,
  NOTIFICATION_URL: `http://127.0.0.1:${port}/api/graph/notifications`,
  CLIENT_STATE_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  MIN_REFRESH_INTERVAL_SECONDS: "0",
  AUTH: "none",
});
