/** Bearer tokens: any will do, none is needed, until told otherwise. */
import { GraphFailure } from "./answers.js";
import type { Asked } from "./asked.js";
import { TOKENS_MAX } from "./limits.js";

export class Tokens {
  /** Whether requests without a token are refused. */
  demanded = false;
  readonly #seen = new Set<string>();
  #expired = new Set<string>();

  /** Every token seen so far is refused from now on. */
  expire(): void {
    this.#expired = new Set([...this.#expired, ...this.#seen].slice(-TOKENS_MAX));
    this.#seen.clear();
  }

  /** Throws 401. */
  check({ headers }: Asked): void {
    const token = /^Bearer (.+)$/i.exec(headers.get("Authorization") ?? "")?.[1];
    if (token === undefined) {
      if (this.demanded) throw refused("Access token is empty.");
      return;
    }
    if (this.#expired.has(token)) throw refused("Lifetime validation failed, the token is expired.");
    if (this.#seen.size < TOKENS_MAX) this.#seen.add(token);
  }
}

const refused = (message: string): GraphFailure => new GraphFailure(401, "InvalidAuthenticationToken", message);
