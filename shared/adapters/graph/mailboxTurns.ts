/** One request at a time on each mailbox, so that this instance alone never meets Graph's limit of 4 [R4]. */

/** How long somebody waits for a turn, and what they have instead of their work when that was too long. */
export interface Patience<T> {
  readonly ms: number;
  readonly late: () => T;
}

export class MailboxTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `work` when everything that was asked for earlier on any of the mailboxes is over. */
  async run<T>(mailboxes: Iterable<string>, work: () => Promise<T>, patience?: Patience<T>): Promise<T> {
    const keys = new Set(mailboxes);
    const before = Promise.all([...keys].map((key) => this.#last.get(key)));
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    for (const key of keys) this.#last.set(key, over); // all at once: two callers never wait for each other
    const leave = (): void => {
      end();
      for (const key of keys) if (this.#last.get(key) === over) this.#last.delete(key);
    };
    if (patience !== undefined && !(await within(before, patience.ms))) {
      before.then(leave, leave); // who comes later waits all the same for those before us
      return patience.late();
    }
    try {
      await before;
      return await work();
    } finally {
      leave();
    }
  }
}

/** Whether it is over in time. */
async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), Math.max(0, ms));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
