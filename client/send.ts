/** Requests that end: each try has its time, tries and waits between them have their bound, and the caller may abort. */
import { ProblemError, problemIn, UnexpectedAnswer } from "./problemError.js";

export interface SendOptions {
  /** Of one try, until its whole answer is there. Default 10,000. */
  readonly timeoutMs?: number;
  /** How often a request is repeated after 429 or 503, but for `staleData`. Default 2, at most 10. */
  readonly retries?: number;
  /** The longest pause between two tries; a longer Retry-After ends the request with its problem. Default 10. */
  readonly waitSecondsMax?: number;
  /** Ends the request, and the pause before the next try, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The outside world, for whoever wants another one. */
export interface Outside {
  readonly fetch: typeof globalThis.fetch;
  /** Resolves after the time, or rejects with the signal's reason. */
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

const TIMEOUT_MS = 10_000;
const RETRIES = 2;
const RETRIES_MAX = 10;
const WAIT_SECONDS_MAX = 10;
/** Where an answer does not say when to come back. */
const PAUSE_SECONDS = 1;
const REPEATED: readonly number[] = [429, 503];

/**
 * The answer's body. All requests of this interface may be sent twice.
 * Errors: `ProblemError`; `UnexpectedAnswer`; `TypeError` of fetch where there is no connection; the signal's reason;
 * a `TimeoutError` where a try took too long.
 */
export async function send(outside: Outside, request: Request, options: SendOptions): Promise<unknown> {
  const { retries = RETRIES, waitSecondsMax = WAIT_SECONDS_MAX, signal } = options;
  for (let left = Math.min(retries, RETRIES_MAX); ; left--) {
    const { response, body } = await oneTry(outside, request.clone(), options);
    if (response.ok) return body;
    const waitSeconds = retryAfterSeconds(response);
    if (left <= 0 || !isPassing(response, body) || waitSeconds > waitSecondsMax) throw errorOf(response, body);
    await outside.sleep(waitSeconds * 1_000, signal);
  }
}

async function oneTry({ fetch }: Outside, request: Request, { timeoutMs = TIMEOUT_MS, signal }: SendOptions) {
  const deadline = AbortSignal.timeout(timeoutMs);
  const response = await fetch(request, {
    signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
  });
  return { response, body: parsed(response, await response.text()) };
}

function parsed({ status, ok }: Response, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (ok) throw new UnexpectedAnswer(status);
    return undefined;
  }
}

/** Whether the same request may soon be answered. Who asks with `ifStale: "fail"` wants to be told at once. */
const isPassing = ({ status }: Response, body: unknown): boolean =>
  REPEATED.includes(status) && problemIn(body)?.code !== "staleData";

/** RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfterSeconds({ headers }: Response): number {
  const told = headers.get("retry-after");
  if (told === null || told.trim() === "") return PAUSE_SECONDS;
  const seconds = Number(told);
  if (!Number.isNaN(seconds)) return Math.max(seconds, 0);
  const at = Date.parse(told);
  return Number.isNaN(at) ? PAUSE_SECONDS : Math.max((at - Date.now()) / 1_000, 0);
}

function errorOf({ status }: Response, body: unknown): Error {
  const problem = problemIn(body);
  return problem === undefined ? new UnexpectedAnswer(status) : new ProblemError(problem);
}

export const realOutside = (): Outside => ({
  fetch: (input, init) => globalThis.fetch(input, init),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", abort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", abort, { once: true });
    }),
});
