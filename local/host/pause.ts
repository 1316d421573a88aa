/** A wait that can be cut short, also in advance. */
export class Pause {
  #wake: (() => void) | undefined;
  #woken = false;

  /** Ends the present wait, or the next one at once if there is none now. */
  end(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /** Waits `ms`, or until `end` if it is undefined. True if it was cut short. */
  async wait(ms?: number): Promise<boolean> {
    if (!this.#woken) {
      await new Promise<void>((resolve) => {
        const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const cut = this.#woken;
    this.#wake = undefined;
    this.#woken = false;
    return cut;
  }
}
