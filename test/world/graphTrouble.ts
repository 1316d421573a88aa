/** What Graph does wrong in a world. */
import type { Fault } from "../../local/graph/faults.js";
import { someone } from "./look.js";
import { PRIVATE } from "./townsfolk.js";
import type { World } from "./world.js";

/** Graph's own troubles; each comes alone and goes with the next. */
const GRAPH_FAULTS = [
  { kind: "throttled", retryAfter: "seconds", seconds: 20 },
  { kind: "throttled", retryAfter: "date", seconds: 30 },
  { kind: "throttled", retryAfter: "decimal", seconds: 7 },
  { kind: "throttled", retryAfter: "none" },
  { kind: "error", status: 503, retryAfter: "15", message: PRIVATE },
  { kind: "error", status: 500, code: "ErrorInternalServerTransientError", message: PRIVATE },
  { kind: "error", status: 401, code: "InvalidAuthenticationToken", message: PRIVATE },
  { kind: "error", status: 502, body: "html" },
  { kind: "html" },
  { kind: "truncatedJson" },
  { kind: "noValue" },
  { kind: "noContentType" },
  { kind: "answerLost" },
  { kind: "unreachable" },
  { kind: "secondPageFails" },
  { kind: "emptyPage" },
  { kind: "foreignTimeZone", events: 2 },
  { kind: "createdYet503" },
  { kind: "conflict" },
  { kind: "grantedShorter", minutes: 9_000 },
  { kind: "lifetimeMaximum" },
  { kind: "earlyNotFound" },
  { kind: "mailboxMoving" },
  { kind: "batchMalformed" },
  { kind: "batchMissing" },
] as const satisfies readonly Fault[];

const faultName = (fault: Fault): string =>
  `graph: ${fault.kind}${"status" in fault ? ` ${fault.status}` : ""}${"retryAfter" in fault ? ` ${fault.retryAfter}` : ""}`;

export const GRAPH_FAULT_NAMES: readonly string[] = GRAPH_FAULTS.map(faultName);

/** Other troubles than before, or none. */
export function graphTrouble(world: World): void {
  const { dice, sim, profile, sometimes } = world;
  sim.faults.clear();
  if (profile.oldViewMs > 0 && dice.chance(0.7)) {
    sometimes.count("graph: old views");
    sim.faults.add({ kind: "oldView", ms: profile.oldViewMs });
  }
  if (!profile.graphFaults || dice.chance(0.3)) return;
  const { mailbox } = someone(world).name;
  if (profile.smallPages && dice.chance(0.4)) {
    sometimes.count("graph: a page shifts");
    sim.faults.add({ kind: "pageShift", by: dice.pick([1, -1]), count: 3 });
  } else if (dice.chance(0.2)) {
    const isZone = dice.chance(0.5);
    sometimes.count(`graph: throttled for ${isZone ? "a mailbox's zone" : "one calendar alone"}`);
    const operation = isZone ? "mailboxSettings" : "calendarView";
    sim.faults.add({ kind: "throttled", mailbox, operation, count: 1, seconds: 20 });
  } else {
    const fault = dice.pick(GRAPH_FAULTS);
    sometimes.count(faultName(fault));
    sim.faults.add({ ...fault, probability: dice.pick([0.3, 1]), ...(dice.chance(0.5) && { mailbox }) });
  }
}
