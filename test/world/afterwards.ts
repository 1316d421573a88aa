/** The trouble is over: what must be right again, and when; and what must hold of a world at rest. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { unwatch } from "../../shared/domain/watch.js";
import { handlersOf } from "../service.js";
import { look } from "./look.js";
import { digitsAt, firstMinuteOfDay } from "./oracle.js";
import { HORIZON_DAYS, READER, Violation } from "./properties.js";
import { ANNA, BEN, change, PRIVATE, type Resident } from "./townsfolk.js";
import type { World } from "./world.js";

const MESSAGES_MAX = 10_000;
const WITHIN_THE_HOUR_MS = 62 * MINUTE_MS;
const REDELIVERED_MAX = 12;
const ASKS_REDELIVERED_MAX = 3;
/** From yesterday to the horizon and two days more; and less, where it is only to be seen that nothing was lost. */
const WINDOW_DAYS = HORIZON_DAYS + 3;
const SOME_DAYS = 2;
const BURST_SECONDS = 20;

/** Everything that is there to be handled is handled, and what comes of it at once. */
export async function work(world: World): Promise<void> {
  const { sim, queues } = world;
  await sim.flush();
  for (let left = MESSAGES_MAX; left > 0; left--) {
    const done = world.handOut("ask", queues.asks.take()) ?? world.handOut("refresh", queues.refreshes.take());
    if (done === undefined) return;
    await Promise.race([done, world.quiet()]); // some wait for a time-out, and are waited for no longer
    if (world.state.violation !== undefined) throw world.state.violation;
  }
  throw new Violation("the copy converges", "the queues never run dry");
}

/** Time passes; messages are handled when they are due, and the timers run each minute. */
async function pass(world: World, ms: number, { timers = true, loseTick = false } = {}): Promise<void> {
  const { time, queues, sim } = world;
  const until = time.now() + ms;
  let lose = loseTick;
  await work(world);
  while (time.now() < until) {
    const minute = timers ? (Math.floor(time.now() / MINUTE_MS) + 1) * MINUTE_MS : until;
    const due = [queues.refreshes.nextAt, queues.asks.nextAt].filter((at) => at !== undefined && at > time.now());
    const onTheWay = sim.subscriptions.notifier.pending > 0 ? [time.now() + SECOND_MS] : [];
    time.advance(Math.min(until, minute, ...due.map(Number), ...onTheWay) - time.now());
    if (timers && time.now() === minute && !lose)
      await world.begin(world.someInstance(), "sweep", undefined, (deps) => handlersOf(deps).sweep());
    if (time.now() === minute) lose = false;
    await work(world);
  }
}

/** Who still works comes to an end, who was stopped stays so; mailboxes and permissions are back. */
async function calm(world: World): Promise<void> {
  const { sim, state, waiting, residents, profile } = world;
  state.troubled = false;
  sim.faults.clear();
  sim.subscriptions.resetKnobs();
  if (profile.drop === 1) sim.subscriptions.setKnobs({ dropProbability: 1 });
  for (const { name } of residents) {
    sim.outlook.removeMailbox(name.mailbox, false);
    sim.outlook.setLicensed(name.mailbox, true);
    sim.outlook.denyAccess(name.mailbox, false);
    sim.outlook.removeCalendar(name.mailbox, name.calendar, false);
  }
  while (waiting.length > 0) {
    for (const { go } of waiting.splice(0)) go();
    await world.quiet();
  }
}

const isWatched = ({ store }: World, { id }: Resident): boolean => (store.peek(id)?.row.watches.length ?? 0) > 0;

