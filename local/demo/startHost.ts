/** Which host serves the app: `func start` where it really does, else the stand-in host. */
import { findCoreTools } from "./coreTools.js";
import { HostChild } from "./hostChild.js";
import { HOST_MAIN } from "./repository.js";

export interface HostOptions {
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  readonly log: string;
  /** Is told of each child as soon as it exists, so that an end in the middle of the start leaves none behind. */
  readonly onChild: (child: HostChild) => void;
}

export interface RunningHost {
  readonly child: HostChild;
  /** What runs, and why it and not another. */
  readonly about: string;
}

/** Core Tools may first have to fetch extensions. */
const CORE_TOOLS_MS_MAX = 60_000;
const STAND_IN_MS_MAX = 60_000;
const GRACE_SECONDS = 10;

// Killed without a word, we could not end the child: it ends itself when the pipe to us closes.
const END_WITH_PARENT =
  "data:text/javascript,process.stdin.on('close',()=>process.kill(process.pid,'SIGTERM')).resume().unref()";

export async function startHost(options: HostOptions, coreTools = findCoreTools()): Promise<RunningHost> {
  if (coreTools === undefined) return startStandIn(options, "Core Tools not found");
  const { port, env, log } = options;
  const child = new HostChild({ file: coreTools, args: ["start", "--port", String(port)], env, log, port });
  options.onChild(child);
  const outcome = await child.ready(CORE_TOOLS_MS_MAX);
  if (outcome === "ready") return { child, about: `func start of ${coreTools}` };
  const why = outcome === "ended" ? await child.ended : `no answer after ${CORE_TOOLS_MS_MAX / 1_000} s`;
  await child.kill();
  return startStandIn(options, `${coreTools} did not start the app: ${why}`);
}

/** Throws with the host's last words if it does not start. */
export async function startStandIn(options: HostOptions, reason: string): Promise<RunningHost> {
  const { port, env, log } = options;
  const args = ["--port", String(port), "--grace", String(GRACE_SECONDS), "--reason", reason];
  const command = ["--import", END_WITH_PARENT, HOST_MAIN, ...args];
  const child = new HostChild({ file: process.execPath, args: command, env, log, port });
  options.onChild(child);
  const outcome = await child.ready(STAND_IN_MS_MAX);
  if (outcome === "ended") throw new Error(`the host did not start: ${await child.ended}`);
  if (outcome === "late") throw new Error(`the host did not answer within ${STAND_IN_MS_MAX / 1_000} s; see ${log}`);
  return { child, about: `this repository's stand-in host (${reason})` };
}
