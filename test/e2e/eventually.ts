/** Waiting for what happens by itself, by looking again and again. */
import { vi } from "vitest";
import { timeoutFactor } from "./elsewhere.js";

const LOOK_EVERY_MS = 100;
const SECONDS_MAX = 15;

/** The first result of `look` that does not throw; the last error when the time is over. */
export const eventually = <T>(
  look: () => T | Promise<T>,
  secondsMax = SECONDS_MAX,
  everyMs = LOOK_EVERY_MS,
): Promise<T> => vi.waitFor(look, { timeout: secondsMax * 1_000 * timeoutFactor, interval: everyMs });
