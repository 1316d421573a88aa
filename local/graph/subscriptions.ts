/** The subscriptions and their operations. https://learn.microsoft.com/graph/api/resources/subscription */
import { type Answer, GraphFailure, json, NO_CONTENT } from "./answers.js";
import type { Asked } from "./asked.js";
import type { FaultsMet } from "./faults.js";
import { type HandshakeKnobs, shakeHands } from "./handshake.js";
import { parseInput, SimulatorInputError } from "./inputError.js";
import {
  SUBSCRIPTION_GET_MAX,
  SUBSCRIPTION_LIST_MAX,
  SUBSCRIPTION_MINUTES_MAX,
  SUBSCRIPTION_PAGE_SIZE,
  SUBSCRIPTION_RATE_WINDOW_MS,
  SUBSCRIPTION_REAUTHORIZE_MAX,
  SUBSCRIPTION_WRITES_MAX,
  SUBSCRIPTIONS_PER_MAILBOX_MAX,
} from "./limits.js";
import { isOpen } from "./mailbox.js";
import {
  changeItem,
  type KnobChanges,
  LIFECYCLE_EVENTS,
  type LifecycleEvent,
  lifecycleItem,
  NotificationKnobs,
  PROMPT,
} from "./notification.js";
import { Notifier } from "./notifier.js";
import type { Change, Outlook } from "./outlook.js";
import { preferences } from "./prefer.js";
import { subscribable } from "./subscribable.js";
import { grantedExpiry, type Payload, parsePayload, type Subscription, shownSubscription } from "./subscription.js";
import { guid, type Surroundings } from "./surroundings.js";
import { Rate } from "./throttle.js";

