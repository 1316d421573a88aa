/** What can happen in a world while there is trouble: one thing at a time, drawn from its dice. */

import { LIFECYCLE_EVENTS } from "../../local/graph/notification.js";
import { ENDPOINT } from "../../local/graph/testBed.js";
import { readAvailabilityNow } from "../../shared/domain/availability.js";
import { signClientState } from "../../shared/domain/clientState.js";
import { poisonedRefresh } from "../../shared/domain/poison.js";
import { DAY_MS, HOUR_MS, SECOND_MS } from "../../shared/domain/time.js";
import { unwatch, watch } from "../../shared/domain/watch.js";
import { handlersOf } from "../service.js";
import { DAMAGES } from "./entityStore.js";
import { GRAPH_FAULT_NAMES, graphTrouble } from "./graphTrouble.js";
import { look, someone } from "./look.js";
import { minuteOf } from "./oracle.js";
import { everyMinute, READER } from "./properties.js";
import { change } from "./townsfolk.js";
import type { World } from "./world.js";

/** The host tries more often; here a message is to be poisoned now and then. */
const DEQUEUES_MAX = 2;

export const HAPPENINGS = [
  ...GRAPH_FAULT_NAMES,
  ...[
    "throttled for one calendar alone",
    "throttled for a mailbox's zone",
    "old views",
    "pages in threes",
    "a page shifts",
  ].map((what) => `graph: ${what}`),
  ...["mailbox deleted", "mailbox unlicensed", "permission revoked", "calendar deleted"],
  ...["mailbox restored", "mailbox licensed", "permission given back", "calendar restored"],
  ...["drops all", "drops some", "duplicates", "reorders", "delays", "repeats edits", "by Event Grid"].map(
    (what) => `notifications: ${what}`,
  ),
  ...["a notification for nobody", "messages come twice", "a message is delivered again", "a message is poisoned"],
  ...LIFECYCLE_EVENTS.map((kind) => `lifecycle: ${kind}`),
  ...["watched", "unwatched", "watched again in mid-refresh", "unwatched in mid-refresh"],
  ...["two timers at once", "a timer tick is lost", "a clock leaps ahead", "a clock falls behind"],
  ...["a process dies", "a worker hangs for ever", "412", "412 though it was written"],
  ...["storage fails before its effect", "storage fails after its effect", "a notification is answered 503"],
  ...["a row is newer", "a row is older", "a row is torn", "a day goes by unseen", "changes in one millisecond"],
  "a subscription is made unseen",
  ...[
    "read: fresh",
    "read: stale",
    "read: unknown",
    "read now",
    "a team is read now",
    "a mailbox is asked several things at once",
  ],
] as const;

/** One thing happens. */
export async function happen(world: World): Promise<void> {
  const { dice, waiting, time } = world;
  const what = dice.fraction();
  if (what < 0.07) write(world);
  else if (what < 0.25) work(world);
  else if (what < 0.28) graphTrouble(world);
  else if (what < 0.31) await wish(world);
  else if (what < 0.34) timer(world);
  else if (what < 0.41) time.advance(Math.ceil(dice.fraction() * dice.pick([1, 5, 30, 120, 900]) * SECOND_MS));
  else if (what < 0.46) await look(world, someone(world));
  else if (what < 0.53) rare(world);
  else waiting.splice(dice.below(waiting.length), 1)[0]?.go();
  await world.quiet();
  for (const resident of world.residents) if (world.fresh.delete(resident.id)) await look(world, resident);
}

function write(world: World): void {
  const { dice, sim, time, sometimes } = world;
  const resident = someone(world);
  const count = dice.chance(0.2) ? 3 : 1;
  if (count > 1) sometimes.count("changes in one millisecond");
  for (let index = 0; index < count; index++) world.tell(change(sim, resident, dice, time.now()));
}

function work(world: World): void {
  const { dice, queues } = world;
  const at = dice.below(8);
  if (dice.chance(0.3)) {
    world.handOut("ask", queues.asks.take(at));
    return;
  }
  const delivery = queues.refreshes.take(at);
  if (delivery === undefined || delivery.dequeueCount <= DEQUEUES_MAX) world.handOut("refresh", delivery);
  else poison(world, delivery.message.calendars, delivery.done);
}

function poison(world: World, calendars: Parameters<typeof poisonedRefresh>[1], done: () => void): void {
  world.sometimes.count("a message is poisoned");
  done();
  world.begin(world.someInstance(), "sweep", undefined, (deps) => poisonedRefresh(deps, calendars));
}

