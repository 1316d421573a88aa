/** What is measured: the app in a host of its own, on Azurite in memory and simulated Graph. Nothing survives it. */
import { startAzurite } from "../local/azurite.js";
import type { HostChild } from "../local/demo/hostChild.js";
import { hostSettings } from "../local/demo/hostSettings.js";
import { freePort } from "../local/demo/ports.js";
import { openRunFolder, type RunFolder } from "../local/demo/runFolder.js";
import { startStandIn } from "../local/demo/startHost.js";
import { serveSimulator } from "../local/graph/server.js";
import { GraphSimulator, type SimulatorOptions } from "../local/graph/simulator.js";
import { HEAP_FLAGS } from "../local/host/heap.js";
import { Caller } from "./caller.js";

export interface Stand {
  readonly sim: GraphSimulator;
  readonly graphUrl: string;
  readonly appUrl: string;
  readonly app: Caller;
  readonly hostPid: number;
  readonly connectionString: string;
  /** The secret that signs `clientState`, as setting CLIENT_STATE_KEYS has it. */
  readonly clientStateKeys: string;
}

/** Of every request that Graph answers. */
export const GRAPH_LATENCY_MS = 50;

/** Starts everything, does the work, ends everything that was started; also after an error. */
export async function onStand<T>(
  work: (stand: Stand) => Promise<T>,
  { deliver }: Pick<SimulatorOptions, "deliver"> = {},
): Promise<T> {
  await using stack = new AsyncDisposableStack();
  const folder = await openRunFolder(undefined);
  stack.defer(() => folder.end({ isLogKept: false }));
  const azurite = await startAzurite({ inMemory: true });
  stack.defer(azurite.stop);
  const sim = new GraphSimulator(deliver === undefined ? {} : { deliver });
  sim.faults.add({ kind: "latency", ms: GRAPH_LATENCY_MS });
  const doors = await serveSimulator(sim, { graphPort: 0, controlPort: 0 });
  stack.defer(doors.stop);
  const { connectionString } = azurite;
  const host = await startHost(folder, connectionString, doors.graphUrl);
  stack.defer(() => host.stop());
  const app = new Caller(host.url);
  stack.defer(() => app.close());
  const { clientStateKeys } = folder;
  const { graphUrl } = doors;
  return await work({ sim, graphUrl, appUrl: host.url, app, hostPid: host.pid, connectionString, clientStateKeys });
}

/** The stand-in host as `npm start` runs it. */
async function startHost(folder: RunFolder, connectionString: string, graphUrl: string): Promise<HostChild> {
  const { clientStateKeys, hostLog: log } = folder;
  const port = await freePort(0);
  const settings = hostSettings({ connectionString, graphUrl, clientStateKeys, port });
  const env = { ...settings, NODE_OPTIONS: [settings.NODE_OPTIONS ?? "", ...HEAP_FLAGS].join(" ").trim() };
  const onChild = (): void => undefined;
  return (await startStandIn({ port, env, log, onChild }, "benchmark")).child;
}
