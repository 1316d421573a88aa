/** `npm run soak`: the demo under traffic, every answer judged; demo/soakOptions.ts says for how long. */
import { type Given, runCommand } from "../tools/commandLine.js";
import { LocalRun } from "./demo/localRun.js";
import { demandBuild } from "./demo/repository.js";
import { openRunFolder } from "./demo/runFolder.js";
import { SOAK } from "./demo/soakOptions.js";
import { memoryOf, pause, SoakRun } from "./demo/soakRun.js";
import { type HostOptions, startStandIn } from "./demo/startHost.js";
import { memoryStorage } from "./demo/storage.js";
import { startTraffic, type Traffic } from "./demo/traffic.js";
import { onceEnded } from "./demo/whenToEnd.js";

const MINUTE_MS = 60_000;
/** The last confirmations are due CONFIRM_AFTER_SECONDS (60) after the last change. */
const QUIET_MS = 75_000;

const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

type Wanted = Given<typeof SOAK>;

async function soak(run: LocalRun, soakRun: SoakRun, { values }: Wanted, signal: AbortSignal): Promise<void> {
  const { minutes, "kill-every": killEverySeconds } = values;
  await soakRun.watch();
  const quiet = AbortSignal.any([signal, AbortSignal.timeout(minutes * MINUTE_MS)]);
  const traffic = startTraffic(run.sim, { today: run.today, signal: quiet });
  const kills = killEverySeconds === undefined ? undefined : soakRun.killUntil(quiet, killEverySeconds * 1_000);
  await Promise.all([traffic.ended, soakRun.readUntil(quiet), reportUntil(run, soakRun, traffic, quiet), kills]);
  say(`The traffic has ended; quiet for ${QUIET_MS / 1_000} s.`);
  await pause(QUIET_MS, signal);
  const compared = signal.aborted ? 0 : await soakRun.compare();
  for (const [kind, count] of [...traffic.counts].sort()) say(`  ${count} × ${kind}`);
  await report(run, soakRun, traffic);
  say(`${compared} calendars compared over their whole window: ${soakRun.mismatches.length} mismatches in all.`);
}

async function reportUntil(run: LocalRun, soakRun: SoakRun, traffic: Traffic, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(MINUTE_MS, signal);
    await report(run, soakRun, traffic);
  }
}

async function report(run: LocalRun, { reads, mismatches }: SoakRun, { counts }: Traffic): Promise<void> {
  const changes = [...counts.values()].reduce((sum, one) => sum + one, 0);
  const memory = (await memoryOf(run.hostPid)) ?? "?";
  say(`${changes} changes, ${reads} answers judged, ${mismatches.length} mismatches, host ${memory} MiB`);
}

async function main(wanted: Wanted): Promise<number> {
  demandBuild();
  const folder = await openRunFolder(undefined);
  const startHost = (given: HostOptions) => startStandIn(given, "the soak measures and kills it");
  const run = new LocalRun({ folder, openStorage: memoryStorage, startHost, say });
  const soakRun = new SoakRun(run, say);
  let isDone = false;
  const end = await onceEnded(async (signal) => {
    await run.start();
    await soak(run, soakRun, wanted, signal);
    isDone = !signal.aborted;
    return isDone ? "Done." : "Interrupted.";
  });
  say(end.line);
  const isFailure = !isDone || soakRun.mismatches.length > 0;
  await run.stop({ isFailure });
  return isFailure ? 1 : 0;
}

process.exit(await runCommand(SOAK, process.argv.slice(2), main));