/** Somebody watches, or does not any more. */
async function wish(world: World): Promise<void> {
  const { sometimes, store } = world;
  const { id, name } = someone(world);
  const row = store.peek(id)?.row;
  const isRead = row?.sync.lease !== undefined;
  const isWatched = row !== undefined && row.watches.length > 0;
  sometimes.count(isWatched ? "unwatched" : "watched");
  if (isRead) sometimes.count(isWatched ? "unwatched in mid-refresh" : "watched again in mid-refresh");
  world.tell(`${isWatched ? "un" : ""}watch ${name.calendar} of ${name.mailbox}`);
  const { calm } = world.someInstance();
  if (!isWatched && world.profile.graphFaults && world.dice.chance(0.5)) {
    sometimes.count("a subscription is made unseen");
    world.sim.faults.add({ kind: "createdYet503", count: 1 });
  }
  if (isWatched) await unwatch(calm, READER.consumer, [{ id }]);
  else await watch(calm, READER.consumer, [{ name, reference: "" }]);
}

function timer(world: World): void {
  const { dice, sometimes } = world;
  if (dice.chance(0.2)) {
    sometimes.count("a timer tick is lost");
    return;
  }
  const timers = dice.chance(0.2) ? 2 : 1;
  if (timers > 1) sometimes.count("two timers at once");
  for (let count = 0; count < timers; count++)
    world.begin(world.someInstance(), "sweep", undefined, (deps) => handlersOf(deps).sweep());
}

function rare(world: World): void {
  const { dice, profile, sim, sometimes, time, queues } = world;
  const count = (name: string): void => {
    sometimes.count(name);
    world.tell(name);
  };
  const what = dice.below(8);
  if (profile.access && dice.chance(0.4)) access(world, count);
  else if (what === 1 && profile.jumps) leap(world, count);
  else if (what === 2 && profile.damage) damage(world, count);
  else if (what === 3) {
    count("messages come twice");
    dice.pick([queues.refreshes, queues.asks]).duplicate();
  } else if (what === 4) stray(world, count);
  else if (what === 5 && profile.jumps && dice.chance(0.2)) {
    count("a day goes by unseen");
    time.advance(DAY_MS + HOUR_MS);
  } else if (what === 6) {
    const ids = dice.chance(0.5) ? [someone(world).id] : world.residents.map(({ id }) => id);
    count(ids.length === 1 ? "read now" : "a team is read now");
    const query = { ...everyMinute(minuteOf(time.now()), 60), maxAgeMs: 0 };
    world.begin(world.someInstance(), "request", undefined, (deps) => readAvailabilityNow(deps, READER, ids, query));
  } else if (what === 7) {
    const { live } = sim.subscriptions;
    const one = live[dice.below(Math.max(1, live.length))];
    // That one is gone and nobody hears of it shows at its renewal only, days later.
    const kind = dice.pick(profile.drop === 0 ? LIFECYCLE_EVENTS : ["reauthorizationRequired", "missed"]);
    if (one === undefined) return;
    count(`lifecycle: ${kind}`);
    sim.subscriptions.sendLifecycle(one.id, kind);
  }
}

/** Mailboxes and permissions come and go. */
function access({ dice, sim, residents }: World, count: (name: string) => void): void {
  const { name } = residents[dice.below(residents.length)] ?? { name: { mailbox: "", calendar: "" } };
  const box = sim.outlook.mailbox(name.mailbox);
  const toggles = [
    () => {
      count(box.removed ? "mailbox restored" : "mailbox deleted");
      sim.outlook.removeMailbox(name.mailbox, !box.removed);
    },
    () => {
      count(box.licensed ? "mailbox unlicensed" : "mailbox licensed");
      sim.outlook.setLicensed(name.mailbox, !box.licensed);
    },
    () => {
      count(box.accessDenied ? "permission given back" : "permission revoked");
      sim.outlook.denyAccess(name.mailbox, !box.accessDenied);
    },
    () => {
      const { removed, isDefault } = sim.outlook.calendar(name.mailbox, name.calendar);
      if (isDefault) return;
      count(removed ? "calendar restored" : "calendar deleted");
      sim.outlook.removeCalendar(name.mailbox, name.calendar, !removed);
    },
  ] as const;
  dice.pick(toggles)();
}

function leap(world: World, count: (name: string) => void): void {
  const ahead = world.dice.chance(0.5);
  count(ahead ? "a clock leaps ahead" : "a clock falls behind");
  world.someInstance().jump(ahead ? HOUR_MS : -HOUR_MS);
}

function damage(world: World, count: (name: string) => void): void {
  const { id } = someone(world);
  const kind = world.dice.pick(DAMAGES);
  count(`a row is ${kind}`);
  world.store.damage(id, kind);
  if (kind === "older") return;
  world.witness.forget(id);
  world.bans.forget(id);
}

/** A notification, properly signed, for a calendar that nobody may watch any more. */
function stray(world: World, count: (name: string) => void): void {
  const { id } = someone(world);
  const { current } = world.someInstance().calm.keys;
  count("a notification for nobody");
  const body = JSON.stringify({ value: [{ subscriptionId: "gone", clientState: signClientState(id, current) }] });
  void world.receive(new Request(ENDPOINT, { method: "POST", body }));
}
