/** One world from its beginning to its end. */
import { watch } from "../../shared/domain/watch.js";
import { afterwards, work } from "./afterwards.js";
import { happen } from "./happenings.js";
import type { Profile } from "./profile.js";
import { READER, Violation } from "./properties.js";
import type { Sometimes } from "./sometimes.js";
import { change } from "./townsfolk.js";
import { openWorld, type World } from "./world.js";

const STEPS = 130;
const TRACE_LINES_MAX = 400;

export interface Life {
  /** What happened, line by line: the same for the same seed. */
  readonly trace: readonly string[];
  readonly violation: Error | undefined;
}

/** Lives through a seed. Never throws: what went wrong is in the result. */
export async function live(seed: number, sometimes: Sometimes, changes: Partial<Profile> = {}): Promise<Life> {
  const world = openWorld(seed, sometimes, changes);
  try {
    await beginning(world);
    for (let count = 0; count < STEPS; count++) await happen(world);
    await afterwards(world);
    return { trace: world.trace, violation: undefined };
  } catch (error) {
    return { trace: world.trace, violation: error instanceof Error ? error : new Error(String(error)) };
  } finally {
    world.sim.stop();
  }
}

/** A few meetings, everybody watched and read; then the trouble begins. */
async function beginning(world: World): Promise<void> {
  const { residents, sim, dice, time, state } = world;
  for (const resident of residents)
    for (let count = dice.below(4); count > 0; count--) change(sim, resident, dice, time.now());
  const requests = residents.map(({ name }) => ({ name, reference: "" }));
  await watch(world.someInstance().calm, READER.consumer, requests);
  await work(world);
  state.troubled = true;
  const { sometimes, profile } = world;
  const knobs = {
    dropProbability: profile.drop,
    duplicates: dice.pick([0, 0, 2]),
    reorder: dice.chance(0.5),
    updatesPerEdit: dice.pick([1, 3]),
    delayMs: { min: 0, max: dice.pick([0, 3_000, 90_000]) },
  };
  const name = (what: string, isOn: boolean): void => (isOn ? sometimes.count(`notifications: ${what}`) : undefined);
  name("drops all", knobs.dropProbability === 1);
  name("drops some", knobs.dropProbability > 0 && knobs.dropProbability < 1);
  name("duplicates", knobs.duplicates > 0);
  name("reorders", knobs.reorder);
  name("delays", knobs.delayMs.max > 0);
  name("repeats edits", knobs.updatesPerEdit > 1);
  if (profile.smallPages) sometimes.count("graph: pages in threes");
  sim.subscriptions.setKnobs(knobs);
}

/** For people: the property, the seed, and what led there. */
export const told = (seed: number, { violation, trace }: Life): string => {
  const what = violation instanceof Violation ? violation.message : String(violation?.stack);
  return `seed ${seed}: ${what}\n${trace.slice(-TRACE_LINES_MAX).join("\n")}`;
};
