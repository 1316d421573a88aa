/** Waiting for what a cloud does in its own time: bounded, and with a reason when the time is over. */
import { setTimeout as delay } from "node:timers/promises";

export interface Wait {
  readonly secondsMax: number;
  readonly everySeconds: number;
}

/**
 * Asks again until `look` returns without throwing; its result. Errors: what was waited for, how long, and what the last
 * look said. An `Unfixable` ends the wait at once.
 */
export async function until<T>(what: string, { secondsMax, everySeconds }: Wait, look: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + secondsMax * 1_000;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof Unfixable) throw new Error(`${what}: ${reason}`);
      if (performance.now() >= deadline)
        throw new Error(`${what}: not within ${secondsMax} s; the last look: ${reason}`);
    }
    await delay(everySeconds * 1_000);
  }
}

/** Waiting does not help: somebody must act. */
export class Unfixable extends Error {
  override readonly name = "Unfixable";
}
