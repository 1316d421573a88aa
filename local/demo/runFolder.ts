/** The folder of a run: Azurite's data, the key that signs clientState, the host's log. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { isAlive } from "./claim.js";

export interface RunFolder {
  readonly path: string;
  /** Whether the folder outlives the run. */
  readonly isKept: boolean;
  /** For setting CLIENT_STATE_KEYS. */
  readonly clientStateKeys: string;
  readonly hostLog: string;
  /** Removes a folder that is not kept, but for its log on demand; lets another run have one that is. */
  end(options: { readonly isLogKept: boolean }): Promise<void>;
}

const KEY_BYTES = 32;

/** What this file holds when it was made here. */
const KEY = /^[\w-]+:[A-Za-z0-9+/]{43}=$/;

/** A fresh folder, unless one is named. Throws where another run uses the named one, and where it cannot be used. */
export async function openRunFolder(named: string | undefined): Promise<RunFolder> {
  const path = named === undefined ? await mkdtemp(join(tmpdir(), "outlook-availability-")) : resolve(named);
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw new Error(`--data ${path} is no folder and cannot be made one (${codeOf(error)}); name another`);
  });
  const pidFile = join(path, "run.pid");
  const holder = Number(await readFile(pidFile, "utf8").catch(() => "0"));
  if (isAlive(holder)) throw new Error(`${path} is in use by another run (pid ${holder})`);
  await writeFile(pidFile, String(process.pid));
  const hostLog = join(path, "host.log");
  return {
    path,
    isKept: named !== undefined,
    clientStateKeys: await keysIn(path),
    hostLog,
    end: async ({ isLogKept }) => {
      if (named !== undefined) await remove(pidFile);
      else if (isLogKept && existsSync(hostLog)) await removeAllBut(hostLog);
      else await remove(path);
    },
  };
}

const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

async function removeAllBut(file: string): Promise<void> {
  const folder = dirname(file);
  const others = (await readdir(folder)).filter((name) => name !== basename(file));
  await Promise.all(others.map((name) => remove(join(folder, name))));
}

/** One key a folder: rows and subscriptions in its data were signed with it. */
async function keysIn(path: string): Promise<string> {
  const file = join(path, "client-state-keys");
  const fresh = `local1:${randomBytes(KEY_BYTES).toString("base64")}`;
  try {
    await writeFile(file, fresh, { mode: 0o600, flag: "wx" });
    return fresh;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    const kept = (await readFile(file, "utf8")).trim();
    if (!KEY.test(kept)) throw new Error(`${file} holds no key (id:base64, 32 bytes); delete it, and one is made`);
    return kept;
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
