/** What the simulator needs from outside: time, chance and a network. All of it injected, so that a run can be repeated. */

export interface Surroundings {
  /** Epoch milliseconds. */
  now(): number;
  /** 0 ≤ x < 1. */
  random(): number;
  /** Ends early, without an error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** One request to a notification endpoint. Rejects when it cannot be reached, or when the signal is aborted. */
  deliver(request: Request, signal: AbortSignal): Promise<Response>;
  /** Origin of the Graph door, without a slash at the end. */
  baseUrl(): string;
}

/** The same numbers for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const HEX = "0123456789abcdef";

/** A GUID made of the given random numbers, version and variant bits included. */
export function guid(random: () => number): string {
  const digits = (count: number): string => {
    let text = "";
    for (let left = count; left > 0; left--) text += HEX.charAt(Math.floor(random() * 16));
    return text;
  };
  return `${digits(8)}-${digits(4)}-4${digits(4).slice(1)}-8${digits(4).slice(1)}-${digits(12)}`;
}

/** A shuffled copy (Fisher–Yates). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
}

/** Real time. The timer never keeps a process alive. */
export const realSleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    timer.unref();
    signal?.addEventListener("abort", end);
  });

/** Made once: a reason of its own for each costs a stack trace, which nobody reads. */
const OVER = new DOMException("The time for it is over.", "AbortError");

/** "timeout", or what the work came to. The signal given to the work is aborted when time is up, and when `stop` is. */
export async function within<T>(
  { sleep }: Pick<Surroundings, "sleep">,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  stop?: AbortSignal,
): Promise<T | "timeout"> {
  const working = new AbortController();
  const end = (): void => working.abort(OVER);
  stop?.addEventListener("abort", end);
  const waiting = new AbortController();
  const timeout = sleep(ms, waiting.signal).then((): "timeout" => "timeout");
  const outcome = work(working.signal);
  // A rejection after the time-out has nobody left to hear it.
  outcome.catch(() => undefined);
  try {
    return await Promise.race([outcome, timeout]);
  } finally {
    stop?.removeEventListener("abort", end);
    waiting.abort(OVER);
    end();
  }
}
