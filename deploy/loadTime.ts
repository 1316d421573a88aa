/** How long an app takes from the start of its process until its functions are registered. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { median } from "../bench/samples.js";
import { ROOT } from "../local/demo/repository.js";

const PROBE = join(ROOT, "dist", "deploy", "loadProbe.js");
const LOADS = 10;
const LOAD_MS_MAX = 30_000;

const Probed = z.object({ ms: z.number(), functions: z.array(z.string()), hasFetch: z.boolean() });
export type Loaded = z.infer<typeof Probed>;

const run = promisify(execFile);

/** Errors: throws with the app's own words where it does not load. */
export async function loadOnce(entry: string): Promise<Loaded> {
  const { stdout } = await run(process.execPath, [PROBE, entry], { timeout: LOAD_MS_MAX });
  return Probed.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
}

export interface LoadTimes {
  readonly appMs: number;
  readonly emptyMs: number;
}

/** Medians, loaded in turn, so that whatever else the machine does meets both alike; one load each to warm up. */
export async function loadTimes(app: string, empty: string): Promise<LoadTimes> {
  const samples: { readonly appMs: number; readonly emptyMs: number }[] = [];
  for (let load = 0; load <= LOADS; load++)
    samples.push({ appMs: (await loadOnce(app)).ms, emptyMs: (await loadOnce(empty)).ms });
  const warm = samples.slice(1);
  return { appMs: median(warm.map(({ appMs }) => appMs)), emptyMs: median(warm.map(({ emptyMs }) => emptyMs)) };
}
