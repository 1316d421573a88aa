/**
 * `npm start`: everything on this machine, filled with a demo. Ends with 0 on Ctrl-C, with 1 when something that it needs
 * cannot start or ends by itself, with 2 when its options are wrong.
 */
import { type Given, runCommand } from "../tools/commandLine.js";
import { AppClient } from "./demo/appClient.js";
import { LocalRun } from "./demo/localRun.js";
import { demandBuild } from "./demo/repository.js";
import { openRunFolder } from "./demo/runFolder.js";
import { START } from "./demo/startOptions.js";
import { openStorage } from "./demo/storage.js";
import { shownTour, tour, watchStep } from "./demo/tour.js";
import { startTraffic } from "./demo/traffic.js";
import { demoWishes, isFreshSince, isSettled, tellRemoved, untilAnswers } from "./demo/watchDemo.js";
import { onceEnded } from "./demo/whenToEnd.js";

/** What a killed run left in its folder is found at the end of its leases and the sweep after that. */
const FRESH_MS_MAX = 150_000;
const say = (line: string): void => console.log(line);

async function watchAll(run: LocalRun, clientStateKeys: string): Promise<void> {
  const app = new AppClient(run.appUrl);
  const since = run.sim.clock.now();
  const calendars = await app.watch(demoWishes(run.sim));
  if (run.isStorageUsed) await tellRemoved(app, calendars, clientStateKeys);
  const ids = calendars.map(({ id }) => id);
  const first = await untilAnswers(app, ids, (all) => all.some((one) => isFreshSince(one, since)), FRESH_MS_MAX);
  if (!first.isAsWanted) throw new Error(`no calendar was fresh within ${FRESH_MS_MAX / 1_000} s; see the host's log`);
  say(`First fresh answer ${sinceStart()} after the start.`);
  const all = await untilAnswers(app, ids, (answers) => answers.every((one) => isSettled(one, since)), FRESH_MS_MAX);
  const fresh = all.answers.filter(({ state }) => state === "fresh").length;
  say(`${ids.length} calendars watched, ${fresh} of them fresh ${sinceStart()} after the start.`);
}

/** Since the process began. */
const sinceStart = (): string => `${(performance.now() / 1_000).toFixed(1)} s`;

async function start({ values }: Given<typeof START>): Promise<number> {
  const { data, traffic: hasTraffic, "no-watch": isUnwatched } = values;
  demandBuild();
  const folder = await openRunFolder(data);
  const run = new LocalRun({ folder, openStorage: () => openStorage(folder), say });
  const ending = onceEnded(async (signal) => {
    await run.start();
    if (!isUnwatched) await watchAll(run, folder.clientStateKeys);
    const watching = isUnwatched ? [watchStep(run.appUrl, demoWishes(run.sim))] : [];
    for (const line of shownTour([...watching, ...tour(run)])) say(line);
    if (hasTraffic) startTraffic(run.sim, { today: run.today, signal });
    say(`\n${hasTraffic ? "A calendar changes every second. " : ""}Ctrl-C ends everything.`);
    return run.died();
  });
  const why = await ending;
  say(why.line);
  await run.stop({ isFailure: why.exitCode !== 0 });
  return why.exitCode;
}

process.exit(await runCommand(START, process.argv.slice(2), start));
