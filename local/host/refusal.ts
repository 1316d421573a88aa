/** A reason not to start, told in one line and without a stack: the person at the keyboard can act on it. */
export class HostRefusal extends Error {
  override readonly name = "HostRefusal";

  constructor(reason: string) {
    super(reason.trim().replace(/\s*\r?\n\s*/g, " ")); // one line, whatever the app or a parser said
  }
}

/** The words of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
