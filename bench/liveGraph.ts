/** A team read as booking services do it without a copy: every calendar from Graph, at each request. */
import { bounded } from "../shared/domain/bounded.js";
import { WEEK } from "./mailboxes.js";
import type { Stand } from "./stand.js";

/** What Graph takes for one call, with luck. */
export const LIVE_GRAPH_MS = 300;
/** Graph's limit for one app on one mailbox, which careful callers keep over all. Source: https://learn.microsoft.com/graph/throttling-limits */
const CALLS_AT_ONCE = 4;

/** Every call takes `LIVE_GRAPH_MS` from now on; what is returned reads all mailboxes once. */
export function liveReads({ sim, graphUrl }: Stand, mailboxes: readonly string[]): () => Promise<void> {
  sim.faults.clear();
  sim.faults.add({ kind: "latency", ms: LIVE_GRAPH_MS });
  const range = `startDateTime=${WEEK.start}&endDateTime=${WEEK.end}`;
  return async () => {
    await bounded(mailboxes, CALLS_AT_ONCE, async (mailbox) => {
      const answer = await fetch(`${graphUrl}/v1.0/users/${mailbox}/calendarView?${range}&$top=1000`);
      if (answer.status !== 200) throw new Error(`simulated Graph answered ${answer.status}`);
      await answer.json();
    });
  };
}
