/** Storage queues, in memory: delays, lives, and a delivery that is not finished comes again. Messages travel as text. */
import type { RefreshMessage, SubscriptionMessage } from "../../shared/domain/messages.js";
import type { Clock, Outgoing, Queues } from "../../shared/domain/ports.js";
import { type EpochMs, later, SECOND_MS } from "../../shared/domain/time.js";
import { parseRefresh, parseSubscription, refreshText, subscriptionText } from "../../shared/messages.js";

const LIFE_SECONDS = 7 * 86_400;
/** How long the Functions host hides a message that it works on. */
const HIDDEN_MS = 10 * 60 * SECOND_MS;

/** A message on its way to a worker. */
export interface Delivery<Message> {
  readonly message: Message;
  readonly insertedAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly dequeueCount: number;
  /** Handled: it does not come again. */
  readonly done: () => void;
  /** Failed: it is there again at once. */
  readonly giveBack: () => void;
}

interface Waiting {
  readonly text: string;
  readonly insertedAt: EpochMs;
  readonly expiresAt: EpochMs;
  visibleAt: EpochMs;
  dequeueCount: number;
}

export class MemoryQueue<Message> {
  readonly #clock: Pick<Clock, "now">;
  readonly #parse: (text: string) => Message;
  #waiting: Waiting[] = [];

  constructor(clock: Pick<Clock, "now">, parse: (text: string) => Message) {
    this.#clock = clock;
    this.#parse = parse;
  }

  add(text: string, { delaySeconds = 0, timeToLiveSeconds = LIFE_SECONDS }: Omit<Outgoing<Message>, "message">): void {
    const insertedAt = this.#clock.now();
    const visibleAt = later(insertedAt, delaySeconds * SECOND_MS);
    const expiresAt = later(insertedAt, timeToLiveSeconds * SECOND_MS);
    this.#waiting.push({ text, insertedAt, expiresAt, visibleAt, dequeueCount: 0 });
  }

  /** One that is visible, of those the `pick`th; hidden from others until it is done or its time is over. */
  take(pick = 0): Delivery<Message> | undefined {
    const now = this.#clock.now();
    this.#waiting = this.#waiting.filter(({ expiresAt }) => expiresAt > now);
    const visible = this.#waiting.filter(({ visibleAt }) => visibleAt <= now);
    const waiting = visible[pick % Math.max(1, visible.length)];
    if (waiting === undefined) return undefined;
    waiting.visibleAt = later(now, HIDDEN_MS);
    waiting.dequeueCount += 1;
    return this.#delivery(waiting, waiting.dequeueCount);
  }

  #delivery(waiting: Waiting, dequeueCount: number): Delivery<Message> {
    const { text, insertedAt, expiresAt } = waiting;
    const isMine = (): boolean => waiting.dequeueCount === dequeueCount; // else somebody else has it by now
    const done = (): void => {
      if (isMine()) this.#waiting = this.#waiting.filter((other) => other !== waiting);
    };
    const giveBack = (): void => {
      if (isMine()) waiting.visibleAt = this.#clock.now();
    };
    return { message: this.#parse(text), insertedAt, expiresAt, dequeueCount, done, giveBack };
  }

  /** A second copy of everything that waits: delivery is at least once. */
  duplicate(): void {
    this.#waiting.push(...this.#waiting.map((waiting) => ({ ...waiting })));
  }

  /** All that waits is lost, as nothing but a test does it. */
  clear(): void {
    this.#waiting = [];
  }

  /** Visible or hidden. */
  get length(): number {
    return this.#waiting.length;
  }

  /** What waits, whether visible or not. */
  get messages(): readonly (Pick<Waiting, "insertedAt" | "expiresAt" | "visibleAt"> & { readonly message: Message })[] {
    return this.#waiting.map(({ text, ...times }) => ({ ...times, message: this.#parse(text) }));
  }

  /** When the next one can be taken. */
  get nextAt(): EpochMs | undefined {
    return this.#waiting.map(({ visibleAt }) => visibleAt).sort((a, b) => a - b)[0];
  }
}

export class MemoryQueues implements Queues {
  readonly refreshes: MemoryQueue<RefreshMessage>;
  readonly asks: MemoryQueue<SubscriptionMessage>;

  constructor(clock: Pick<Clock, "now">) {
    this.refreshes = new MemoryQueue(clock, parseRefresh);
    this.asks = new MemoryQueue(clock, parseSubscription);
  }

  async refresh(messages: readonly Outgoing<RefreshMessage>[]): Promise<void> {
    for (const { message, ...options } of messages) this.refreshes.add(refreshText(message), options);
  }

  async subscriptions(messages: readonly Outgoing<SubscriptionMessage>[]): Promise<void> {
    for (const { message, ...options } of messages) this.asks.add(subscriptionText(message), options);
  }
}
