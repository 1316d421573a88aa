/** Azurite as a child process on loopback: the storage of a local run and of the tests. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

/** 0 means any free port. */
export interface AzuritePorts {
  readonly blob?: number;
  readonly queue?: number;
  readonly table?: number;
}

export interface AzuriteOptions {
  /** Folder of the data; without one a temporary folder is made, and removed by `stop`. */
  readonly location?: string;
  readonly ports?: AzuritePorts;
  /** Nothing is written to disk: faster, forgotten at the end. */
  readonly inMemory?: boolean;
}

export interface Azurite {
  readonly connectionString: string;
  readonly pid: number;
  /** Ends the process and removes the temporary folder; safe to call twice. */
  stop(): Promise<void>;
}

const SERVICES = ["Blob", "Queue", "Table"] as const;
type Service = (typeof SERVICES)[number];
type Endpoints = Readonly<Record<Service, string>>;
type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const READY_MS_MAX = 30_000;
const PROBE_EVERY_MS = 20;
const PROBE_MS_MAX = 1_000;
const STOP_MS_MAX = 5_000;

// The published development account: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
const ACCOUNT = "devstoreaccount1";
const ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

// Azurite would outlive a parent that was killed: it ends itself when the pipe to the parent closes.
const END_WITH_PARENT =
  "data:text/javascript,process.stdin.on('close',()=>process.kill(process.pid,'SIGTERM')).resume().unref()";

/** Starts Azurite and waits until its three services answer. Throws with Azurite's own words if it ends early. */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  const temporary = options.location === undefined ? await mkdtemp(join(tmpdir(), "azurite-")) : undefined;
  const location = resolve(options.location ?? temporary ?? ".");
  await mkdir(location, { recursive: true });
  const child = launch(options, location);
  const stop = once(async () => {
    await end(child);
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  });
  try {
    const endpoints = await withinBound(endpointsOf(child));
    return { connectionString: connectionString(endpoints), pid: child.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whether Azurite answers at `url`; another service on the port, or none, is a no. */
export async function answersAsAzurite(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS_MAX) });
    await answer.body?.cancel();
    return answer.headers.get("server")?.startsWith("Azurite-") === true;
  } catch {
    return false; // nobody listens, or not HTTP
  }
}

function launch(options: AzuriteOptions, location: string): Child {
  const { blob = 0, queue = 0, table = 0 } = options.ports ?? {};
  const args = [
    ...["--import", END_WITH_PARENT, azuriteEntry()],
    ...["--silent", "--disableTelemetry", "--skipApiVersionCheck"],
    ...["--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1"],
    ...["--blobPort", `${blob}`, "--queuePort", `${queue}`, "--tablePort", `${table}`],
    ...(options.inMemory === true ? ["--inMemoryPersistence"] : ["--location", location]),
  ];
  // Detached: Ctrl-C in a terminal reaches the whole group, and storage must outlive the host that still drains.
  return spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"], detached: true, cwd: location });
}

function azuriteEntry(): string {
  const manifest = createRequire(import.meta.url).resolve("azurite/package.json");
  return join(dirname(manifest), "dist", "src", "azurite.js");
}

/** Azurite names each real port on stdout, even when silent: the only way to learn what port 0 became. */
function endpointsOf(child: Child): Promise<Endpoints> {
  return new Promise((done, reject) => {
    let output = "";
    let isAsked = false;
    const listen = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = isAsked ? undefined : listening(output);
      if (found === undefined) return;
      isAsked = true;
      allAnswer(found).then(() => done(found), reject);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", reject);
    child.once("close", (code) => {
      const reason = output.trim().split("\n").at(-1) ?? ""; // above it stand only the services that did start
      reject(new Error(`Azurite ended with code ${code}: ${reason}`));
    });
  });
}

function listening(output: string): Endpoints | undefined {
  const url = (service: Service): string | undefined =>
    new RegExp(`Azurite ${service} service is successfully listening at (http://\\S+)`).exec(output)?.[1];
  const [blob, queue, table] = SERVICES.map(url);
  if (blob === undefined || queue === undefined || table === undefined) return undefined;
  return { Blob: blob, Queue: queue, Table: table };
}

async function allAnswer(endpoints: Endpoints): Promise<void> {
  const deadline = Date.now() + READY_MS_MAX;
  for (const url of Object.values(endpoints)) {
    while (!(await answersAsAzurite(url))) {
      if (Date.now() > deadline) throw new Error(`Azurite does not answer at ${url}`);
      await delay(PROBE_EVERY_MS);
    }
  }
}

async function withinBound(endpoints: Promise<Endpoints>): Promise<Endpoints> {
  const bound = new AbortController();
  const late = async (): Promise<never> => {
    await delay(READY_MS_MAX, undefined, { signal: bound.signal });
    throw new Error(`Azurite was not ready after ${READY_MS_MAX / 1000} s`);
  };
  try {
    return await Promise.race([endpoints, late()]);
  } finally {
    bound.abort();
  }
}

function connectionString(endpoints: Endpoints): string {
  const urls = SERVICES.map((service) => `${service}Endpoint=${endpoints[service]}/${ACCOUNT}`);
  return ["DefaultEndpointsProtocol=http", `AccountName=${ACCOUNT}`, `AccountKey=${ACCOUNT_KEY}`, ...urls].join(";");
}

async function end(child: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
  await ended;
  clearTimeout(force);
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= action();
    return running;
  };
}
