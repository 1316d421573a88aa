/** Everything there is in one world: people, Graph, storage, processes; and what can happen to them, drawn from a seed. */
import type { Entity } from "../../shared/adapters/calendarEntity.js";
import type { CalendarId } from "../../shared/domain/calendarId.js";
import type { Deps } from "../../shared/domain/deps.js";
import { believable } from "../../shared/domain/due.js";
import type { RefreshMessage, SubscriptionMessage } from "../../shared/domain/messages.js";
import { StorageUnavailable } from "../../shared/domain/ports.js";
import { type CalendarRow, idOfRow } from "../../shared/domain/row.js";
import { stopped } from "../intercepted.js";
import type { Delivery } from "../memory/memoryQueues.js";
import { handlersOf, openService } from "../service.js";
import { decisionSeen, writeSeen } from "./branches.js";
import { openDoorway, takenIn } from "./doorway.js";
import { EntityStore } from "./entityStore.js";
import { doorTo } from "./graphDoor.js";
import { everyCall, type Instance, losing, openInstance, turn, type Worker } from "./instance.js";
import { diceOf, type Profile, profileOf } from "./profile.js";
import { AT_ONCE_MAX, Bans, CLOCK_SLACK_MS, HORIZON_DAYS, Violation, Witness } from "./properties.js";
import type { Sometimes } from "./sometimes.js";
import { allQuiet, GRAPH_TIMEOUT_MS, isOrphans, storyOf, type Waiting } from "./story.js";
import { PRIVATE, settle } from "./townsfolk.js";

export type World = ReturnType<typeof openWorld>;

