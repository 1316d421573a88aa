/** The storage of a local run: an Azurite that already answers, or one of its own. */
import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { type Azurite, type AzuritePorts, answersAsAzurite, startAzurite } from "../azurite.js";
import { claim } from "./claim.js";
import { isPortTaken, onFreePorts } from "./ports.js";
import type { RunFolder } from "./runFolder.js";

export interface Storage {
  readonly connectionString: string;
  /** `undefined`: it was there before us and stays. */
  readonly pid: number | undefined;
  /** May hold rows of an earlier run. */
  readonly isUsed: boolean;
  /** What runs, in one line; then what was unusual. */
  readonly about: readonly string[];
  stop(): Promise<void>;
}

const USUAL_PORTS = { blob: 10_000, queue: 10_001, table: 10_002 } as const satisfies AzuritePorts;
const USUAL = "UseDevelopmentStorage=true";

/** A named folder wants its own data; without one, an Azurite that already answers is used. */
export async function openStorage(folder: RunFolder): Promise<Storage> {
  const found = folder.isKept ? undefined : await foundAzurite();
  return found?.storage ?? (await ownAzurite(folder, found?.refused));
}

/** An Azurite that writes nothing to disk. */
export async function memoryStorage(): Promise<Storage> {
  const { connectionString, pid, stop } = await startAzurite({ inMemory: true });
  return { connectionString, pid, isUsed: false, about: [`Azurite      in memory (pid ${pid})`], stop };
}

interface Found {
  readonly storage?: Storage;
  /** Why the Azurite that answers cannot be used. */
  readonly refused?: string;
}

async function foundAzurite(): Promise<Found | undefined> {
  const urls = [USUAL_PORTS.queue, USUAL_PORTS.table].map((port) => `http://127.0.0.1:${port}`);
  const answers = await Promise.all(urls.map(answersAsAzurite));
  if (answers.includes(false)) return undefined;
  try {
    const ours = await claim(USUAL);
    if (ours.kind === "taken") return { refused: `the one on port 10001 serves another run (pid ${ours.pid})` };
    const about = [`Azurite      http://127.0.0.1:${USUAL_PORTS.queue} (it was running already and stays)`];
    return { storage: { connectionString: USUAL, pid: undefined, isUsed: true, about, stop: ours.release } };
  } catch {
    return { refused: "the one on port 10001 refuses this SDK (start it with --skipApiVersionCheck)" };
  }
}

async function ownAzurite(folder: RunFolder, refused: string | undefined): Promise<Storage> {
  const location = join(folder.path, "azurite");
  const { azurite, setAside } = await startOn(location);
  const queueUrl = /QueueEndpoint=(http:\/\/[^/;]+)/.exec(azurite.connectionString)?.[1] ?? "";
  await claim(azurite.connectionString); // on the usual ports another run may find it
  const about = [
    `Azurite      ${queueUrl} (pid ${azurite.pid}${refused === undefined ? "" : `; its own, because ${refused}`})`,
    ...(setAside === undefined ? [] : [`             its data could not be read and is now in ${setAside}`]),
  ];
  const { connectionString, pid, stop } = azurite;
  return { connectionString, pid, isUsed: folder.isKept, about, stop };
}

interface Started {
  readonly azurite: Azurite;
  /** Where data went that could not be read. */
  readonly setAside?: string;
}

async function startOn(location: string): Promise<Started> {
  const hasData = (await readdir(location).catch(() => [])).length > 0;
  try {
    return { azurite: await start(location) };
  } catch (error) {
    if (!hasData || isPortTaken(error)) throw error;
    const setAside = `${location}.broken-${new Date().toISOString().replaceAll(":", "")}`;
    await rename(location, setAside);
    return { azurite: await start(location), setAside };
  }
}

const start = (location: string): Promise<Azurite> =>
  onFreePorts(Object.values(USUAL_PORTS), ([blob = 0, queue = 0, table = 0]) =>
    startAzurite({ location, ports: { blob, queue, table } }),
  );
