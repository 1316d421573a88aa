/** Notifications on their way: late, in bodies of several, tried again while the receiver does not take them. */
import { HostHealth } from "./hostHealth.js";
import { addressOf, itemsTogether, letter } from "./letter.js";
import {
  DELIVERY_FIRST_PAUSE_MS,
  DELIVERY_LONGEST_PAUSE_MS,
  DELIVERY_RETRY_MS,
  DELIVERY_TIMEOUT_MS,
  HEALTH_WINDOW_MS,
  PENDING_MAX,
} from "./limits.js";
import type { Item, NotificationKnobs } from "./notification.js";
import { type Surroundings, shuffled, within } from "./surroundings.js";

/** One body. `firstAt`: when it was first due, from which the retries are counted. */
interface Delivery {
  readonly url: string;
  readonly items: readonly Item[];
  readonly dueAt: number;
  readonly firstAt: number;
  readonly attempts: number;
}

/** What became of the items, counted since the start. */
export interface Counts {
  delivered: number;
  /** By the drop knob, or by the punishment of a slow host. */
  dropped: number;
  /** Given up after the retries, without room in the queue, or without anybody to send them to. */
  lost: number;
  retried: number;
}

export class Notifier {
  readonly counts: Counts = { delivered: 0, dropped: 0, lost: 0, retried: 0 };
  readonly #surroundings: Surroundings;
  readonly #knobs: () => NotificationKnobs;
  readonly #health = new HostHealth();
  readonly #stopping = new AbortController();
  readonly #sending = new Set<Promise<void>>();
  #pending: Delivery[] = [];
  #pumpQueued = false;

  constructor(surroundings: Surroundings, knobs: () => NotificationKnobs) {
    this.#surroundings = surroundings;
    this.#knobs = knobs;
  }

  /** Items that wait or are under way. */
  get pending(): number {
    return this.#pending.reduce((sum, { items }) => sum + items.length, 0);
  }

  /** Takes an item; the knobs decide on its fate here. */
  enqueue(url: string, item: Item): void {
    const { random, now } = this.#surroundings;
    const knobs = this.#knobs();
    for (let copy = 0; copy <= knobs.duplicates; copy += 1) {
      if (random() < knobs.dropProbability || this.#isPunished(url, knobs)) this.counts.dropped += 1;
      else if (addressOf(url, knobs) === undefined) this.counts.lost += 1;
      else {
        const { min, max } = knobs.delayMs;
        const late = this.#isSlow(url, knobs) ? HEALTH_WINDOW_MS : 0;
        const at = now() + min + (max - min) * random() + late;
        const dueAt = knobs.holdMs > 0 ? Math.ceil(at / knobs.holdMs) * knobs.holdMs : at;
        this.#add({ url, items: [item], dueAt, firstAt: dueAt, attempts: 0 });
      }
    }
  }

  /** Everything that is due now has been tried. What failed is due later and not waited for. */
  async flush(): Promise<void> {
    await Promise.resolve();
    this.#pump();
    // New deliveries may become due while others are under way; the bound only guards against a receiver that causes more.
    for (let round = 0; round < 1_000 && this.#sending.size > 0; round += 1) {
      await Promise.all(this.#sending);
      this.#pump();
    }
  }

  /** The clock was moved: what has become due goes out. */
  wake(): void {
    this.#pumpSoon();
  }

  stop(): void {
    this.#stopping.abort();
    this.#pending = [];
  }

  #add(delivery: Delivery): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#pending.length >= PENDING_MAX) {
      this.counts.lost += delivery.items.length;
      return;
    }
    this.#pending.push(delivery);
    const wait = delivery.dueAt - this.#surroundings.now();
    if (wait <= 0) this.#pumpSoon();
    else void this.#surroundings.sleep(wait, this.#stopping.signal).then(() => this.#pump());
  }

  /** After the present turn, so that changes of one turn can share a body. */
  #pumpSoon(): void {
    if (this.#pumpQueued) return;
    this.#pumpQueued = true;
    queueMicrotask(() => {
      this.#pumpQueued = false;
      this.#pump();
    });
  }

  #pump(): void {
    const now = this.#surroundings.now();
    const due = this.#pending.filter(({ dueAt }) => dueAt <= now);
    if (due.length === 0) return;
    this.#pending = this.#pending.filter(({ dueAt }) => dueAt > now);
    const inTime = due.sort((a, b) => a.dueAt - b.dueAt);
    const ordered = this.#knobs().reorder ? shuffled(inTime, this.#surroundings.random) : inTime;
    for (const delivery of this.#gathered(ordered)) this.#start(delivery);
  }

  /** First attempts to one URL share bodies; what is tried again goes out as it was. */
  #gathered(due: readonly Delivery[]): Delivery[] {
    const knobs = this.#knobs();
    const bodies: Delivery[] = [];
    const open = new Map<string, number>();
    for (const delivery of due) {
      const index = delivery.attempts === 0 ? open.get(delivery.url) : undefined;
      const body = index === undefined ? undefined : bodies[index];
      if (index !== undefined && body !== undefined && body.items.length < itemsTogether(delivery.url, knobs))
        bodies[index] = { ...body, items: [...body.items, ...delivery.items] };
      else {
        bodies.push(delivery);
        if (delivery.attempts === 0) open.set(delivery.url, bodies.length - 1);
      }
    }
    return bodies;
  }

  #start(delivery: Delivery): void {
    const sending = this.#send(delivery).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  async #send(delivery: Delivery): Promise<void> {
    const { now } = this.#surroundings;
    const startedAt = now();
    const post = (signal: AbortSignal): Promise<number> => this.#post(delivery, signal);
    const answer = await within(this.#surroundings, DELIVERY_TIMEOUT_MS, post, this.#stopping.signal).catch(
      () => "unreachable" as const,
    );
    if (typeof answer !== "number") this.#health.answered(hostOf(delivery.url), DELIVERY_TIMEOUT_MS, now());
    else this.#health.answered(hostOf(delivery.url), now() - startedAt, now());
    if (typeof answer === "number" && answer >= 200 && answer < 300) this.counts.delivered += delivery.items.length;
    else this.#again(delivery);
  }

  async #post({ url, items }: Delivery, signal: AbortSignal): Promise<number> {
    const address = addressOf(url, this.#knobs());
    if (address === undefined) return 404; // Event Grid's receiver was taken away meanwhile
    const content = letter(url, items, this.#knobs(), this.#surroundings);
    const response = await this.#surroundings.deliver(new Request(address, { method: "POST", ...content }), signal);
    await response.body?.cancel();
    return response.status;
  }

  #again(delivery: Delivery): void {
    const attempts = delivery.attempts + 1;
    const pause = Math.min(DELIVERY_FIRST_PAUSE_MS * 2 ** delivery.attempts, DELIVERY_LONGEST_PAUSE_MS);
    const dueAt = this.#surroundings.now() + pause;
    if (dueAt > delivery.firstAt + DELIVERY_RETRY_MS) this.counts.lost += delivery.items.length;
    else {
      this.counts.retried += 1;
      this.#add({ ...delivery, attempts, dueAt });
    }
  }

  #isPunished(url: string, knobs: NotificationKnobs): boolean {
    return knobs.judgeHosts && this.#health.of(hostOf(url), this.#surroundings.now()) === "drop";
  }

  #isSlow(url: string, knobs: NotificationKnobs): boolean {
    return knobs.judgeHosts && this.#health.of(hostOf(url), this.#surroundings.now()) === "slow";
  }
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);