/** A calendar as it is answered, over its whole window or some days of it, is the calendar as it is. */
async function isCurrent(world: World, resident: Resident, days = WINDOW_DAYS): Promise<void> {
  const { store, time, policy } = world;
  const row = store.peek(resident.id)?.row;
  const [asOf, snapshot] = [row?.sync.asOf ?? 0, row?.snapshot];
  const told = `${resident.name.calendar} of ${resident.name.mailbox}`;
  if (row === undefined || snapshot === undefined || row.sync.blocked !== undefined)
    throw new Violation("it does so in time", `${told} is not known: ${JSON.stringify(row?.sync)}`);
  const age = time.now() - asOf;
  if (age > policy.reconcileMs + 2 * MINUTE_MS) throw new Violation("it does so in time", `${told} is ${age} ms old`);
  const from = firstMinuteOfDay(asOf) - DAY_MS / MINUTE_MS;
  const count = (days * DAY_MS) / MINUTE_MS;
  const answer = await look(world, resident, { from, count });
  const held = digitsAt(resident.agenda.now, from, count, resident.zone.iana);
  if (answer.view !== held)
    throw new Violation("the copy converges", `${told} shows something else: ${JSON.stringify(row.sync)}`);
}

/** The whole course after the trouble. Every part is one property, or two. */
export async function afterwards(world: World): Promise<void> {
  await calm(world);
  const { residents, store, policy, dice } = world;
  const blocked = residents.filter(({ id }) => store.peek(id)?.row.sync.blocked !== undefined);
  await pass(world, policy.reconcileMs + 2 * MINUTE_MS, { loseTick: dice.chance(0.3) });
  for (const resident of residents)
    if (isWatched(world, resident) && !blocked.includes(resident)) await isCurrent(world, resident);
  if (blocked.length > 0) await pass(world, WITHIN_THE_HOUR_MS - policy.reconcileMs);
  for (const resident of blocked) if (isWatched(world, resident)) await isCurrent(world, resident);
  await restAfterADay(world);
  await repeated(world);
  await burst(world);
  await unwatched(world);
  isPrivate(world);
}

/** What Graph refused for good is asked again daily; the daily look removes what no row names. */
async function restAfterADay(world: World): Promise<void> {
  const { time, store, residents, sim, index } = world;
  await pass(world, 2 * MINUTE_MS);
  time.advance(DAY_MS + HOUR_MS);
  await pass(world, 4 * MINUTE_MS);
  const watched = residents.filter((resident) => isWatched(world, resident));
  const rows = store.rows;
  const told = JSON.stringify(rows.map(({ subscription }) => subscription));
  if (rows.length !== watched.length) throw new Violation("unwatching leaves nothing behind", `${rows.length} rows`);
  const named = rows.map(({ subscription }) => subscription.id).sort();
  const live = sim.subscriptions.live.map(({ id }) => id).sort();
  if (named.includes(undefined) || String(named) !== String(live))
    throw new Violation("one subscription a calendar at rest", `${live.length} live, rows: ${told}`);
  if (String([...index.entries].sort()) !== String(named))
    throw new Violation("one subscription a calendar at rest", "the index names others");
  for (const resident of watched) await isCurrent(world, resident, SOME_DAYS);
  for (const { sync, subscription } of rows)
    if (
      sync.dirty ||
      sync.failures > 0 ||
      sync.crashes > 0 ||
      sync.lease !== undefined ||
      subscription.removing.length > 0
    )
      throw new Violation("the copy converges", `no rest: ${JSON.stringify({ sync, subscription })}`);
}

/** All that was ever said, said again in another order and twice. */
async function repeated(world: World): Promise<void> {
  const { handed, dice, queues, residents, sim, store } = world;
  const before = JSON.stringify(
    store.rows.map(({ snapshot, subscription }) => [snapshot?.contentHash, subscription.id]),
  );
  const asks = handed.filter((message) => "request" in message && message.request !== "look"); // few, among so many
  for (let count = 0; count < REDELIVERED_MAX; count++) {
    const from = asks.length > 0 && count < ASKS_REDELIVERED_MAX ? asks : handed;
    const message = from[dice.below(from.length)];
    if (message !== undefined && "wake" in message) await queues.refresh([{ message }, { message }]);
    if (message !== undefined && "kind" in message) await queues.subscriptions([{ message }]);
  }
  await pass(world, 2 * MINUTE_MS, { timers: false });
  const after = JSON.stringify(
    store.rows.map(({ snapshot, subscription }) => [snapshot?.contentHash, subscription.id]),
  );
  if (before !== after) throw new Violation("duplicates and permutations change nothing", `${before}, then ${after}`);
  if (sim.subscriptions.live.length !== store.rows.length)
    throw new Violation("duplicates and permutations change nothing", "there are other subscriptions");
  for (const resident of residents) if (isWatched(world, resident)) await isCurrent(world, resident, SOME_DAYS);
}

