/** Everything that starts invocations by itself: queue loops and timers. */
import type { HostedFunction, QueueTrigger, TimerTrigger, Trigger } from "./functions.js";
import type { QueueSettings } from "./hostJson.js";
import type { Invoker, WriteOutput } from "./invoke.js";
import type { HostLog } from "./log.js";
import { QueueListener } from "./queue.js";
import { writeQueueOutput } from "./queueOutput.js";
import type { Storage } from "./storage.js";
import { TimerListener } from "./timer.js";

export class Listeners {
  readonly #storage: Storage;
  readonly #settings: QueueSettings;
  readonly #queues: QueueListener[] = [];
  readonly #timers: TimerListener[] = [];

  constructor(storage: Storage, settings: QueueSettings) {
    this.#storage = storage;
    this.#settings = settings;
  }

  /** Writes an output binding, and wakes the loop of its queue if that is here. */
  readonly writeOutput: WriteOutput = (fn, output) =>
    writeQueueOutput({ storage: this.#storage, settings: this.#settings, listeners: () => this.#queues }, fn, output);

  start(functions: readonly HostedFunction[], invoker: Invoker, log: HostLog): void {
    const deps = { storage: this.#storage, settings: this.#settings, invoker, log };
    const enabled = functions.filter((fn) => !fn.disabled);
    this.#queues.push(...enabled.filter(isQueue).map((fn) => new QueueListener(deps, fn)));
    this.#timers.push(...enabled.filter(isTimer).map((fn) => new TimerListener(invoker, fn)));
    for (const listener of [...this.#queues, ...this.#timers]) listener.start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#queues, ...this.#timers].map((listener) => listener.stop()));
  }
}

const isQueue = (fn: HostedFunction<Trigger>): fn is HostedFunction<QueueTrigger> => fn.trigger.kind === "queue";
const isTimer = (fn: HostedFunction<Trigger>): fn is HostedFunction<TimerTrigger> => fn.trigger.kind === "timer";
