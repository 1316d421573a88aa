/** A host as a child process, in a group of its own: Ctrl-C in a terminal must reach it once, and from us. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { ROOT } from "./repository.js";

export interface HostCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Everything it says goes here. */
  readonly log: string;
  readonly port: number;
}

const LOOK_EVERY_MS = 25;
const PROBE_MS_MAX = 1_000;
/** More than the grace period given to the host. */
const STOP_MS_MAX = 15_000;

export class HostChild {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #log: string;
  #isEnded = false;
  /** How it ended, with its last words where those can say why; never rejects. */
  readonly ended: Promise<string>;

  constructor({ file, args, env, log, port }: HostCommand) {
    this.url = `http://127.0.0.1:${port}`;
    this.#log = log;
    const output = openSync(log, "a");
    this.#child = spawn(file, args, { cwd: ROOT, env, detached: true, stdio: ["pipe", output, output] });
    closeSync(output);
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#isEnded = true;
        resolve(how);
      };
      this.#child.once("error", (error) => end(error.message));
      this.#child.once("exit", (code, signal) => end(signal ?? `exit code ${code}: ${this.#lastWords()}`));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether the app answers within the time; "ended" as soon as that cannot be any more. */
  async ready(ms: number): Promise<"ready" | "ended" | "late"> {
    const deadline = Date.now() + ms;
    while (Date.now() < deadline) {
      if (this.#isEnded) return "ended";
      if (await isHealthy(this.url)) return "ready";
      await delay(LOOK_EVERY_MS);
    }
    return "late";
  }

  /** Lets it finish what it is doing. Safe to call again, and after its end. */
  async stop(): Promise<void> {
    this.#signal("SIGTERM");
    const force = setTimeout(() => this.#signal("SIGKILL"), STOP_MS_MAX);
    await this.ended;
    clearTimeout(force);
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    this.#signal("SIGKILL");
    await this.ended;
  }

  /** To the whole group: `func` has children of its own. */
  #signal(name: NodeJS.Signals): void {
    if (this.#isEnded || this.pid === 0) return;
    try {
      process.kill(-this.pid, name);
    } catch {
      this.#child.kill(name); // a system without process groups
    }
  }

  #lastWords(): string {
    return readFileSync(this.#log, "utf8").trim().split("\n").at(-1) ?? "";
  }
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(PROBE_MS_MAX) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false; // not listening yet
  }
}
