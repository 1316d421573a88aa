/** A subscription message handled: step by step until nothing is left to do, every step safe to lose or to repeat. */
import { addressIdOf, addressOf } from "./addresses.js";
import type { CalendarId } from "./calendarId.js";
import { amendRow, changeRow } from "./change.js";
import { signClientState } from "./clientState.js";
import type { Deps } from "./deps.js";
import type { RefreshCause, SubscriptionMessage } from "./messages.js";
import type { GrantedSubscription, SubscriptionFailure } from "./ports.js";
import { backOffMs } from "./retry.js";
import type { CalendarRow } from "./row.js";
import { asked, forgotten, granted, haveEnded, nextStep, retired, type Step, troubled } from "./subscription.js";
import { HOUR_MS, latest } from "./time.js";
import { notifiedMessages } from "./wakes.js";

/** Retire, create, renew and a row's whole list of deletions; what is left is due and found by the next sweep. */
const STEPS_MAX = 24;

type Message = Extract<SubscriptionMessage, { kind: "subscription" }>;

/** Does what the row's subscription needs [S1-S7]. Graph's failures are on the row; throws only for storage. */
export async function tendSubscription(deps: Deps, message: Message): Promise<void> {
  const token = deps.random.token();
  if (message.request !== "look") await amendRow(deps, message.calendar, (row, now) => asked(row, message, now));
  for (let steps = 0; steps < STEPS_MAX; steps++) {
    const { step, row } = await decide(deps, message, token);
    if (step.kind === "nothing" || step.kind === "removeRow" || row === undefined) return;
    if (step.kind === "create" && !(await create(deps, message.calendar, row, token))) return;
    if (step.kind === "renew") await renew(deps, message.calendar, row, step.subscriptionId);
    if (step.kind === "delete" && !(await remove(deps, message.calendar, row, step.subscriptionId))) return;
  }
}

interface Decided {
  readonly step: Step;
  readonly row: CalendarRow | undefined;
}

/** The next step; what it needs on the row first is written. */
function decide(deps: Deps, message: Message, token: string): Promise<Decided> {
  const key = deps.keys.current;
  const addressId = addressIdFor(deps, message.calendar);
  return changeRow<Decided>(deps, message.calendar, (row, clock) => {
    if (row === undefined) return { result: { step: { kind: "nothing" }, row } };
    const step = nextStep(row, { now: latest(clock, message.at), token, key, addressId }, deps.policy);
    if (step.kind === "removeRow") return { result: { step, row }, remove: true };
    const next = "row" in step ? step.row : undefined;
    return next === undefined ? { result: { step, row } } : { result: { step, row: next }, row: next };
  });
}

/** Whether it is known what came of it. If not, the intent stays, and nobody creates before its end [S7]. */
async function create(deps: Deps, id: CalendarId, row: CalendarRow, token: string): Promise<boolean> {
  const key = deps.keys.current;
  await deps.index.putTenant(row.name.tenantId); // before there can be one: what nobody records is looked for there [S1]
  const answer = await deps.subscriptions.create(row.name, signClientState(id, key));
  if (answer.kind === "ambiguous") {
    note(deps, id, answer);
    return false;
  }
  if (answer.kind !== "granted") {
    await fail(deps, id, answer, token);
    return true;
  }
  await deps.index.put(answer.id, id);
  if (await record(deps, id, answer, token)) {
    deps.log({ event: "subscription.created", calendar: id, door: deps.policy.door });
    await lookAfterwards(deps, id, "subscribed");
  } else {
    await deps.subscriptions.remove(row.name.tenantId, answer.id); // somebody else's turn by now: leave no second one
    await deps.index.remove(answer.id);
  }
  return true;
}

/** Only the intent's owner records the id; a row that names it already is our own write whose answer was lost [S7]. */
function record(deps: Deps, id: CalendarId, { id: subscriptionId, expiresAt }: GrantedSubscription, token: string) {
  return changeRow<boolean>(deps, id, (row, now) => {
    if (row?.subscription.id === subscriptionId) return { result: true };
    if (row?.subscription.intent?.token !== token || row.unreadable === "watches") return { result: false };
    const made = { keyId: deps.keys.current.id, addressId: addressIdFor(deps, id) };
    return { result: true, row: granted(row, { id: subscriptionId, ...made, grantedAt: now, expiresAt }) };
  });
}

async function renew(deps: Deps, id: CalendarId, row: CalendarRow, subscriptionId: string): Promise<void> {
  const answer = await deps.subscriptions.renew(row.name, subscriptionId);
  if (answer.kind === "gone") return forgetGone(deps, id, subscriptionId);
  if (answer.kind !== "granted") return fail(deps, id, answer);
  await amendRow(deps, id, (current, now) =>
    current.subscription.id === subscriptionId
      ? granted(current, { id: subscriptionId, grantedAt: now, expiresAt: answer.expiresAt })
      : undefined,
  );
  deps.log({ event: "subscription.renewed", calendar: id });
}

/** Gone even if a list still shows it: the next step creates another, and what changed in between is read again [S3]. */
async function forgetGone(deps: Deps, id: CalendarId, subscriptionId: string): Promise<void> {
  await amendRow(deps, id, (row) => (row.subscription.id === subscriptionId ? retired(row) : undefined));
  deps.log({ event: "subscription.recreated", calendar: id });
}

/** Whether the subscription is gone from Graph and from the row; with all others, where all must have ended. */
async function remove(deps: Deps, id: CalendarId, row: CalendarRow, subscriptionId: string): Promise<boolean> {
  const answer = await deps.subscriptions.remove(row.name.tenantId, subscriptionId);
  const isDeleted = answer.kind === "removed" || answer.kind === "gone";
  if (!isDeleted && !haveEnded(row, deps.clock.now())) {
    await fail(deps, id, answer);
    return false;
  }
  const gone = isDeleted ? [subscriptionId] : row.subscription.removing;
  for (const one of gone) await deps.index.remove(one);
  await amendRow(deps, id, (current) => forgotten(current, gone));
  deps.log({ event: "subscription.removed", calendar: id });
  return true;
}

/** Puts the failure and the time of the next try on the row; with a token only while the intent is ours. */
async function fail(deps: Deps, id: CalendarId, failure: SubscriptionFailure, token?: string): Promise<void> {
  const fraction = deps.random.fraction();
  await amendRow(deps, id, (row, now) => {
    const isOurs = token === undefined || row.subscription.intent?.token === token;
    if (!isOurs) return undefined;
    const asked = "retryAfterSeconds" in failure ? (failure.retryAfterSeconds ?? 0) * 1_000 : 0;
    const delayMs = Math.min(Math.max(asked, backOffMs(row.subscription.failures + 1, fraction, HOUR_MS)), HOUR_MS);
    return troubled(row, failure, now, delayMs);
  });
  note(deps, id, failure);
}

const addressIdFor = ({ subscriptions }: Deps, id: CalendarId): string =>
  addressIdOf(addressOf(id, subscriptions.addresses.used));

const note = (deps: Deps, id: CalendarId, { kind, detail }: SubscriptionFailure): void =>
  deps.log({ event: "subscription.failed", calendar: id, outcome: kind, detail });

/** What changed before the subscription was there told nobody [S4]; counts as a notification, with its confirmation [R8]. */
const lookAfterwards = (deps: Deps, id: CalendarId, cause: RefreshCause): Promise<void> =>
  deps.queues.refresh(notifiedMessages([id], deps.clock.now(), cause, deps.policy));
