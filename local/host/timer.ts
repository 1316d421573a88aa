/** One timer trigger. Runs never overlap; an occurrence missed by a long run is made up for once, right after it. */
import type { TypedData } from "./coreTypes.js";
import type { HostedFunction, TimerTrigger } from "./functions.js";
import type { Invoker } from "./invoke.js";
import { nextOccurrence } from "./ncrontab.js";
import { Pause } from "./pause.js";

const WAIT_MS_MAX = 24 * 86_400_000; // setTimeout takes no more than 2^31 - 1 ms
const NEVER = "0001-01-01T00:00:00";

export class TimerListener {
  readonly #invoker: Invoker;
  readonly #fn: HostedFunction<TimerTrigger>;
  readonly #pause = new Pause();
  #last = NEVER;
  #loop: Promise<void> | undefined;
  #stopping = false;

  constructor(invoker: Invoker, fn: HostedFunction<TimerTrigger>) {
    this.#invoker = invoker;
    this.#fn = fn;
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#pause.end();
    await this.#loop;
  }

  async #run(): Promise<void> {
    let after = new Date();
    if (this.#fn.trigger.runOnStartup) await this.#fire(after);
    while (!this.#stopping) {
      const planned = nextOccurrence(this.#fn.trigger.schedule, after);
      await this.#until(planned);
      if (planned === undefined || this.#stopping) continue;
      const started = new Date();
      after = started > planned ? started : planned; // a clock may wake a little early: that is not a second run
      await this.#fire(planned);
    }
  }

  async #until(planned: Date | undefined): Promise<void> {
    while (!this.#stopping) {
      const leftMs = planned === undefined ? WAIT_MS_MAX : planned.getTime() - Date.now();
      if (leftMs <= 0) return;
      await this.#pause.wait(Math.min(leftMs, WAIT_MS_MAX));
    }
  }

  async #fire(occurrence: Date): Promise<void> {
    const started = new Date();
    await this.#invoker.run(this.#fn, { data: timerInput(this.#fn.trigger, this.#last, occurrence) });
    this.#last = localTime(started);
  }
}

/** What the handler gets; `Next` is the occurrence that runs now. Status is null where the real host keeps none. */
export function timerInput(trigger: TimerTrigger, last: string = NEVER, occurrence: Date = new Date()): TypedData {
  const status = { Last: last, Next: localTime(occurrence), LastUpdated: last };
  const input = {
    Schedule: { AdjustForDST: true },
    ScheduleStatus: trigger.monitored ? status : null,
    IsPastDue: false,
  };
  return { json: JSON.stringify(input) };
}

/** Local time with its offset, as .NET writes it. */
function localTime(at: Date): string {
  const offset = -at.getTimezoneOffset();
  const local = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const two = (value: number): string => String(Math.trunc(Math.abs(value))).padStart(2, "0");
  return `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}
