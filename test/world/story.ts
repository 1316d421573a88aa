/** How a world is told, and when it stands still. */
import type { CalendarRow } from "../../shared/domain/row.js";
import type { Worker } from "./instance.js";

/** What a write of a row was, as one line of the trace. */
export function storyOf(before: CalendarRow | undefined, after: CalendarRow | undefined): string | undefined {
  const { calendar, mailbox } = (after ?? before)?.name ?? {};
  const of = `${calendar} of ${mailbox}`;
  if (after === undefined) return `row gone: ${of}`;
  const [old, lease] = [before?.sync.lease?.token, after.sync.lease?.token];
  const { lastRead, asOf, notBefore } = after.sync;
  if (lease !== undefined && lease !== old) return `lease taken: ${of}`;
  if (old !== undefined && lease === undefined)
    return `lease ended: ${of}: ${lastRead?.outcome}, asOf ${asOf}, until ${notBefore}`;
  return before?.sync.notBefore === notBefore ? undefined : `quiet: ${of} until ${notBefore}`;
}

const TURNS_MAX = 1_000;

/** Everything that can go on by itself has gone on: only gates and clocks hold anybody. */
export async function allQuiet(activity: () => number): Promise<void> {
  let seen = -1;
  for (let turns = 0; turns < TURNS_MAX && seen !== activity(); turns++) {
    seen = activity();
    await new Promise((done) => setImmediate(done));
  }
}

/** Whoever asks Graph gives up after this long. */
export const GRAPH_TIMEOUT_MS = 60_000;

/** Held at a gate until the world lets it go on. */
export interface Waiting {
  readonly instance: number;
  readonly go: () => void;
}

/** The daily look may fail as a whole: the queue tries again, and tomorrow is another day. */
export const isOrphans = (message: Worker["message"]): boolean =>
  message !== undefined && "kind" in message && message.kind === "orphans";
