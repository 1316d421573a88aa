/** For tests: a stand-in host in a process of its own, because an app can be loaded only once in each. */
import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const MAIN = join(import.meta.dirname, "..", "..", "dist", "local", "host", "main.js");
const FIXTURES = join(import.meta.dirname, "fixtures");
/** Many hosts are started one after the other: what one has compiled the next need not. */
export const COMPILED_ONCE = { NODE_COMPILE_CACHE: join(tmpdir(), "outlook-availability-compiled") } as const;
const WAIT_MS_MAX = 20_000;
const LOOK_EVERY_MS = 5;

// A test that ran out of time disposes of nothing.
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export interface HostRun {
  /** A folder under fixtures, or an absolute path. */
  readonly app: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

export class HostProcess implements AsyncDisposable {
  readonly out: string[] = [];
  readonly err: string[] = [];
  readonly #child;
  /** The exit code, once there is one. */
  readonly exit: Promise<number | null>;
  #exitCode: number | null | undefined;

  constructor({ app, env = {}, args = [] }: HostRun) {
    const appDir = app.startsWith("/") ? app : join(FIXTURES, app);
    this.#child = spawn(process.execPath, [MAIN, "--port", "0", "--app", appDir, ...args], {
      env: { PATH: process.env.PATH ?? "", TZ: "UTC", ...COMPILED_ONCE, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(this.#child);
    collectLines(this.#child.stdout, this.out);
    collectLines(this.#child.stderr, this.err);
    this.exit = new Promise((resolve) => {
      this.#child.once("close", (code) => {
        running.delete(this.#child);
        this.#exitCode = code;
        resolve(code);
      });
    });
  }

  /** Waits for a line on stdout, and returns the first that matches. */
  async line(pattern: RegExp): Promise<string> {
    return (await this.until(() => this.out.filter((line) => pattern.test(line)), String(pattern)))[0] ?? "";
  }

  /** Waits until `find` returns something that is not empty. */
  async until<T>(find: () => readonly T[], what = "a line"): Promise<readonly T[]> {
    const deadline = Date.now() + WAIT_MS_MAX;
    for (;;) {
      const found = find();
      if (found.length > 0) return found;
      if (Date.now() > deadline || this.#exitCode !== undefined) {
        throw new Error(`no ${what} from the host:\n${[...this.out, ...this.err].join("\n")}`);
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  /** What the app told on stdout under `key`, one JSON object a line. */
  told(key: string): readonly Readonly<Record<string, unknown>>[] {
    return this.out.filter((line) => line.startsWith(`{"${key}":`)).map((line) => JSON.parse(line));
  }

  async url(): Promise<string> {
    return (await this.line(/^ready in \d+ ms: /)).replace(/^ready in \d+ ms: /, "");
  }

  signal(name: "SIGINT" | "SIGTERM" | "SIGKILL"): void {
    this.#child.kill(name);
  }

  async stop(): Promise<number | null> {
    this.signal("SIGTERM");
    return this.exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.exit;
  }
}

function collectLines(stream: NodeJS.ReadableStream, lines: string[]): void {
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  });
  stream.on("end", () => {
    if (rest !== "") lines.push(rest);
  });
}
