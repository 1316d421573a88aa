/** One request at a time on each mailbox, so that this instance alone never meets Graph's limit of 4 [R4]. */

export class MailboxTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `work` when everything that was asked for earlier on any of the mailboxes is over. */
  async run<T>(mailboxes: Iterable<string>, work: () => Promise<T>): Promise<T> {
    const keys = new Set(mailboxes);
    const before = [...keys].map((key) => this.#last.get(key));
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    for (const key of keys) this.#last.set(key, over); // all at once: two callers never wait for each other
    try {
      await Promise.all(before);
      return await work();
    } finally {
      end();
      for (const key of keys) if (this.#last.get(key) === over) this.#last.delete(key);
    }
  }
}
