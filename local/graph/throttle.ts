/** The limits on one mailbox. Refused requests count like others. */
import { GraphFailure } from "./answers.js";
import {
  CONCURRENCY_RETRY_AFTER_SECONDS,
  MAILBOX_CONCURRENCY,
  MAILBOX_REQUESTS_MAX,
  MAILBOX_WINDOW_MS,
} from "./limits.js";

/** At most so many calls in fixed windows. Graph's own windows are not documented to be fixed or sliding. */
export class Rate {
  readonly #max: number;
  readonly #windowMs: number;
  #window = Number.NaN;
  #count = 0;

  constructor(max: number, windowMs: number) {
    this.#max = max;
    this.#windowMs = windowMs;
  }

  /** Throws 429 when this call is one too many. */
  count(now: number): void {
    const window = Math.floor(now / this.#windowMs);
    this.#count = window === this.#window ? this.#count + 1 : 1;
    this.#window = window;
    if (this.#count <= this.#max) return;
    const seconds = Math.max(1, Math.ceil(((window + 1) * this.#windowMs - now) / 1_000));
    throw new GraphFailure(429, "TooManyRequests", "Please retry again later.", { "Retry-After": String(seconds) });
  }
}

export class MailboxLimits {
  readonly #rates = new Map<string, Rate>();
  readonly #running = new Map<string, number>();

  /** Runs the work if the mailbox has room, otherwise throws 429. */
  async guard<T>(mailboxId: string, now: number, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(mailboxId) ?? 0;
    this.#rate(mailboxId).count(now);
    if (running >= MAILBOX_CONCURRENCY) throw overConcurrency();
    this.#running.set(mailboxId, running + 1);
    try {
      return await work();
    } finally {
      this.#running.set(mailboxId, (this.#running.get(mailboxId) ?? 1) - 1);
    }
  }

  #rate(mailboxId: string): Rate {
    const rate = this.#rates.get(mailboxId) ?? new Rate(MAILBOX_REQUESTS_MAX, MAILBOX_WINDOW_MS);
    this.#rates.set(mailboxId, rate);
    return rate;
  }
}

const overConcurrency = () =>
  new GraphFailure(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.", {
    "Retry-After": CONCURRENCY_RETRY_AFTER_SECONDS,
  });