export function openWorld(seed: number, sometimes: Sometimes, changes: Partial<Profile> = {}) {
  const dice = diceOf(seed);
  const profile: Profile = { ...profileOf(seed, dice), ...changes };
  const trace: string[] = [];
  const state = { troubled: false, gates: 0, activity: 0, instances: 0, violation: undefined as Error | undefined };
  const waiting: Waiting[] = [];
  const instances: Instance[] = [];
  const said: string[] = [];
  /** Calendars with a new copy that nobody has looked at yet. */
  const fresh = new Set<CalendarId>();
  const handed: (RefreshMessage | SubscriptionMessage)[] = [];
  const service = openService({
    seed,
    start: profile.start,
    policy: { horizonDays: HORIZON_DAYS, ...(profile.eventGrid && { door: "eventGrid" }) },
    deliver: (request) => receive(request),
  });
  const { sim, queues, index, lines, clock: time } = service;
  const witness = new Witness(profile.exactClocks ? 0 : CLOCK_SLACK_MS, profile.oldViewMs);
  const bans = new Bans(profile.exactClocks ? 0 : 2 * CLOCK_SLACK_MS);
  const addresses = openDoorway(sim, profile);
  const store = new EntityStore(written);
  const residents = settle(sim, profile, dice);

  const tell = (what: string): void => void trace.push(`${new Date(time.now()).toISOString()} ${what}`);
  const violated = (error: Error): void => {
    state.violation ??= error;
  };

  /** Whatever is written is looked at, whoever writes it. */
  function written(id: CalendarId, before?: CalendarRow, after?: CalendarRow, entity?: Entity): void {
    writeSeen(sometimes, before, after);
    if (Object.values(entity ?? {}).some((column) => typeof column === "string" && column.includes(PRIVATE)))
      violated(new Violation("private words stay private", "a row holds them"));
    if (after === undefined || before?.unreadable) {
      witness.forget(id);
      bans.forget(id);
    }
    const [old, next] = [before?.sync.asOf ?? 0, after?.sync.asOf ?? 0];
    if (after?.sync.asOf !== undefined && !before?.unreadable && next < old)
      violated(new Violation("asOf never goes back", `a row has ${old}, then ${next}`));
    if (next > old) fresh.add(id);
    const [lease, story] = [after?.sync.lease, storyOf(before, after)];
    if (story !== undefined) tell(`${story} by ${turn.getStore()?.instance}`);
    if (lease === undefined || lease.token === before?.sync.lease?.token) return;
    try {
      bans.judge(id, time.now());
    } catch (error) {
      violated(error as Error);
    }
  }

  /** Before and after every call that anybody makes: here they wait, die, or are refused. */
  async function gate(instance: number, call: string, when: "before" | "after"): Promise<void> {
    state.activity += 1;
    if (state.troubled) state.gates += 1;
    else return;
    if (profile.crashes && state.gates === profile.killAt) {
      kill(instance);
      return stopped();
    }
    if (profile.crashes && dice.chance(0.002)) {
      sometimes.count("a worker hangs for ever");
      tell(`a worker hangs ${when} ${call}`);
      if (!call.startsWith("graph")) return stopped();
      await time.sleep(GRAPH_TIMEOUT_MS); // whoever asks Graph gives up at some time, and goes on
      throw new DOMException("the world's own time-out", "TimeoutError");
    }
    if (profile.storageFaults && /^(store|queues|index)/.test(call) && dice.chance(0.01)) {
      sometimes.count(`storage fails ${when} its effect`);
      tell(`storage fails ${when} ${call}`);
      throw new StorageUnavailable("a fault of the world");
    }
    await new Promise<void>((go) => waiting.push({ instance, go }));
    state.activity += 1;
  }

  /** A process dies with everything it was doing; another takes its place. */
  function kill(id: number): void {
    sometimes.count("a process dies");
    tell(`instance ${id} dies`);
    for (const one of waiting.filter((other) => other.instance === id)) waiting.splice(waiting.indexOf(one), 1);
    const at = instances.findIndex((one) => one.id === id);
    if (at >= 0) instances[at] = openProcess();
  }

  function openProcess(): Instance {
    state.instances += 1;
    const id = state.instances;
    return openInstance({
      id,
      ports: { ...service.deps, store, log: (line) => void lines.push(line) },
      exactClock: profile.exactClocks,
      addresses,
      time,
      fetch: doorTo({
        answer: (url, init) => sim.answer(url, init),
        now: time.now,
        smallPages: profile.smallPages,
        gate: async (call, when) => {
          const worker = turn.getStore();
          if (worker !== undefined) worker.asked = true;
          if (worker !== undefined) await gate(id, call, when);
        },
        onServed: (served) => witness.served(served),
        onBan: (ban) => void turn.getStore()?.bans.push(ban),
        onAtOnce: (mailbox, count) => {
          if (count > 1) sometimes.count("a mailbox is asked several things at once");
          if (count > AT_ONCE_MAX)
            violated(new Violation("a mailbox is asked four things at once at most", `${count} of ${mailbox}`));
        },
      }),
      gate: (call, when) => gate(id, call, when),
      storage: (port) => everyCall(port, afterStorage),
    });
  }

  /** What came of a call to the table, before anybody hears of it. */
  function afterStorage(answer: unknown, call: string): unknown {
    const worker = turn.getStore();
    if (call === "read" && worker !== undefined) {
      const stored = answer as { readonly row: CalendarRow } | undefined;
      const now = instances.find(({ id }) => id === worker.instance)?.calm.clock.now() ?? service.clock.now();
      const { policy, keys } = service.deps;
      decisionSeen(sometimes, worker, stored?.row, { now, policy, key: keys.current, addresses });
      if (stored !== undefined && !stored.row.unreadable && believable(stored.row, policy, now).unreadable)
        sometimes.count("a row from a wrong clock is met");
    }
    if (call === "write" && answer === "conflict") sometimes.count("412");
    if (call === "write" && answer !== "conflict" && state.troubled && profile.storageFaults && dice.chance(0.02)) {
      sometimes.count("412 though it was written");
      tell("a write says 412 though it took effect");
      return "conflict";
    }
    return answer;
  }

  const someInstance = (): Instance => {
    const one = instances[dice.below(instances.length)];
    if (one === undefined) throw new Error("nobody is there");
    return one;
  };

  /** The webhook or Event Grid's trigger, at whichever process it comes to. */
  async function receive(request: Request): Promise<Response> {
    const instance = someInstance();
    if (request.headers.has("aeg-event-type")) sometimes.count("notifications: by Event Grid");
    const worker: Worker = { instance: instance.id, kind: "intake", asked: false, bans: [] };
    const deps = losing(instance.calm, () => {
      const isLost = state.troubled && profile.storageFaults && dice.chance(0.1);
      if (isLost) sometimes.count("a notification is answered 503");
      return isLost;
    });
    return turn.run(worker, () => takenIn(deps, request));
  }

  /** Runs something as one worker of a process; how it ended is looked at. */
  function begin(
    instance: Instance,
    kind: Worker["kind"],
    message: Worker["message"],
    work: (deps: Deps) => Promise<unknown>,
  ): Promise<boolean> {
    const worker: Worker = {
      instance: instance.id,
      kind,
      asked: false,
      bans: [],
      ...(message !== undefined && { message }),
    };
    const { deps } = instance;
    return turn
      .run(worker, async () => work(deps))
      .then(
        () => {
          state.activity += 1;
          for (const ban of worker.bans)
            bans.note(store.rows.filter(({ name }) => name.mailbox === ban.mailbox).map(idOfRow), ban);
          return true;
        },
        (error: unknown) => {
          state.activity += 1;
          const isExpected = error instanceof StorageUnavailable || isOrphans(message);
          if (!isExpected) violated(new Violation("a failure is on the row, never thrown", String(error)));
          return false;
        },
      );
  }

  /** A message handed to a process; given back where that fails, and hidden for its time where nobody ever answers. */
  function handOut<M extends RefreshMessage | SubscriptionMessage>(
    kind: "refresh" | "ask",
    delivery: Delivery<M> | undefined,
    instance = someInstance(),
  ): Promise<boolean> | undefined {
    if (delivery === undefined) return undefined;
    const { message } = delivery;
    if (delivery.dequeueCount > 1) sometimes.count("a message is delivered again");
    said.push(JSON.stringify(message));
    handed.push(message);
    const done = begin(instance, kind, message, (deps) => {
      const { handleRefresh, handleAsk } = handlersOf(deps);
      return "wake" in message ? handleRefresh(message) : handleAsk(message);
    });
    return done.then((isDone) => {
      if (isDone) delivery.done();
      else delivery.giveBack();
      return isDone;
    });
  }

  /** Everything that can go on by itself has gone on: only gates and clocks hold anybody. */
  async function quiet(): Promise<void> {
    await allQuiet(() => state.activity);
    if (state.violation !== undefined) throw state.violation;
  }

  instances.push(openProcess(), openProcess());
  return {
    ...{ seed, dice, profile, trace, state, waiting, instances, said, handed, fresh },
    ...{ sim, queues, index, lines, time, store, residents },
    ...{ witness, bans, sometimes, policy: service.deps.policy },
    ...{ tell, kill, begin, handOut, quiet, someInstance, receive },
  };
}