export class Subscriptions {
  readonly handshake: HandshakeKnobs = { spaces: "plus", times: 1, onRenewal: false };
  readonly notifier: Notifier;
  readonly #surroundings: Surroundings;
  readonly #outlook: () => Outlook;
  readonly #all = new Map<string, Subscription>();
  readonly #rates = {
    write: new Rate(SUBSCRIPTION_WRITES_MAX, SUBSCRIPTION_RATE_WINDOW_MS),
    reauthorize: new Rate(SUBSCRIPTION_REAUTHORIZE_MAX, SUBSCRIPTION_RATE_WINDOW_MS),
    get: new Rate(SUBSCRIPTION_GET_MAX, SUBSCRIPTION_RATE_WINDOW_MS),
    list: new Rate(SUBSCRIPTION_LIST_MAX, SUBSCRIPTION_RATE_WINDOW_MS),
  };
  #usualKnobs: NotificationKnobs = PROMPT;
  #knobs: NotificationKnobs = PROMPT;

  constructor(surroundings: Surroundings, outlook: () => Outlook) {
    this.#surroundings = surroundings;
    this.#outlook = outlook;
    this.notifier = new Notifier(surroundings, () => this.#knobs);
  }

  /** How notifications behave now. */
  get knobs(): NotificationKnobs {
    return this.#knobs;
  }

  /** Changes the named knobs, keeps the others. */
  setKnobs(changes: KnobChanges): NotificationKnobs {
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    this.#knobs = parseInput(NotificationKnobs, { ...this.#knobs, ...given });
    return this.#knobs;
  }

  /** Changes the named knobs, also for when they are reset: where Event Grid's events go, say. */
  setUsualKnobs(changes: KnobChanges): void {
    this.resetKnobs();
    this.#usualKnobs = this.setKnobs(changes);
  }

  /** All knobs as they were at the start. */
  resetKnobs(): void {
    this.#knobs = this.#usualKnobs;
  }

  /** The live ones. The expired are gone without a word. */
  get live(): readonly Subscription[] {
    const now = this.#surroundings.now();
    for (const { id, expiresAt } of this.#all.values()) if (expiresAt <= now) this.#all.delete(id);
    return [...this.#all.values()];
  }

  /** A live one. */
  find(id: string): Subscription | undefined {
    const found = this.#all.get(id);
    return found === undefined || found.expiresAt <= this.#surroundings.now() ? undefined : found;
  }

  async create({ headers }: Asked, body: unknown, faults: FaultsMet): Promise<Answer> {
    this.#rates.write.count(this.#surroundings.now());
    const payload = parsePayload(body);
    const target = subscribable(this.#outlook(), payload.resource, "Create", faults);
    const ofMailbox = this.live.filter(({ mailboxId }) => mailboxId === target.mailboxId);
    if (ofMailbox.length >= SUBSCRIPTIONS_PER_MAILBOX_MAX) throw overQuota();
    if (faults.get("conflict") !== undefined && ofMailbox.some((other) => isEqual(other, payload))) throw conflict();
    // The expiry is judged before the endpoint is asked, and counted from the moment of the request.
    const expiresAt = this.#expiry(payload.expirationDateTime, faults);
    for (const url of endpoints(payload)) await shakeHands(url, this.handshake, this.#surroundings);
    const subscription = { ...stored(payload), ...target, id: guid(this.#surroundings.random), expiresAt };
    const immutableIds = preferences(headers).immutableIds;
    this.#all.set(subscription.id, { ...subscription, immutableIds });
    if (faults.get("createdYet503") !== undefined) throw new GraphFailure(503, "UnknownError", "");
    return json(201, this.#entity(subscription.id, subscription.clientState));
  }

  list(url: URL): Answer {
    this.#rates.list.count(this.#surroundings.now());
    const options = [...url.searchParams.keys()].filter((name) => name !== "$skiptoken");
    if (options.length > 0) throw new GraphFailure(400, "BadRequest", "Query options are not supported.");
    const from = Number(url.searchParams.get("$skiptoken") ?? 0);
    const all = this.live;
    const { baseUrl } = this.#surroundings;
    const next = from + SUBSCRIPTION_PAGE_SIZE;
    return json(200, {
      "@odata.context": `${baseUrl()}/v1.0/$metadata#subscriptions`,
      value: all.slice(from, next).map((subscription) => shownSubscription(subscription)),
      ...(next < all.length && { "@odata.nextLink": `${baseUrl()}/v1.0/subscriptions?%24skiptoken=${next}` }),
    });
  }

  get(id: string, faults: FaultsMet): Answer {
    this.#rates.get.count(this.#surroundings.now());
    this.#existing(id, faults);
    return json(200, this.#entity(id, null));
  }

  /** PATCH: renews and reauthorizes. */
  async renew(id: string, body: unknown, faults: FaultsMet): Promise<Answer> {
    this.#rates.write.count(this.#surroundings.now());
    const subscription = this.#existing(id, faults);
    const asked = expirationOnly(body);
    const expiresAt = this.#expiry(asked, faults);
    subscribable(this.#outlook(), subscription.resource, "Update", faults);
    if (this.handshake.onRenewal) await shakeHands(subscription.notificationUrl, this.handshake, this.#surroundings);
    subscription.expiresAt = expiresAt;
    return json(200, this.#entity(id, null));
  }

  reauthorize(id: string, faults: FaultsMet): Answer {
    this.#rates.reauthorize.count(this.#surroundings.now());
    this.#existing(id, faults);
    return NO_CONTENT;
  }

  delete(id: string, faults: FaultsMet): Answer {
    this.#rates.write.count(this.#surroundings.now());
    this.#all.delete(this.#existing(id, faults).id);
    return NO_CONTENT;
  }

  /** Takes a subscription away without a word to anyone. */
  remove(id: string): void {
    if (!this.#all.delete(id)) throw new SimulatorInputError("id", `there is no subscription "${id}"`);
  }

  /** Sends a lifecycle notification; `subscriptionRemoved` also removes. */
  sendLifecycle(id: string, kind: LifecycleEvent): void {
    const subscription = this.find(id);
    if (subscription === undefined) throw new SimulatorInputError("id", `there is no subscription "${id}"`);
    if (!LIFECYCLE_EVENTS.includes(kind))
      throw new SimulatorInputError("event", `is one of ${LIFECYCLE_EVENTS.join()}`);
    const url = subscription.lifecycleNotificationUrl ?? subscription.notificationUrl;
    // Without its own URL only these two were ever sent to the notification URL (documented in 2019).
    const isSent = subscription.lifecycleNotificationUrl !== null || kind !== "reauthorizationRequired";
    if (isSent) this.notifier.enqueue(url, lifecycleItem(subscription, kind, this.#knobs));
    if (kind === "subscriptionRemoved") this.#all.delete(id);
  }

  /** Tells whoever has subscribed. `users/{id}/events` hears of the default calendar only. */
  changed(change: Change): void {
    if (!isOpen(change.mailbox) || change.calendar.removed) return;
    const kinds = this.#kinds(change.kind);
    for (const subscription of this.live) {
      if (subscription.mailboxId !== change.mailbox.id || subscription.calendarId !== change.calendar.id) continue;
      for (const kind of kinds) {
        if (!subscription.changeType.split(",").includes(kind)) continue;
        const sparse = this.#surroundings.random() < this.#knobs.sparseProbability;
        this.notifier.enqueue(
          subscription.notificationUrl,
          changeItem(subscription, change, kind, sparse, this.#knobs),
        );
      }
    }
  }

  #kinds(kind: Change["kind"]): Change["kind"][] {
    if (kind === "created") return this.#knobs.createdAndUpdated ? ["created", "updated"] : ["created"];
    return kind === "updated" ? Array.from({ length: this.#knobs.updatesPerEdit }, () => kind) : [kind];
  }

  #existing(id: string, faults: FaultsMet): Subscription {
    const found = faults.get("earlyNotFound") === undefined ? this.find(id) : undefined;
    if (found === undefined) throw new GraphFailure(404, "ResourceNotFound", "The object was not found.");
    return found;
  }

  #expiry(asked: string, faults: FaultsMet): number {
    const most = faults.get("lifetimeMaximum")?.minutes ?? SUBSCRIPTION_MINUTES_MAX;
    return grantedExpiry(asked, this.#surroundings.now(), most, faults.get("grantedShorter")?.minutes ?? 0);
  }

  #entity(id: string, clientState: string | null) {
    const context = `${this.#surroundings.baseUrl()}/v1.0/$metadata#subscriptions/$entity`;
    const subscription = this.#all.get(id);
    return { "@odata.context": context, ...(subscription && shownSubscription(subscription, clientState)) };
  }
}

/** Equal URLs are asked twice, once for each field. */
const endpoints = ({ notificationUrl, lifecycleNotificationUrl }: Payload): string[] =>
  lifecycleNotificationUrl ? [notificationUrl, lifecycleNotificationUrl] : [notificationUrl];

const stored = ({ resource, changeType, notificationUrl, lifecycleNotificationUrl, clientState }: Payload) => ({
  resource,
  changeType,
  notificationUrl,
  lifecycleNotificationUrl: lifecycleNotificationUrl ?? null,
  clientState: clientState ?? null,
});

const isEqual = (subscription: Subscription, { changeType, resource }: Payload): boolean =>
  subscription.changeType === changeType && subscription.resource === resource;

/** The URL fields cannot be added or changed by PATCH. */
function expirationOnly(body: unknown): string {
  const fields = typeof body === "object" && body !== null ? new Map<string, unknown>(Object.entries(body)) : new Map();
  const asked: unknown = fields.get("expirationDateTime");
  if (fields.size === 1 && typeof asked === "string") return asked;
  throw new GraphFailure(400, "InvalidRequest", "Only expirationDateTime can be updated.");
}

const overQuota = () =>
  new GraphFailure(
    403,
    "QuotaExceeded",
    `Subscription limit of ${SUBSCRIPTIONS_PER_MAILBOX_MAX} reached for the mailbox.`,
  );

const conflict = () =>
  new GraphFailure(409, "ResourceConflict", "Subscription Id already exists for the requested combination");
