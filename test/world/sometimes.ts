/** What has happened at least once over all the worlds of a run: a fault that is never met proves nothing. */

export class Sometimes {
  readonly #counts = new Map<string, number>();

  /** Names what was counted at all, so that what never happens is seen. */
  constructor(expected: readonly string[] = []) {
    for (const name of expected) this.#counts.set(name, 0);
  }

  count(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  get never(): readonly string[] {
    return [...this.#counts].filter(([, count]) => count === 0).map(([name]) => name);
  }

  get lines(): readonly string[] {
    return [...this.#counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${String(count).padStart(9)}  ${name}`);
  }
}
