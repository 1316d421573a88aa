/**
 * How Graph treats slow receivers, per host in windows of 10 minutes.
 * https://learn.microsoft.com/graph/change-notifications-delivery-webhooks#throttling
 */
import {
  DELIVERY_TIMEOUT_MS,
  DROP_SHARE,
  HEALTH_SAMPLE_MIN,
  HEALTH_WINDOW_MS,
  SLOW_ANSWER_MS,
  SLOW_SHARE,
} from "./limits.js";

type Health = "well" | "slow" | "drop";

interface Tally {
  window: number;
  answers: number;
  slow: number;
  timedOut: number;
  /** The state, and when it ends. */
  health: Health;
  until: number;
}

export class HostHealth {
  readonly #tallies = new Map<string, Tally>();

  of(host: string, now: number): Health {
    const tally = this.#tallies.get(host);
    return tally === undefined || now >= tally.until ? "well" : tally.health;
  }

  answered(host: string, tookMs: number, now: number): void {
    const tally = this.#tally(host, Math.floor(now / HEALTH_WINDOW_MS));
    tally.answers += 1;
    if (tookMs > SLOW_ANSWER_MS) tally.slow += 1;
    if (tookMs >= DELIVERY_TIMEOUT_MS) tally.timedOut += 1;
    if (tally.answers < HEALTH_SAMPLE_MIN) return;
    const isDrop = tally.timedOut / tally.answers > DROP_SHARE;
    if (!isDrop && tally.slow / tally.answers <= SLOW_SHARE) return;
    tally.health = isDrop ? "drop" : "slow";
    tally.until = now + HEALTH_WINDOW_MS;
  }

  #tally(host: string, window: number): Tally {
    const old = this.#tallies.get(host);
    if (old?.window === window) return old;
    const carried = { health: old?.health ?? ("well" as const), until: old?.until ?? 0 };
    const tally = { window, answers: 0, slow: 0, timedOut: 0, ...carried };
    this.#tallies.set(host, tally);
    return tally;
  }
}
