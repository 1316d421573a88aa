/** Storage, simulated Graph and a host that belong together: what `npm start` and the soak run. */
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type ServedSimulator, serveSimulator } from "../graph/server.js";
import { GraphSimulator } from "../graph/simulator.js";
import { isAlive } from "./claim.js";
import { dateAt } from "./days.js";
import { demoMailboxes, fillOutlook } from "./demoMailboxes.js";
import type { HostChild } from "./hostChild.js";
import { hostSettings } from "./hostSettings.js";
import { onFreePorts } from "./ports.js";
import type { RunFolder } from "./runFolder.js";
import { type HostOptions, type RunningHost, startHost } from "./startHost.js";
import type { Storage } from "./storage.js";

export interface RunParts {
  readonly folder: RunFolder;
  readonly openStorage: () => Promise<Storage>;
  readonly startHost?: (options: HostOptions) => Promise<RunningHost>;
  readonly say: (line: string) => void;
}

const HOST_PORT = 7_071;
const GRAPH_PORT = 7_080;
const CONTROL_PORT = 7_081;
const LOOK_EVERY_MS = 500;
/** Of a host that is killed on purpose to see what becomes of its work; one that falls over each time is not worth it. */
const RESTARTS_MAX = 10;

export class LocalRun {
  readonly sim = new GraphSimulator();
  readonly today = dateAt(Date.now());
  readonly #parts: RunParts;
  #storage: Storage | undefined;
  #doors: ServedSimulator | undefined;
  #host: HostChild | undefined;
  #hostOptions: HostOptions | undefined;
  #isStopping = false;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** Starts everything, and says of each part where it runs as soon as it does. */
  async start(): Promise<void> {
    const { say, folder, openStorage } = this.#parts;
    const opening = openStorage(); // a child process: it starts while we fill
    fillOutlook(this.sim, demoMailboxes(this.today));
    this.#storage = await opening;
    for (const line of this.#storage.about) say(line);
    const { doors, taken } = await onFreePorts(
      [GRAPH_PORT, CONTROL_PORT],
      async ([graphPort = 0, controlPort = 0], inUse) => ({
        doors: await serveSimulator(this.sim, { graphPort, controlPort }),
        taken: inUse,
      }),
    );
    this.#doors = doors;
    say(`Graph        ${this.graphUrl}/v1.0/ (the simulator, pid ${process.pid})`);
    say(`Control door ${this.controlUrl}/ (what happens in Outlook, and what goes wrong)`);
    this.#sayInUse(taken);
    await onFreePorts([HOST_PORT], async ([port = 0], inUse) => {
      await this.#startHostOn(port);
      this.#sayInUse(inUse);
    });
    say(`             its log: ${folder.hostLog}`);
  }

  get appUrl(): string {
    return this.#host?.url ?? "";
  }

  get graphUrl(): string {
    return this.#doors?.graphUrl ?? "";
  }

  get controlUrl(): string {
    return this.#doors?.controlUrl ?? "";
  }

  get isStorageUsed(): boolean {
    return this.#storage?.isUsed ?? false;
  }

  get hostPid(): number {
    return this.#host?.pid ?? 0;
  }

  /** Also again, on the same port, after `killHost`. */
  async startHost(): Promise<void> {
    if (this.#hostOptions === undefined) throw new Error("start() comes first");
    const { child, about } = await (this.#parts.startHost ?? startHost)(this.#hostOptions);
    this.#parts.say(`Host         ${child.url}/api/ (pid ${child.pid}): ${about}`);
  }

  #startHostOn(port: number): Promise<void> {
    const { clientStateKeys, hostLog: log } = this.#parts.folder;
    const connectionString = this.#storage?.connectionString ?? "";
    const env = hostSettings({ connectionString, graphUrl: this.graphUrl, clientStateKeys, port });
    this.#hostOptions = { port, env, log, onChild: (child) => this.#adopt(child) };
    return this.startHost();
  }

  async killHost(): Promise<void> {
    await this.#host?.kill();
  }

  /** Resolves, with one line, when a part ends that nobody asked to. A host that does is started again, some times. */
  async died(): Promise<string> {
    const storage = this.#storageDied();
    for (let restarts = 0; ; restarts++) {
      const host = this.#host?.ended.then((how) => `The host ended by itself (${how})`);
      const hostLine = await Promise.race([host ?? never(), storage.then(() => undefined)]);
      if (hostLine === undefined || this.#isStopping) return storage;
      if (restarts === RESTARTS_MAX) return `${hostLine}, after ${RESTARTS_MAX} new starts.`;
      this.#parts.say(`${hostLine}; starting it again.`);
      await this.startHost();
    }
  }

  /** Ends everything that was started, the host first: it still has work to put away. After a failure its log is kept. */
  async stop({ isFailure }: { readonly isFailure: boolean }): Promise<void> {
    this.#isStopping = true;
    await this.#host?.stop();
    await this.#doors?.stop();
    await this.#storage?.stop();
    const { folder, say } = this.#parts;
    await folder.end({ isLogKept: isFailure });
    if (isFailure && existsSync(folder.hostLog)) say(`What the host said is in ${folder.hostLog}`);
  }

  /** Whoever pastes a line with a usual port is told why it does not reach this run. */
  #sayInUse(ports: readonly number[]): void {
    for (const port of ports) this.#parts.say(`             another port, because ${port} is in use`);
  }

  #adopt(child: HostChild): void {
    this.#host = child;
    if (this.#isStopping) void child.kill();
  }

  async #storageDied(): Promise<string> {
    const pid = this.#storage?.pid;
    if (pid === undefined) return never();
    while (isAlive(pid)) await delay(LOOK_EVERY_MS, undefined, { ref: false });
    return `Azurite (pid ${pid}) ended by itself`;
  }
}

const never = (): Promise<never> => new Promise(() => undefined);
