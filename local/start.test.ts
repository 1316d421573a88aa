/** How a run begins and ends; what it shows, and how the next goes on with its folder, is in demo/tour.test.ts. */
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HOST_MAIN } from "./demo/repository.js";
import { allGone, pasted, START, StartProcess } from "./demo/startProcess.js";

const RUN_MS_MAX = 200_000;
const SEE_MS_MAX = 90_000;
const LET_GO_MS_MAX = 20_000;
const READY = /Ctrl-C ends everything/;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "start-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** With a folder of its own, so that an Azurite of somebody else is left alone. */
const data = (): string[] => ["--data", join(folder, "data")];
const quick = (): string[] => [...data(), "--no-watch"];

async function damageStorage(): Promise<void> {
  const azurite = join(folder, "data", "azurite");
  await mkdir(azurite, { recursive: true });
  await writeFile(join(azurite, "__azurite_db_queue__.json"), "{garbage");
}

async function expectSetAside(start: StartProcess): Promise<void> {
  const [aside = ""] = (await readdir(join(folder, "data"))).filter((name) => name.startsWith("azurite.broken-"));
  expect(start.output).toContain(join(folder, "data", aside));
  expect(await readFile(join(folder, "data", aside, "__azurite_db_queue__.json"), "utf8")).toBe("{garbage");
}

/** By us or, to the end of the time, by somebody else: a host that another test has ended may still be letting it go. */
async function taken(port: number): Promise<AsyncDisposable> {
  const server = createServer();
  const isOurs = async (): Promise<void> => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  await vi.waitFor(isOurs, { timeout: LET_GO_MS_MAX, interval: 100 }).catch(() => undefined);
  return { [Symbol.asyncDispose]: async () => void server.close() };
}

/** A `func` first on PATH. */
async function withCoreTools(script: string): Promise<Readonly<Record<string, string>>> {
  const file = join(folder, "func");
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return { PATH: `${folder}:${process.env.PATH}` };
}

describe("the end", () => {
  test("a signal in the middle of the start ends what was started by then", { timeout: RUN_MS_MAX }, async () => {
    await using start = new StartProcess(quick());
    await start.printed(/Azurite .*pid/);
    start.signal("SIGINT");
    expect(await start.exit).toBe(0);
    await allGone(start.pids);
    expect(await readdir(join(folder, "data"))).not.toContain("run.pid");
  });

  test("beside a port that is taken it uses another; a host that is killed is started again; when Azurite ends, all does", {
    timeout: RUN_MS_MAX,
  }, async () => {
    await using _other = await taken(7_071);
    await damageStorage();
    await using start = new StartProcess(quick());
    await start.printed(READY);
    await expectSetAside(start); // data that cannot be read keeps nobody from starting
    const [line, url = "", pid] = await start.printed(/^Host +(\S+) \(pid (\d+)\)/m);
    expect(new URL(url).port).not.toBe("7071");
    expect(start.output).toMatch(/^Host .*\n +another port, because 7071 is in use$/m);
    process.kill(Number(pid), "SIGKILL");
    await start.printed(/^The host ended by itself \(SIGKILL\); starting it again\.$/m);
    const [, again] = await start.printed(/starting it again\.\nHost +(\S+) /);
    expect(again, line).toBe(url);
    expect((await fetch(`${again}health`)).status).toBe(200);
    process.kill(Number((await start.printed(/^Azurite .*pid (\d+)/m))[1]), "SIGKILL");
    expect(await start.exit).toBe(1);
    expect(start.output).toMatch(/^Azurite \(pid \d+\) ended by itself$/m);
    await allGone(start.pids);
    expect(start.output).toContain(`What the host said is in ${join(folder, "data", "host.log")}\n`);
  });

  test("where Core Tools do not start the app it is the stand-in, and says why; when npm's shell is gone, it ends", {
    timeout: RUN_MS_MAX,
  }, async () => {
    const env = await withCoreTools("echo no workload installed; exit 3");
    const line = `'${process.execPath}' '${START}' ${quick().join(" ")}; true`;
    await using start = new StartProcess([], { ...env, npm_lifecycle_event: "start" }, line);
    const [host] = await start.printed(/^Host .*$/m);
    expect(host).toMatch(/stand-in host \(.*func did not start the app: exit code 3: no workload installed\)/);
    await start.printed(READY);
    start.signal("SIGKILL");
    await allGone(start.pids);
  });
});

test("--no-watch prints the line that watches everything; a second run on its folder is refused; SIGKILL takes all with it", {
  timeout: RUN_MS_MAX,
}, async () => {
  await using start = new StartProcess(quick());
  await start.printed(READY);
  await using second = new StartProcess(quick());
  expect(await second.exit).toBe(1);
  expect(second.output).toBe(`npm start: ${join(folder, "data")} is in use by another run (pid ${start.pid})\n`);
  const [, line = ""] = /^# 1\. Watch all.*\n(.*)$/m.exec(start.output) ?? [];
  const [, watching = ""] = /^(.*); sleep \d+$/.exec(line) ?? []; // the wait is for who pastes the next lines with it
  const { calendars } = JSON.parse(await pasted(watching));
  expect(calendars).toHaveLength(26);
  expect(calendars.every(({ created }: { created: boolean }) => created)).toBe(true);
  expect(start.pids).toHaveLength(3); // itself, Azurite, the host
  start.signal("SIGKILL");
  await allGone(start.pids);
});

test("with Core Tools that start the app these are the host; --traffic changes calendars until SIGINT, which leaves nothing", {
  timeout: RUN_MS_MAX,
}, async () => {
  const env = await withCoreTools(`shift; exec '${process.execPath}' '${HOST_MAIN}' "$@"`);
  const temporary = join(folder, "tmp");
  await mkdir(temporary);
  await using start = new StartProcess(["--no-watch", "--traffic"], { ...env, TMPDIR: temporary });
  expect((await start.printed(/^Host .*$/m))[0]).toContain(`func start of ${join(folder, "func")}`);
  await start.printed(/A calendar changes every second/);
  const [, control] = await start.printed(/^Control door (\S+)\//m);
  const events = async (): Promise<number> => {
    const shown = await (await fetch(`${control}/mailboxes`)).text();
    return [...shown.matchAll(/"events":(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  };
  expect(await readdir(temporary)).toHaveLength(1);
  const before = await events();
  await vi.waitFor(async () => expect(await events()).toBeGreaterThan(before), { timeout: SEE_MS_MAX, interval: 100 });
  await start.endsBy("SIGINT");
  expect(await readdir(temporary)).toEqual([]); // no folder was named
});
