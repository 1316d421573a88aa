/** What must be true of an app after its deployment, asked of the app itself. */
import * as z from "zod";
import { Unfixable, until, type Wait } from "./waiting.js";

export interface Deployed {
  /** Without a slash at its end. */
  readonly url: string;
  /** Opens the admin endpoints; never printed. */
  readonly masterKey: string;
  /** The functions that the package registers. */
  readonly functions: readonly string[];
  /** How many sweeps were logged as completed since then. */
  readonly sweepsSince: (since: Date) => Promise<number>;
}

export interface Waits {
  readonly health: Wait;
  readonly functions: Wait;
  readonly sweep: Wait;
}

/** A first start may have to wait for role assignments; log lines reach the workspace after some minutes. */
export const AZURE_WAITS: Waits = {
  health: { secondsMax: 300, everySeconds: 5 },
  functions: { secondsMax: 120, everySeconds: 5 },
  sweep: { secondsMax: 900, everySeconds: 20 },
};

const SWEEP = "reconcile";
const ASK_MS_MAX = 30_000;
const Health = z.object({ status: z.literal("ok") });
const Listed = z.array(z.object({ name: z.string(), isDisabled: z.boolean().optional() }));

/** All three, one after another; `say` is told of each that holds. Errors: throws with what does not hold, and since when. */
export async function checkDeployed(app: Deployed, waits: Waits, say: (line: string) => void): Promise<void> {
  await until("health", waits.health, () => demandHealth(app));
  say(`health: ${app.url}/api/health answers`);
  await until("functions", waits.functions, () => demandFunctions(app));
  say(`functions: all ${app.functions.length} are there`);
  const since = new Date();
  await until("sweep", waits.functions, () => startSweep(app));
  await until("sweep", waits.sweep, () => demandSweep(app, since));
  say("sweep: completed, and logged");
}

async function demandHealth({ url }: Deployed): Promise<void> {
  const answer = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(ASK_MS_MAX) });
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.status === 200 && Health.safeParse(body).success) return;
  const hint = answer.status === 403 ? "; do the access restrictions leave out this machine?" : "";
  throw new Error(`it answered ${answer.status}${hint}`);
}

/** A deployment can end well and hold no function, or an older set of them. */
async function demandFunctions(app: Deployed): Promise<void> {
  const answer = await admin(app, "/admin/functions");
  const listed = Listed.parse(await answer.json());
  const names = new Set(listed.map(({ name }) => name));
  const missing = app.functions.filter((name) => !names.has(name));
  const disabled = listed.filter(({ isDisabled }) => isDisabled === true).map(({ name }) => name);
  if (missing.length > 0) throw new Error(`not registered: ${missing.join(", ")}`);
  if (disabled.length > 0) throw new Unfixable(`switched off by a setting: ${disabled.join(", ")}`);
}

async function startSweep(app: Deployed): Promise<void> {
  await admin(app, `/admin/functions/${SWEEP}`, { method: "POST", body: JSON.stringify({ input: "" }) });
}

async function demandSweep({ sweepsSince }: Deployed, since: Date): Promise<void> {
  if ((await sweepsSince(since)) === 0) throw new Error("no sweep.completed is logged; look for exceptions of the app");
}

async function admin({ url, masterKey }: Deployed, path: string, request: RequestInit = {}): Promise<Response> {
  const headers = { "x-functions-key": masterKey, "content-type": "application/json" };
  const answer = await fetch(`${url}${path}`, { ...request, headers, signal: AbortSignal.timeout(ASK_MS_MAX) });
  if (answer.ok) return answer;
  const told = `${path} answered ${answer.status}`;
  throw answer.status === 401 ? new Unfixable(`${told}: the master key is not the app's`) : new Error(told);
}
