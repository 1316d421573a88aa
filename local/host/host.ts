/**
 * The stand-in host: runs a compiled app of the Functions v4 model on one machine, without Core Tools. One host a
 * process, because the package registers once a process. Differences from the real host: docs/local-run.md
 */
import type { Server } from "node:http";
import { join, resolve } from "node:path";
import { serveAdmin } from "./admin.js";
import { openAppServer } from "./appServer.js";
import { AppCore, supplyCore } from "./core.js";
import { EVENT_GRID_PATH, serveEventGrid } from "./eventGrid.js";
import { type HostedFunction, hostFunctions, isHttp, notRun, overlaps } from "./functions.js";
import { type HostSettings, readHostSettings } from "./hostJson.js";
import { Door, type Serve } from "./http.js";
import { answer } from "./httpAnswer.js";
import { splitUrl } from "./httpRequest.js";
import { StreamDoor } from "./httpStream.js";
import { serveHttp } from "./httpTrigger.js";
import { Invoker } from "./invoke.js";
import { type JsonObject, readJsonFile } from "./jsonFile.js";
import { readKeys } from "./keys.js";
import { announce, firstLine } from "./lines.js";
import { Listeners } from "./listeners.js";
import { loadApp } from "./load.js";
import { consoleLog, type HostLog } from "./log.js";
import { HostRefusal, messageOf } from "./refusal.js";
import { applyLocalSettings, type Env, setUnlessSet } from "./settings.js";
import { Storage } from "./storage.js";

export interface HostOptions {
  readonly appDir: string;
  /** 0: any free port. */
  readonly port: number;
  readonly address?: string;
  /** Check access keys, from `LOCAL_HOST_…_KEY`; off by default, as in `func start`. */
  readonly enableAuth?: boolean;
  /** How long `stop` waits for work in flight. */
  readonly graceSeconds?: number;
  /** App settings that win over the environment and `local.settings.json`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: HostLog;
  /** Why this host runs and not `func start`; printed in the first line. */
  readonly reason?: string;
}

export interface Host {
  readonly url: string;
  /** Finishes work in flight; rejects if some is left after the grace period. */
  stop(): Promise<void>;
}

const GRACE_SECONDS = 30;

/** Throws `HostRefusal` for whatever a person can put right: a taken port, a missing setting, an unsupported trigger. */
export async function startHost(options: HostOptions): Promise<Host> {
  const startedMs = performance.now();
  const log = options.log ?? consoleLog;
  log.info(firstLine(options.reason));
  const appDir = resolve(options.appDir);
  const env = Object.assign(process.env, options.env);
  const { manifest, settings } = readApp(appDir, env);
  const door = new Door(log);
  await door.listen(options.port, options.address ?? "127.0.0.1");
  try {
    setUnlessSet(env, "WEBSITE_HOSTNAME", door.boundAuthority);
    process.chdir(appDir);
    const app = await startApp(appDir, manifest, settings, env, log);
    const host = run(app, door, options, env, log);
    announce(log, app.functions, `http://${door.authority}`, performance.now() - startedMs);
    return host;
  } catch (error) {
    door.abort();
    throw error;
  }
}

interface App {
  readonly core: AppCore;
  readonly settings: HostSettings;
  readonly functions: readonly HostedFunction[];
  readonly storage: Storage;
  /** Where the package serves streams, if the app wants them. */
  readonly streamServer: Server | undefined;
}

function readApp(appDir: string, env: Env): { readonly manifest: JsonObject; readonly settings: HostSettings } {
  const hostJson = readJsonFile(join(appDir, "host.json"));
  if (hostJson === undefined) throw new HostRefusal("host.json not found");
  const manifest = readJsonFile(join(appDir, "package.json"));
  if (manifest === undefined) throw new HostRefusal("package.json not found");
  applyLocalSettings(appDir, env);
  setUnlessSet(env, "AZURE_FUNCTIONS_ENVIRONMENT", "Development");
  return { manifest, settings: readHostSettings(hostJson, env) };
}

async function startApp(
  appDir: string,
  manifest: JsonObject,
  settings: HostSettings,
  env: Env,
  log: HostLog,
): Promise<App> {
  const core = new AppCore(log);
  supplyCore(core);
  await loadApp(appDir, manifest);
  await appStart(core);
  const streamServer = await openAppServer(core.model);
  core.freeze();
  const functions = hostFunctions(core.functions, settings.routePrefix, env);
  for (const name of notRun(core.functions))
    log.info(
      `  ${name}: not run, because this host has no Event Hubs trigger; in Azure it runs. See docs/local-run.md`,
    );
  for (const [first, second] of overlaps(functions.filter(isHttp))) {
    log.error(`warning: on some paths function '${first}' hides '${second}': routes are tried in the order of names`);
  }
  const storage = new Storage(log);
  await openConnections(functions, storage);
  return { core, settings, functions, storage, streamServer };
}

async function appStart(core: AppCore): Promise<void> {
  try {
    await core.runHooks("appStart", { hookData: {}, appHookData: core.appHookData });
  } catch (error) {
    throw new HostRefusal(messageOf(error)); // an app checks its settings here, and its words are the best ones
  }
}

function run(app: App, door: Door, options: HostOptions, env: Env, log: HostLog): Host {
  const listeners = new Listeners(app.storage, app.settings.queues);
  const invoker = new Invoker(app.core, log, listeners.writeOutput);
  const { streamServer: server } = app;
  const streams = server === undefined ? undefined : new StreamDoor(server, door.authority, log);
  listeners.start(app.functions, invoker, log);
  door.open(serve(app, invoker, streams, door.authority, readKeys(options.enableAuth ?? false, env)));
  const drain = async (): Promise<void> => {
    await Promise.all([door.close(), listeners.stop()]);
    await invoker.idle();
    await app.core.runHooks("appTerminate", { hookData: {}, appHookData: app.core.appHookData });
  };
  let stopping: Promise<void> | undefined;
  return {
    url: `http://${door.authority}`,
    stop: () => {
      stopping ??= withinGrace(drain(), options.graceSeconds ?? GRACE_SECONDS);
      return stopping;
    },
  };
}

function serve(
  app: App,
  invoker: Invoker,
  streams: StreamDoor | undefined,
  authority: string,
  keys: ReturnType<typeof readKeys>,
): Serve {
  const deps = { functions: app.functions, keys, invoker };
  const enabled = app.functions.filter(isHttp).filter((fn) => !fn.disabled);
  const httpDeps = { functions: enabled, keys, invoker, authority, streams };
  return async (request, response) => {
    const path = splitUrl(request).path.toLowerCase();
    if (path === EVENT_GRID_PATH) return serveEventGrid(deps, request, response);
    if (path.startsWith("/admin/")) return serveAdmin(deps, path.replace(/\/$/, ""), request, response);
    if (path === "/" && request.method === "GET") return answer(response, 200, "The stand-in host is running.\n");
    await serveHttp(httpDeps, request, response);
  };
}

async function openConnections(functions: readonly HostedFunction[], storage: Storage): Promise<void> {
  for (const { name, trigger, outputs } of functions)
    for (const { connection } of [...outputs.values(), ...(trigger.kind === "queue" ? [trigger] : [])]) {
      if (await storage.opens(connection)) continue;
      throw new HostRefusal(`function '${name}': its storage connection is not a connection string`);
    }
}

async function withinGrace(work: Promise<void>, seconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`work was still in flight after ${seconds} s`)), seconds * 1_000);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
