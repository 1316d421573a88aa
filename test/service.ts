/** The whole product in one process: the domain and the Graph adapters, over memory and a simulated Graph. */
import { lightResponse } from "../local/graph/answers.js";
import { GraphSimulator } from "../local/graph/simulator.js";
import { seededRandom as fractions } from "../local/graph/surroundings.js";
import { ENDPOINT, text } from "../local/graph/testBed.js";
import type { GraphTokens } from "../shared/adapters/credentials.js";
import { GraphClient } from "../shared/adapters/graph/graphClient.js";
import { GraphSubscriptions } from "../shared/adapters/graph/graphSubscriptions.js";
import { GraphCalendarReader } from "../shared/adapters/graph/graphViews.js";
import type { Addresses } from "../shared/domain/addresses.js";
import { type CalendarId, calendarIdOf, PRIMARY } from "../shared/domain/calendarId.js";
import type { ClientStateKey, ClientStateKeys } from "../shared/domain/clientState.js";
import type { Deps } from "../shared/domain/deps.js";
import { takeIn } from "../shared/domain/intake.js";
import type { LogEvent } from "../shared/domain/logEvents.js";
import type { RefreshMessage, SubscriptionMessage } from "../shared/domain/messages.js";
import { sweepOrphans } from "../shared/domain/orphans.js";
import type { Policy } from "../shared/domain/policy.js";
import { refresh } from "../shared/domain/refresh.js";
import type { CalendarRow } from "../shared/domain/row.js";
import { tendSubscription } from "../shared/domain/subscribe.js";
import { startDailyWork, sweepRefreshes, sweepSubscriptions } from "../shared/domain/sweep.js";
import { tendLook } from "../shared/domain/tendLook.js";
import { MINUTE_MS, SECOND_MS } from "../shared/domain/time.js";
import { watch } from "../shared/domain/watch.js";
import { notificationsOfEvents } from "../shared/http/cloudEvents.js";
import { notificationsOf } from "../shared/http/notifications.js";
import { nameOf } from "./graphBed.js";
import { ManualClock } from "./memory/manualClock.js";
import { MemoryIndex } from "./memory/memoryIndex.js";
import { MemoryLedger } from "./memory/memoryLedger.js";
import { MemoryQueues } from "./memory/memoryQueues.js";
import { MemoryStore } from "./memory/memoryStore.js";
import { seededRandom } from "./memory/seededRandom.js";

export const POLICY: Policy = {
  horizonDays: 30,
  reconcileMs: 15 * MINUTE_MS,
  pollMs: 5 * MINUTE_MS,
  minRefreshIntervalMs: 2 * SECOND_MS,
  confirmAfterMs: MINUTE_MS,
  door: "webhook",
};
const KEY: ClientStateKey = { id: "k1", secret: new Uint8Array(32).fill(7) };
const KEYS: ClientStateKeys = { current: KEY, all: [KEY] };
const WEBHOOK: Addresses = { used: [ENDPOINT], own: [ENDPOINT] };
const NONE: GraphTokens = { token: async () => undefined };
const GRAPH = "https://graph.microsoft.com";

export interface ServiceOptions {
  readonly policy?: Partial<Policy>;
  readonly seed?: number;
  /** When it all begins. */
  readonly start?: string;
  /** How notifications and handshakes come in; the doors of this service if absent. */
  readonly deliver?: (request: Request) => Promise<Response>;
  /** Where subscriptions notify; one webhook if absent. */
  readonly addresses?: Addresses;
  readonly keys?: ClientStateKeys;
  /** Tokens for Graph; none by default, since the simulator asks for none. */
  readonly tokens?: GraphTokens;
  /** Puts something between the domain and its ports. */
  readonly around?: (deps: Deps) => Deps;
}

/** What the triggers call. */
export const handlersOf = (deps: Deps) => ({
  handleRefresh: (message: RefreshMessage): Promise<void> => refresh(deps, message),
  handleAsk: (message: SubscriptionMessage): Promise<void> => {
    if (message.kind === "look") return tendLook(deps, message);
    return message.kind === "orphans"
      ? sweepOrphans(deps, message.tenantId, message.page)
      : tendSubscription(deps, message);
  },
  /** What the timers do each minute. */
  sweep: async (): Promise<void> => {
    await startDailyWork(deps);
    await sweepSubscriptions(deps);
    await sweepRefreshes(deps);
  },
});

