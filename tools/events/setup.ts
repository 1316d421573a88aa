/**
 * From a deployed app with the door eventGrid to events that arrive: first subscription, topic, activation, identity,
 * stage two. Each step looks first whether it is done, so the whole can be repeated, and goes on where it ended.
 */
import { type Az, firstLine } from "./azure.js";
import type { Target } from "./target.js";
import { activate, authorizedUntil, giveIdentity, hasIdentity, readTopic, type Topic } from "./topics.js";

export interface SetupDeps {
  readonly az: Az;
  readonly say: (line: string) => void;
  readonly sleep: (ms: number) => Promise<void>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Makes the app watch a calendar, so that it makes its first subscription; absent: somebody else will. */
  readonly watchFirst?: () => Promise<void>;
  /** Stage two, deployed once. */
  readonly deployEvents: (topics: readonly string[], identity: TopicIdentity) => ReturnType<Az>;
}

export type TopicIdentity = Target["identity"] | "None";

export interface Patience {
  /** Looks for a topic, 10 s apart. Graph takes up to 3 minutes from the first subscription. */
  readonly looksMax: number;
}

const LOOK_EVERY_MS = 10_000;
const SETTLE_LOOKS_MAX = 12;
const DEPLOYMENTS_MAX = 4;
/** New rights take minutes to be known everywhere. */
const BETWEEN_DEPLOYMENTS_MS = 60_000;

/** The topics that are set up, of those wanted. Errors: throws in one line that says what to do. */
export async function setUpEvents(deps: SetupDeps, target: Target, patience: Patience): Promise<readonly string[]> {
  await requireAuthorization(deps, target);
  const topics = await waitForTopics(deps, target, patience);
  if (topics.length === 0)
    throw new Error(
      "no partner topic appeared. Look for subscription.failed in the app's log (does its identity have Calendars.Read?), then run this again",
    );
  for (const topic of topics) await ensureActive(deps, target, topic);
  const identities = [];
  for (const topic of topics) identities.push(await ensureIdentity(deps, target, topic));
  await deploy(deps, topics, identities.includes("None") ? "None" : target.identity);
  return topics;
}

async function requireAuthorization({ az, now, say }: SetupDeps, target: Target): Promise<void> {
  const until = await authorizedUntil(az, target);
  if (until === undefined || Date.parse(until) <= now())
    throw new Error(
      `Microsoft Graph may not create partner topics here (${until ?? "never authorized"}); deploy main.bicep again`,
    );
  say(`Microsoft Graph may create partner topics until ${until}`);
}

async function waitForTopics(deps: SetupDeps, target: Target, { looksMax }: Patience): Promise<string[]> {
  const present = async (): Promise<string[]> => {
    const found = [];
    for (const topic of target.topics) if ((await readTopic(deps.az, target, topic)) !== undefined) found.push(topic);
    return found;
  };
  let found = await present();
  if (found.length === 0) await deps.watchFirst?.();
  for (let look = 0; found.length < target.topics.length && look < looksMax; look += 1) {
    const missing = target.topics.filter((topic) => !found.includes(topic)).join(", ");
    if (look === 0)
      deps.say(
        `Waiting for ${missing}: Microsoft Graph creates a topic with the app's first subscription on it. If no calendar is watched yet, watch one now: POST ${target.apiUrl}/watch`,
      );
    await deps.sleep(LOOK_EVERY_MS);
    found = await present();
  }
  for (const topic of found) deps.say(`${topic}: is there`);
  return found;
}

async function ensureActive(deps: SetupDeps, target: Target, topic: string): Promise<void> {
  const isActive = ({ properties }: Topic): boolean => properties.activationState === "Activated";
  const { az, say } = deps;
  const before = await readTopic(az, target, topic);
  if (before !== undefined && isActive(before)) return say(`${topic}: was activated before`);
  await activate(az, target, topic);
  if (!(await settled(deps, target, topic, isActive)))
    throw new Error(`${topic}: activation was accepted but did not happen; run this again`);
  say(`${topic}: activated`);
}

/** "None" where the topic takes none: then only delivery to the function works. Errors: throws where a queue is wanted. */
async function ensureIdentity(deps: SetupDeps, target: Target, topic: string): Promise<TopicIdentity> {
  const { az, say } = deps;
  const has = (found: Topic): boolean => hasIdentity(target, found);
  const before = await readTopic(az, target, topic);
  if (before === undefined || !has(before)) {
    const refusal = await giveIdentity(az, target, topic).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (refusal !== undefined || !(await settled(deps, target, topic, has))) {
      const reason = refusal ?? "it was accepted but does not show";
      if (target.delivery === "function") {
        say(`${topic}: takes no identity (${reason}); events go to the function, without dead letters`);
        return "None";
      }
      throw new Error(
        `${topic}: takes no identity (${reason}), which delivery to a queue needs; deploy main.bicep with eventDelivery function, or with notificationDoor webhook`,
      );
    }
  }
  say(`${topic}: delivers as its ${target.identity === "UserAssigned" ? "user-assigned" : "own"} identity`);
  return target.identity;
}

async function settled(
  deps: SetupDeps,
  target: Target,
  topic: string,
  is: (topic: Topic) => boolean,
): Promise<boolean> {
  for (let look = 0; look < SETTLE_LOOKS_MAX; look += 1) {
    const found = await readTopic(deps.az, target, topic);
    if (found !== undefined && is(found)) return true;
    await deps.sleep(LOOK_EVERY_MS);
  }
  return false;
}

async function deploy(deps: SetupDeps, topics: readonly string[], identity: TopicIdentity): Promise<void> {
  for (let deployment = 1; ; deployment += 1) {
    deps.say(`Deploying events.bicep for ${topics.join(", ")}`);
    const { code, stderr } = await deps.deployEvents(topics, identity);
    if (code === 0) return deps.say("events.bicep is deployed");
    const reason = firstLine(stderr);
    if (deployment === DEPLOYMENTS_MAX)
      throw new Error(
        `events.bicep was not deployed: ${reason}. With eventDelivery function, the code must be deployed first`,
      );
    deps.say(`Not deployed yet (${reason}); new rights may take minutes to be known, so it is tried again`);
    await deps.sleep(BETWEEN_DEPLOYMENTS_MS);
  }
}
