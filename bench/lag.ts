/** From Graph's notification to the first answer that shows the change, over a real queue and simulated Graph. */
import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../local/graph/surroundings.js";
import { freeSlot, type WatchedMailbox, watchedMailboxes } from "./mailboxes.js";
import type { Result } from "./result.js";
import { percentile } from "./samples.js";
import { GRAPH_LATENCY_MS, onStand, type Stand } from "./stand.js";

const CALENDARS = 20;
const CHANGES = 200;
const LOOK_EVERY_MS = 20;
const VISIBLE_MS_MAX = 30_000;
/** Changes come at any time between two polls of the queue. */
const PAUSE_MS_MAX = 600;
const P50_MS_MAX = 1_000;
const P99_MS_MAX = 3_000;

export async function lag(): Promise<readonly Result[]> {
  const postedAt = new PostTimes();
  const samples = await onStand(async (stand) => {
    const mailboxes = await watchedMailboxes(stand, CALENDARS);
    const random = seededRandom(1);
    const lags: number[] = [];
    for (let change = 0; change < CHANGES; change++) {
      const mailbox = mailboxes[Math.floor(random() * CALENDARS)];
      if (mailbox !== undefined) lags.push(await lagOf(stand, mailbox, change, postedAt));
      await delay(random() * PAUSE_MS_MAX);
    }
    return lags;
  }, postedAt);
  const what = `Lag from notification to answer, Graph latency ${GRAPH_LATENCY_MS} ms, `;
  const level = (max: number) => ({ of: "value", max }) as const;
  return [
    { what: `${what}p50`, unit: "ms", value: percentile(samples, 50), level: level(P50_MS_MAX) },
    { what: `${what}p99`, unit: "ms", value: percentile(samples, 99), level: level(P99_MS_MAX) },
  ];
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
