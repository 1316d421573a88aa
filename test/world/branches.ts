/** Which branches of the refresh decision a world has come through, judged from what the decisions were given and left. */
import { addressIdOf, addressOf } from "../../shared/domain/addresses.js";
import { admit } from "../../shared/domain/admit.js";
import type { ClientStateKey } from "../../shared/domain/clientState.js";
import { believable } from "../../shared/domain/due.js";
import type { RefreshMessage, SubscriptionMessage } from "../../shared/domain/messages.js";
import type { Policy } from "../../shared/domain/policy.js";
import type { CalendarRow } from "../../shared/domain/row.js";
import { nextStep } from "../../shared/domain/subscription.js";
import { type EpochMs, latest } from "../../shared/domain/time.js";
import type { Worker } from "./instance.js";
import type { Sometimes } from "./sometimes.js";

export const BRANCHES = [
  ...["notWatched", "covered", "notDue", "beingRead", "noted"].map((why) => `admit: drop, ${why}`),
  ...["defer and wake", "defer", "read", "read alone", "read under own lease"].map((kind) => `admit: ${kind}`),
  ...["read", "blocked", "transient", "throttled"].map((outcome) => `settle: ${outcome}`),
  ...["heard meanwhile", "the lease is lost", "recovered"].map((what) => `settle: ${what}`),
  ...["a crash is met", "the lease is extended", "several pages"].map((what) => `read: ${what}`),
  ...["nothing", "create", "renew", "delete", "retire", "removeRow"].map((kind) => `subscription: ${kind}`),
] as const;

export interface Surroundings {
  readonly now: EpochMs;
  readonly policy: Policy;
  readonly key: ClientStateKey;
  /** Where subscriptions notify. */
  readonly addresses: readonly string[];
}

/** What a worker will decide of the row that it has just been given; asked a second time, since decisions are pure. */
export function decisionSeen(
  sometimes: Sometimes,
  worker: Worker,
  stored: CalendarRow | undefined,
  { now, policy, key, addresses }: Surroundings,
): void {
  const { message, token = "" } = worker;
  const row = stored && believable(stored, policy, now);
  if (worker.kind === "refresh" && message !== undefined && "wake" in message)
    sometimes.count(refreshDecision(worker, row, message, token, now, policy));
  if (worker.kind === "ask" && row !== undefined && isSubscription(message)) {
    const addressId = addressIdOf(addressOf(message.calendar, addresses));
    const occasion = { now: latest(now, message.at), token, key, addressId };
    sometimes.count(`subscription: ${nextStep(row, occasion, policy).kind}`);
  }
}

const isSubscription = (
  message: Worker["message"],
): message is Extract<SubscriptionMessage, { kind: "subscription" }> =>
  message !== undefined && "kind" in message && message.kind === "subscription";

function refreshDecision(
  worker: Worker,
  row: CalendarRow | undefined,
  { wake }: RefreshMessage,
  token: string,
  now: EpochMs,
  policy: Policy,
): string {
  if (worker.asked) {
    if (row?.sync.lease?.token === token) return "settle: under own lease";
    return row?.sync.settledBy === token ? "settle: written before" : "settle: the lease is lost";
  }
  const admission = admit(row, { wake, token, now, fraction: 0.5 }, policy);
  if (admission.kind === "drop") return `admit: drop, ${admission.why}`;
  if (admission.kind === "defer") return admission.wakeAt === undefined ? "admit: defer" : "admit: defer and wake";
  if (admission.row === undefined) return "admit: read under own lease";
  return admission.alone ? "admit: read alone" : "admit: read";
}

/** What a write of the row tells. */
export function writeSeen(sometimes: Sometimes, before: CalendarRow | undefined, after: CalendarRow | undefined): void {
  if (before === undefined || after === undefined) return;
  const [old, lease] = [before.sync.lease, after.sync.lease];
  if (after.sync.crashes > before.sync.crashes) sometimes.count("read: a crash is met");
  if (old !== undefined && lease?.token === old.token && lease.until !== old.until)
    sometimes.count("read: the lease is extended");
  if (old === undefined || lease !== undefined || after.sync.settledBy !== old.token) return;
  sometimes.count(`settle: ${after.sync.lastRead?.outcome}`);
  if ((after.sync.lastRead?.pages ?? 0) > 2) sometimes.count("read: several pages");
  if (after.sync.dirty && after.sync.lastRead?.outcome === "read") sometimes.count("settle: heard meanwhile");
  if (before.sync.blocked !== undefined && after.sync.blocked === undefined) sometimes.count("settle: recovered");
}
