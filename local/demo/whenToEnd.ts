/** What ends a run: a signal, an error, or a part that ended by itself; whichever is first. */

export interface End {
  readonly line: string;
  readonly exitCode: number;
}

/** A second signal: whoever sends it does not want to wait. */
const IMPATIENT = 130;
const LOOK_EVERY_MS = 1_000;

/** Does the work, whose result is why it ended; its signal is aborted as soon as the end has begun. Never rejects. */
export async function onceEnded(work: (signal: AbortSignal) => Promise<string>): Promise<End> {
  const ending = new AbortController();
  const failed = (error: unknown): End => ({ line: messageOf(error), exitCode: 1 });
  const worked = work(ending.signal).then((line): End => ({ line, exitCode: 1 }), failed);
  const end = await Promise.race([worked, signalled(), orphaned(), unheard()]);
  ending.abort();
  return end;
}

function signalled(): Promise<End> {
  return new Promise((resolve) => {
    let count = 0;
    const onSignal = (): void => {
      count += 1;
      if (count > 1) process.exit(IMPATIENT);
      resolve({ line: "Ending.", exitCode: 0 });
    };
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
  });
}

/** npm passes SIGTERM only to its shell, and the shell to nobody: what is left is a process without its parent. */
function orphaned(): Promise<End> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    if (process.env.npm_lifecycle_event === undefined) return;
    const look = (): void => {
      if (process.ppid !== parent) resolve({ line: "npm has ended; ending.", exitCode: 0 });
    };
    setInterval(look, LOOK_EVERY_MS).unref();
  });
}

/** Whoever read the output has gone, as `head` does: there is nobody to press Ctrl-C either. */
const unheard = (): Promise<End> =>
  new Promise((resolve) => process.stdout.on("error", () => resolve({ line: "", exitCode: 0 })));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
