/** Reads of one thing that many want at the same time: one goes on, and who comes meanwhile shares the next one. */

/** Storage answers sooner. After so long the next one begins beside the first, which then stands in nobody's way. */
const PATIENCE_MS = 100;
const AT_ONCE_MAX = 2;

interface Reads<T> {
  running: number;
  /** Begins when one of those that run has ended; everybody who came in the meantime has its answer. */
  next?: { readonly answer: Promise<T>; readonly begin: () => void };
}

/**
 * Every caller is answered by a read that began after they had asked, as if it were their own: nobody sees less than they
 * would have seen alone. Answers are shared, so they must not be changed. A read that fails fails for all who share it.
 */
export class SharedReads<Key, T> {
  readonly #reads = new Map<Key, Reads<T>>();
  readonly #read: (key: Key) => Promise<T>;
  readonly #patienceMs: number;

  constructor(read: (key: Key) => Promise<T>, patienceMs = PATIENCE_MS) {
    this.#read = read;
    this.#patienceMs = patienceMs;
  }

  read(key: Key): Promise<T> {
    const reads = this.#reads.get(key) ?? { running: 0 };
    this.#reads.set(key, reads);
    if (reads.running === 0) {
      reads.running = 1;
      return this.#run(key, reads);
    }
    reads.next ??= this.#later(key, reads);
    return reads.next.answer;
  }

  #later(key: Key, reads: Reads<T>): NonNullable<Reads<T>["next"]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const beside = (): void => {
      reads.running += 1;
      delete reads.next;
      resolve();
    };
    const timer = reads.running < AT_ONCE_MAX ? setTimeout(beside, this.#patienceMs) : undefined;
    const begin = (): void => {
      clearTimeout(timer);
      delete reads.next; // whoever asks from now on might ask after it has begun
      resolve();
    };
    return { answer: promise.then(() => this.#run(key, reads)), begin };
  }

  async #run(key: Key, reads: Reads<T>): Promise<T> {
    try {
      return await this.#read(key);
    } finally {
      if (reads.next !== undefined)
        reads.next.begin(); // in this one's place
      else {
        reads.running -= 1;
        if (reads.running === 0) this.#reads.delete(key);
      }
    }
  }
}
