/** From Graph's notification to the first answer that shows the change, over a real queue and simulated Graph. */
import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../local/graph/surroundings.js";
import { bareSteps } from "./bareSteps.js";
import { freeSlot, type WatchedMailbox, watchedMailboxes } from "./mailboxes.js";
import type { Result } from "./result.js";
import { percentileOf, timed } from "./samples.js";
import { GRAPH_LATENCY_MS, onStand, type Stand } from "./stand.js";

const CALENDARS = 20;
const CHANGES = 120;
const LOOK_EVERY_MS = 20;
const VISIBLE_MS_MAX = 30_000;
/** Changes come at any time between two polls of the queue. */
const PAUSE_MS_MAX = 600;
const P50_MS_MAX = 1_000;
const P99_MS_MAX = 3_000;

interface Sample {
  readonly lag: number;
  readonly bare: number;
}

export async function lag(): Promise<readonly Result[]> {
  const posted = new PostTimes();
  const samples = await onStand((stand) => samplesOn(stand, posted), posted);
  const of = (percent: number) => ({
    value: percentileOf(samples, "lag", percent),
    floor: percentileOf(samples, "bare", percent),
  });
  const what = `Lag from notification to answer, Graph latency ${GRAPH_LATENCY_MS} ms, `;
  return [
    { what: `${what}p50`, unit: "ms", ...of(50), level: { of: "value", max: P50_MS_MAX } },
    { what: `${what}p99`, unit: "ms", ...of(99), level: { of: "value", max: P99_MS_MAX } },
  ];
}

/** Any calendar next, also the one that changed just now: then the pause between two reads of it counts as well. */
async function samplesOn(stand: Stand, posted: PostTimes): Promise<readonly Sample[]> {
  const mailboxes = await watchedMailboxes(stand, CALENDARS);
  const random = seededRandom(1);
  const steps = await bareSteps(stand, mailboxes[0]?.address ?? "");
  const samples: Sample[] = [];
  for (let change = 0; change < CHANGES; change++) {
    const mailbox = mailboxes[Math.floor(random() * CALENDARS)];
    if (mailbox === undefined) continue;
    const bare = await timed(steps);
    samples.push({ lag: await lagOf(stand, mailbox, change, posted), bare });
    await delay(random() * PAUSE_MS_MAX);
  }
  return samples;
}

/** Sends the simulator's notifications, and remembers when the latest to each calendar went out. */
class PostTimes {
  readonly #byCalendar = new Map<string, number>();

  readonly deliver = async (request: Request): Promise<Response> => {
    const body = await request.clone().text();
    const at = performance.now();
    for (const [, id = ""] of body.matchAll(/"clientState":"[^".]*\.([^".]*)\./g)) this.#byCalendar.set(id, at);
    return fetch(request);
  };

  forget(id: string): void {
    this.#byCalendar.delete(id);
  }

  of(id: string): number {
    return this.#byCalendar.get(id) ?? Number.NaN;
  }
}

async function lagOf({ sim, app }: Stand, mailbox: WatchedMailbox, index: number, posted: PostTimes): Promise<number> {
  const slot = freeSlot(index);
  const path = `/api/availability?${new URLSearchParams({ id: mailbox.id, ...slot })}`;
  posted.forget(mailbox.id);
  sim.outlook.addEvent(mailbox.address, "primary", slot);
  const deadline = performance.now() + VISIBLE_MS_MAX;
  while (performance.now() < deadline) {
    const askedAt = performance.now();
    const isVisible = !(await app.get(path)).includes('"busy":[]');
    if (isVisible) return performance.now() - posted.of(mailbox.id);
    await delay(Math.max(0, askedAt + LOOK_EVERY_MS - performance.now()));
  }
  throw new Error(`a change was not visible after ${VISIBLE_MS_MAX / 1_000} s`);
}
