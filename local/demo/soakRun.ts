/** The soak's work: reads judged all the time, hosts killed now and then, everything compared at the end. */
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { AppClient, type CalendarAnswer } from "./appClient.js";
import { type Asked, Judge } from "./judge.js";
import type { LocalRun } from "./localRun.js";
import { demoWishes, isSettled, untilAnswers } from "./watchDemo.js";

const DAY_MS = 86_400_000;
const READ_EVERY_MS = 1_000;
const READ_AT_ONCE = 5;
const SETTLE_MS_MAX = 120_000;
/** After a kill: the lease of a dead reader ends, a sweep finds it. */
const CONVERGE_MS_MAX = 120_000;
const LOOK_EVERY_MS = 1_000;
/** Kills come at every stage of a refresh: so long after a notification, a little later each time. */
const KILL_WITHIN_MS = 1_000;
const KILL_STEP_MS = 70;
const LOOK_FAST_MS = 5;
/** Half of the default horizon and more; the whole window is compared at the end. */
const READ_DAYS = 60;
/** The window that a calendar is kept for: yesterday to today + HORIZON_DAYS (90) + 2. */
const WINDOW_DAYS = 92;

export class SoakRun {
  reads = 0;
  readonly mismatches: string[] = [];
  readonly #run: LocalRun;
  readonly #say: (line: string) => void;
  readonly #judge: Judge;
  #ids: readonly string[] = [];
  /** Odd while the host is down: reads that saw it change are nobody's fault. */
  #downs = 0;

  constructor(run: LocalRun, say: (line: string) => void) {
    this.#run = run;
    this.#say = say;
    this.#judge = new Judge(run.sim);
  }

  async watch(): Promise<void> {
    const since = this.#run.sim.clock.now();
    this.#ids = (await this.#app.watch(demoWishes(this.#run.sim))).map(({ id }) => id);
    const wanted = (all: readonly CalendarAnswer[]) => all.every((one) => isSettled(one, since));
    const { isAsWanted } = await untilAnswers(this.#app, this.#ids, wanted, SETTLE_MS_MAX);
    if (!isAsWanted) throw new Error(`not every calendar was fresh within ${SETTLE_MS_MAX / 1_000} s`);
  }

  /** Reads some calendars every second and judges each answer. */
  async readUntil(signal: AbortSignal): Promise<void> {
    for (let turn = 0; !signal.aborted; turn += READ_AT_ONCE) {
      await pause(READ_EVERY_MS, signal);
      const ids = Array.from(
        { length: READ_AT_ONCE },
        (_, index) => this.#ids[(turn + index) % this.#ids.length] ?? "",
      );
      await this.#readSome([...new Set(ids)]);
    }
  }

  /** Kills the host every so often, starts it again, and waits until it has made up for it. */
  async killUntil(signal: AbortSignal, everyMs: number): Promise<void> {
    for (let kills = 1; !signal.aborted; kills += 1) {
      await pause(everyMs, signal);
      await this.#notified(signal);
      await pause((kills * KILL_STEP_MS) % KILL_WITHIN_MS, signal);
      if (signal.aborted) return;
      const killedAt = this.#run.sim.clock.now();
      this.#downs += 1;
      await this.#run.killHost();
      await this.#run.startHost();
      this.#downs += 1;
      await this.#converge(`kill ${kills}`, killedAt);
    }
  }

  /** Every calendar's whole window against the truth; nothing may be changing. */
  async compare(): Promise<number> {
    const asked = wholeWindow(this.#run.sim.clock.now());
    const answers = await this.#ask(this.#ids, asked);
    for (const answer of answers) {
      const now = this.#run.sim.clock.now();
      this.#note("at the end", answer, this.#judge.wrong(answer, asked) ?? this.#judge.holdsSince(answer, asked, now));
    }
    return answers.length;
  }

  get #app(): AppClient {
    return new AppClient(this.#run.appUrl);
  }

  #ask(ids: readonly string[], { start, end }: Asked): Promise<readonly CalendarAnswer[]> {
    return this.#app.blocks(ids, new Date(start).toISOString(), new Date(end).toISOString());
  }

  async #readSome(ids: readonly string[]): Promise<void> {
    const downs = this.#downs;
    if (downs % 2 === 1) return;
    const asked = {
      start: today(this.#run.sim.clock.now()),
      end: today(this.#run.sim.clock.now()) + READ_DAYS * DAY_MS,
    };
    try {
      const answers = await this.#ask(ids, asked);
      this.reads += answers.length;
      for (const answer of answers) this.#note("read", answer, this.#judge.wrong(answer, asked));
    } catch (error) {
      if (this.#downs === downs) this.#mismatch(`a read failed: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** Waits until the host has taken in a notification: from then on it has work to lose. */
  async #notified(signal: AbortSignal): Promise<void> {
    const { counts } = this.#run.sim.subscriptions.notifier;
    const before = counts.delivered;
    while (counts.delivered === before && !signal.aborted) await pause(LOOK_FAST_MS, signal);
  }

  /** Waits until every calendar shows nothing older than `since`. */
  async #converge(what: string, since: number): Promise<void> {
    const startedAt = performance.now();
    for (;;) {
      const late = await this.#olderThan(since);
      const tookMs = performance.now() - startedAt;
      if (late.length === 0) return this.#say(`${what}: everything right again after ${(tookMs / 1_000).toFixed(1)} s`);
      if (tookMs > CONVERGE_MS_MAX)
        return this.#mismatch(`${what}: not right after ${CONVERGE_MS_MAX / 1_000} s: ${late}`);
      await delay(LOOK_EVERY_MS);
    }
  }

  async #olderThan(since: number): Promise<string[]> {
    const asked = wholeWindow(this.#run.sim.clock.now());
    const answers = await this.#ask(this.#ids, asked);
    return answers.flatMap((answer) => {
      const wrong = this.#judge.holdsSince(answer, asked, since);
      return wrong === undefined ? [] : [`${answer.mailbox} ${answer.calendar}: ${wrong}`];
    });
  }

  #note(when: string, { mailbox, calendar, asOf }: CalendarAnswer, wrong: string | undefined): void {
    if (wrong !== undefined) this.#mismatch(`${when}: ${mailbox} ${calendar}, asOf ${asOf}: ${wrong}`);
  }

  #mismatch(line: string): void {
    this.mismatches.push(line);
    this.#say(`MISMATCH ${line}`);
  }
}

const today = (now: number): number => Math.floor(now / DAY_MS) * DAY_MS;

const wholeWindow = (now: number): Asked => ({ start: today(now) - DAY_MS, end: today(now) + WINDOW_DAYS * DAY_MS });

/** Ends early, and without an error, when told to. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

/** Resident memory of a process in MiB; `undefined` where the system does not tell it this way. */
export async function memoryOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return kib === undefined ? undefined : Math.round(Number(kib) / 1024);
}