/** n notifications within w seconds cost at most 4 + w / 2 reads, confirmation included; one change at most 2 or 3 [R12]. */
async function burst(world: World): Promise<void> {
  const { sim, dice, time, residents, policy, profile } = world;
  const resident = residents.find((one) => isWatched(world, one));
  if (resident === undefined || profile.drop === 1) return;
  const { name } = resident;
  const copies = dice.below(3);
  const changes = dice.pick([1, 1, 5, 20]);
  sim.subscriptions.setKnobs({ duplicates: copies, reorder: dice.chance(0.5) });
  if (profile.oldViewMs > 0) sim.faults.add({ kind: "oldView", ms: profile.oldViewMs }); // only the confirmation sees it [R8]
  sim.clearLog();
  for (let count = 0; count < changes; count++) {
    world.tell(change(sim, resident, dice, time.now()));
    await pass(world, Math.floor((BURST_SECONDS * SECOND_MS) / changes), { timers: false });
  }
  await pass(world, policy.confirmAfterMs + 2 * policy.minRefreshIntervalMs, { timers: false });
  sim.subscriptions.resetKnobs();
  sim.faults.clear();
  const pages = profile.smallPages ? Number.POSITIVE_INFINITY : 1; // with several pages a read is several requests
  const reads = sim.log.filter(
    ({ operation, mailbox, calendar = "primary" }) =>
      operation === "calendarView" && mailbox === name.mailbox && calendar === name.calendar,
  ).length;
  const seconds = changes === 1 ? 0 : BURST_SECONDS;
  const most = changes === 1 ? (copies === 0 ? 2 : 3) : 4 + (seconds * SECOND_MS) / policy.minRefreshIntervalMs;
  if (reads > most * pages)
    throw new Violation(
      "reads stay within their budget",
      `${reads} reads for ${changes} changes told ${copies + 1} times, ${most} allowed`,
    );
  await isCurrent(world, resident, SOME_DAYS);
}

/** One calendar is given up, and then all. */
async function unwatched(world: World): Promise<void> {
  const { residents, store, sim, index, dice } = world;
  const watched = residents.filter((resident) => isWatched(world, resident));
  const given = watched[dice.below(Math.max(1, watched.length))];
  if (given === undefined) return;
  const mine = store.peek(given.id)?.row.subscription.id;
  const others = (): string =>
    JSON.stringify([
      store.rows.filter(({ name }) => !isSameName(name, given)),
      sim.subscriptions.live.filter(({ id }) => id !== mine),
    ]);
  const before = others();
  await unwatch(world.someInstance().calm, READER.consumer, [{ id: given.id }]);
  await pass(world, 5 * SECOND_MS, { timers: false });
  if (store.peek(given.id) !== undefined) throw new Violation("unwatching leaves nothing behind", "its row is there");
  if (others() !== before) throw new Violation("unwatching touches no other calendar", `${before}, then ${others()}`);
  await unwatch(
    world.someInstance().calm,
    READER.consumer,
    watched.map(({ id }) => ({ id })),
  );
  await pass(world, 5 * SECOND_MS, { timers: false });
  const left = [store.rows.length, sim.subscriptions.live.length, index.entries.length];
  if (left.some((count) => count > 0))
    throw new Violation("unwatching leaves nothing behind", `rows, subscriptions, entries: ${left}`);
}

const isSameName = (name: Resident["name"], other: Resident): boolean =>
  name.mailbox === other.name.mailbox && name.calendar === other.name.calendar;

/** Subjects and Graph's own words nowhere; addresses in rows only, which must know them. */
function isPrivate({ said, lines, store }: World): void {
  const spoken = [...said, ...lines.map((line) => JSON.stringify(line))].join("\n");
  if (spoken.includes(PRIVATE) || store.text.includes(PRIVATE))
    throw new Violation("private words stay private", "a subject was found");
  const named = [ANNA, BEN, "k1."].find((word) => spoken.includes(word));
  if (named !== undefined)
    throw new Violation("private words stay private", `${named} was found in messages, logs or answers`);
}
