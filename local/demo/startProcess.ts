/** For tests: `npm start` without its build, in a process of its own. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { COMPILED_ONCE } from "../host/hostProcess.js";
import { isAlive } from "./claim.js";
import { ROOT } from "./repository.js";

export const START = join(ROOT, "dist", "local", "start.js");
const WAIT_MS_MAX = 120_000;
const LOOK_EVERY_MS = 20;

export class StartProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  /** All that it has printed. */
  output = "";
  readonly exit: Promise<number | null>;
  #isEnded = false;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, shell?: string) {
    const command = shell === undefined ? [process.execPath, START, ...args] : ["sh", "-c", shell];
    const [file = "", ...rest] = command;
    this.#child = spawn(file, rest, {
      env: { ...process.env, ...COMPILED_ONCE, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    this.exit = new Promise((resolve) => {
      this.#child.once("close", (code) => {
        this.#isEnded = true;
        resolve(code);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Itself and every process that it has started. */
  get pids(): number[] {
    return [...this.output.matchAll(/(?<!another run \()pid (\d+)/g)].map(([, pid]) => Number(pid));
  }

  /** Waits until the output has it. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + WAIT_MS_MAX;
    for (;;) {
      const found = pattern.exec(this.output);
      if (found !== null) return found;
      if (this.#isEnded || Date.now() > deadline) throw new Error(`no ${pattern} in:\n${this.output}`);
      await delay(LOOK_EVERY_MS);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** With exit code 0, and nothing that it started is left; throws otherwise. */
  async endsBy(name: NodeJS.Signals): Promise<void> {
    this.signal(name);
    const code = await this.exit;
    if (code !== 0) throw new Error(`ended with ${code}:\n${this.output}`);
    await allGone(this.pids);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGTERM");
    await this.exit;
  }
}

/** Waits until none of the processes is left. */
export async function allGone(pids: readonly number[]): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (pids.some(isAlive)) {
    if (Date.now() > deadline) throw new Error(`still there: ${pids.filter(isAlive)}`);
    await delay(LOOK_EVERY_MS);
  }
}

/** What bash prints for a pasted line; throws with what it says on an error. */
export async function pasted(line: string): Promise<string> {
  const { stdout } = await promisify(execFile)("bash", ["-c", line]);
  return stdout;
}
