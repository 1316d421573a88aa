/** `npm start` as a person types it, build included, until the first calendar is answered as fresh. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { TEAM } from "../local/demo/people.js";
import { ROOT } from "../local/demo/repository.js";
import { Caller } from "./caller.js";
import { WEEK } from "./mailboxes.js";
import type { Result } from "./result.js";
import { median } from "./samples.js";

const STARTS = 3;
const SECONDS_MAX = 20;
const FRESH_MS_MAX = 120_000;
const END_MS_MAX = 30_000;
const LOOK_EVERY_MS = 20;

export async function startUp(): Promise<readonly Result[]> {
  const samples: number[] = [];
  for (let count = 0; count < STARTS; count++) samples.push(await oneStart());
  const level = { of: "value", max: SECONDS_MAX } as const;
  return [{ what: "npm start to the first fresh answer", unit: "s", value: median(samples) / 1_000, level }];
}

/** In milliseconds. Its data is its own, so that no other Azurite on this machine is used. */
async function oneStart(): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const data = await mkdtemp(join(tmpdir(), "bench-start-"));
  stack.defer(() => rm(data, { recursive: true, force: true }));
  const startedAt = performance.now();
  const run = startRun(data);
  stack.defer(run.stop);
  const app = new Caller(await run.appUrl);
  stack.defer(() => app.close());
  await untilFresh(app, startedAt + FRESH_MS_MAX);
  return performance.now() - startedAt;
}

/** The host's address is the first thing that we need of what is printed. */
function startRun(data: string) {
  const child = spawn("npm", ["start", "--", "--data", data], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let output = "";
  const appUrl = new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /^Host +(http:\/\/[^/\s]+)\/api\//m.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", reject);
    child.once("close", () => reject(new Error(`npm start ended: ${output.trim()}`)));
  });
  /** As Ctrl-C does: to the whole group, since npm passes nothing on. */
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGINT");
    await Promise.race([ended, delay(END_MS_MAX)]);
  };
  return { appUrl, stop };
}

async function untilFresh(app: Caller, deadline: number): Promise<void> {
  const calendars = TEAM.map(({ address }) => ({ mailbox: address }));
  const body = JSON.stringify({ calendars, ...WEEK });
  while (!(await app.post("/api/availability", body)).includes('"state":"fresh"')) {
    if (performance.now() > deadline) throw new Error("npm start: no calendar was fresh in time");
    await delay(LOOK_EVERY_MS);
  }
}