/** The webhook, with Graph's handshake, and Event Grid's trigger. */
export async function takeInAt(deps: Deps, request: Request): Promise<Response> {
  const token = new URL(request.url).searchParams.get("validationToken");
  if (token !== null) return text(token);
  const body: unknown = await request.json();
  if (request.headers.has("aeg-event-type"))
    await takeIn(deps, notificationsOfEvents(body), { door: "eventGrid", index: deps.index });
  else await takeIn(deps, notificationsOf(body), { door: "webhook" });
  return new Response(null, { status: 202 });
}

export type Service = ReturnType<typeof openService>;

export function openService(options: ServiceOptions = {}) {
  const { policy, seed = 1, around = (deps) => deps, addresses = WEBHOOK, keys = KEYS, tokens = NONE } = options;
  const clock = new ManualClock(options.start ?? "2026-12-01T12:00:00Z");
  const store = new MemoryStore();
  const index = new MemoryIndex();
  const ledger = new MemoryLedger();
  const queues = new MemoryQueues(clock);
  const lines: LogEvent[] = [];
  const sim: GraphSimulator = new GraphSimulator({
    now: clock.now,
    sleep: clock.sleep,
    random: fractions(seed),
    deliver: (request) => (options.deliver ?? receive)(request),
  });
  const ask: typeof fetch = async (input, init) => lightResponse(await sim.answer(input, init));
  const client = new GraphClient({ baseUrl: GRAPH, tokens, fetch: ask });
  const ports: Deps = {
    policy: { ...POLICY, ...policy },
    keys,
    store,
    index,
    ledger,
    queues,
    reader: new GraphCalendarReader(client, clock.now),
    subscriptions: new GraphSubscriptions(client, {
      addresses,
      now: clock.now,
    }),
    clock,
    random: seededRandom(seed),
    sleep: () => Promise.resolve(),
    log: (line) => void lines.push(line),
  };
  const deps = around(ports);

  const receive = (request: Request): Promise<Response> => takeInAt(ports, request); // nothing put around it: Graph waits
  const { handleRefresh, handleAsk, sweep } = handlersOf(deps);

  /** Handles everything that is there to be handled, and what comes of it at once. */
  async function work(): Promise<void> {
    await sim.flush();
    for (let left = 10_000; left > 0; left--) {
      const ask = queues.asks.take();
      if (ask !== undefined) await handleAsk(ask.message).then(ask.done);
      const one = ask === undefined ? queues.refreshes.take() : undefined;
      if (one !== undefined) await handleRefresh(one.message).then(one.done);
      if (ask === undefined && one === undefined) return;
    }
    throw new Error("the queues never run dry");
  }

  /** Lets time pass; messages are handled when they are due. `timers`: the sweeps run each minute. */
  async function pass(ms: number, { timers = true } = {}): Promise<void> {
    const until = clock.now() + ms;
    await work();
    while (clock.now() < until) {
      const minute = timers ? (Math.floor(clock.now() / MINUTE_MS) + 1) * MINUTE_MS : until;
      const next = [queues.refreshes.nextAt, queues.asks.nextAt].flatMap((at = clock.now()) =>
        at > clock.now() ? [at] : [],
      );
      const onTheWay = sim.subscriptions.notifier.pending > 0 ? [clock.now() + SECOND_MS] : [];
      clock.advance(Math.min(until, minute, ...next, ...onTheWay) - clock.now());
      if (timers && clock.now() === minute) await sweep();
      await work();
    }
  }

  /** A mailbox that the consumer "booking" watches, read and subscribed to. */
  async function watched(address: string, calendar = PRIMARY, consumer = "booking"): Promise<CalendarId> {
    if (sim.outlook.find(address) === undefined) sim.outlook.addMailbox({ address, timeZone: "UTC" });
    const name = nameOf(address, calendar);
    await watch(deps, consumer, [{ name, reference: "" }]);
    await work();
    return calendarIdOf(name);
  }

  const rowOf = (id: CalendarId): CalendarRow => {
    const row = store.rows.find(({ name }) => calendarIdOf(name) === id);
    if (row === undefined) throw new Error("there is no such row");
    return row;
  };

  /** How often the views of this mailbox were asked for. */
  const reads = (address: string): number =>
    sim.log.filter(({ operation, mailbox }) => operation === "calendarView" && mailbox === address).length;

  return {
    ...{ clock, store, index, ledger, queues, sim, deps, lines },
    ...{ handleRefresh, handleAsk, work, sweep, pass, watched, rowOf, reads },
  };
}
