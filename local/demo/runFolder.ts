/** The folder of a run: Azurite's data, the key that signs clientState, the host's log. */
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface RunFolder {
  readonly path: string;
  /** Whether the folder outlives the run. */
  readonly isKept: boolean;
  /** For setting CLIENT_STATE_KEYS. */
  readonly clientStateKeys: string;
  readonly hostLog: string;
  /** Removes a folder that is not kept. */
  end(): Promise<void>;
}

const KEY_BYTES = 32;

/** A fresh folder, unless one is named. */
export async function openRunFolder(named: string | undefined): Promise<RunFolder> {
  const path = named === undefined ? await mkdtemp(join(tmpdir(), "outlook-availability-")) : resolve(named);
  await mkdir(path, { recursive: true });
  return {
    path,
    isKept: named !== undefined,
    clientStateKeys: await keysIn(path),
    hostLog: join(path, "host.log"),
    end: async () => {
      if (named === undefined) await rm(path, { recursive: true, force: true });
    },
  };
}

/** One key a folder: rows and subscriptions in its data were signed with it. */
async function keysIn(path: string): Promise<string> {
  const file = join(path, "client-state-keys");
  const fresh = `local1:${randomBytes(KEY_BYTES).toString("base64")}`;
  try {
    await writeFile(file, fresh, { mode: 0o600, flag: "wx" });
    return fresh;
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
    return (await readFile(file, "utf8")).trim();
  }
}

const isCode = (error: unknown, code: string): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === code;
