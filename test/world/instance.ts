/** One process of the app: its own clock, its own way to Graph; storage and queues are everybody's. */
import { AsyncLocalStorage } from "node:async_hooks";
import { GraphClient } from "../../shared/adapters/graph/graphClient.js";
import { GraphSubscriptions } from "../../shared/adapters/graph/graphSubscriptions.js";
import { GraphCalendarReader } from "../../shared/adapters/graph/graphViews.js";
import { StorageClock } from "../../shared/adapters/storageClock.js";
import type { Deps } from "../../shared/domain/deps.js";
import type { RefreshMessage, SubscriptionMessage } from "../../shared/domain/messages.js";
import { type CalendarReader, type Clock, StorageUnavailable } from "../../shared/domain/ports.js";
import { SECOND_MS } from "../../shared/domain/time.js";
import { PATIENT_MS } from "../graphBed.js";
import { type Gate, intercepted } from "../intercepted.js";
import type { Ban } from "./graphDoor.js";

/** One message being worked on, or one request. */
export interface Worker {
  readonly instance: number;
  readonly kind: "refresh" | "ask" | "sweep" | "intake" | "request";
  readonly message?: RefreshMessage | SubscriptionMessage;
  token?: string;
  /** Has been to Graph. */
  asked: boolean;
  readonly bans: Ban[];
}

/** Whose turn it is, wherever a port is called. */
export const turn = new AsyncLocalStorage<Worker>();

/** Storage's answers carry whole seconds, and are on the way for up to this long. */
const TRAVEL_MAX_MS = 900;

export interface InstanceOptions {
  readonly id: number;
  /** The world's ports, with its own store, queues and index. */
  readonly ports: Deps;
  readonly exactClock: boolean;
  readonly time: Clock & { readonly sleep: (ms: number) => Promise<void> };
  readonly fetch: typeof fetch;
  /** Where subscriptions notify. */
  readonly addresses: readonly string[];
  readonly gate: Gate;
  /** Put around storage, inside the gates. */
  readonly storage: (store: Deps["store"]) => Deps["store"];
}

export interface Instance {
  readonly id: number;
  /** With gates before and after every call. */
  readonly deps: Deps;
  /** Without: for what is not part of the play. */
  readonly calm: Deps;
  /** Its stopwatch leaps; wrong until storage answers again. */
  readonly jump: (ms: number) => void;
}

export function openInstance({
  id,
  ports,
  exactClock,
  time,
  fetch,
  addresses,
  gate,
  storage,
}: InstanceOptions): Instance {
  const state = { offsetMs: 0 };
  const stopwatch = (): number => time.now() + state.offsetMs;
  const told = new StorageClock(stopwatch, 0, stopwatch);
  const clock: Clock = exactClock ? time : told;
  const travelMs = (id % 3) * (TRAVEL_MAX_MS / 2);
  const telling = <Port extends object>(port: Port): Port =>
    everyCall(port, (answer) => {
      const date = new Date(Math.floor(time.now() / SECOND_MS) * SECOND_MS);
      told.observe(date, stopwatch() - travelMs);
      return answer;
    });
  const client = new GraphClient({
    baseUrl: "https://graph.microsoft.com",
    tokens: { token: async () => "a token" },
    fetch,
  });
  const calm: Deps = {
    ...ports,
    clock,
    store: telling(storage(ports.store)),
    index: telling(ports.index),
    ledger: telling(ports.ledger),
    queues: telling(ports.queues),
    reader: untimed(new GraphCalendarReader(client, clock.now.bind(clock))),
    subscriptions: new GraphSubscriptions(client, {
      addresses: { used: addresses, own: addresses },
      now: clock.now.bind(clock),
    }),
    random: { fraction: ports.random.fraction, token: () => noted(ports.random.token()) },
    sleep: (ms) => (ms < 100 ? Promise.resolve() : time.sleep(ms)),
  };
  const jump = (ms: number): void => {
    state.offsetMs += ms;
  };
  return { id, calm, deps: intercepted(calm, gate), jump };
}

function noted(token: string): string {
  const worker = turn.getStore();
  if (worker !== undefined) worker.token = token;
  return token;
}

/** Something done to every answer of a port. */
export function everyCall<Port extends object>(port: Port, after: (answer: unknown, call: string) => unknown): Port {
  return new Proxy(port, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return async (...given: readonly unknown[]): Promise<unknown> =>
        after(await Reflect.apply(value, target, given), String(key));
    },
  });
}

/** Ports whose queue takes a message and then says that it did not, where `isLost` says so. */
export function losing(deps: Deps, isLost: () => boolean): Deps {
  const refresh: Deps["queues"]["refresh"] = async (messages) => {
    await deps.queues.refresh(messages);
    if (isLost()) throw new StorageUnavailable("a fault of the world");
  };
  return { ...deps, queues: { refresh, subscriptions: deps.queues.subscriptions.bind(deps.queues) } };
}

/** Real time must not decide: whoever has no time left gets no answer, all others get theirs. */
function untimed(reader: GraphCalendarReader): CalendarReader {
  const late = { kind: "transient", detail: "no answer in time" } as const;
  return {
    firstPages: async (views, timeoutMs) =>
      timeoutMs > 1 ? reader.firstPages(views, PATIENT_MS * 6) : views.map(() => late),
    nextPage: async (view, next, timeoutMs) => (timeoutMs > 1 ? reader.nextPage(view, next, PATIENT_MS * 6) : late),
    mailboxZone: (name) => reader.mailboxZone(name, PATIENT_MS * 6),
  };
}
