/** Graph's subscriptions: created, renewed, deleted, listed. Source: https://learn.microsoft.com/graph/api/resources/subscription */
import * as z from "zod";
import { type Addresses, addressOf, isAmong } from "../../domain/addresses.js";
import { type CalendarName, calendarIdOf } from "../../domain/calendarId.js";
import { INTENT_MS } from "../../domain/policy.js";
import type {
  GrantedSubscription,
  ListedSubscription,
  SubscriptionFailure,
  SubscriptionGraph,
  SubscriptionPage,
} from "../../domain/ports.js";
import { MINUTE_MS, parseRfc3339, SECOND_MS } from "../../domain/time.js";
import type { GraphAnswer, GraphClient, NoAnswer } from "./graphClient.js";
import { detailOf, errorOf } from "./graphErrors.js";
import { calendarOf, pathOfLink, resourceOf } from "./graphPaths.js";
import { changeFailure, creationFailure } from "./subscriptionErrors.js";

/** Just under the 10,080 that Graph grants for Outlook events. */
export const LIFETIME_MINUTES = 10_065;
const LIFETIME_SPARE_MINUTES = 15;
/** One POST: Graph's handshake with us happens inside it. */
const CREATE_MS = 60 * SECOND_MS;
/** All requests of a creation, a second POST and a twin's removal among them [S7]. */
const CREATION_MS = INTENT_MS - 30 * SECOND_MS;
const CALL_MS = 20 * SECOND_MS;
/** Pages searched for the one that a 409 speaks of. */
const CONFLICT_PAGES_MAX = 10;
const ONLY_MINUTES_AHEAD = /can only be (\d{1,6}) minutes/i;

const Granted = z.object({ id: z.string().min(1).max(256), expirationDateTime: z.string() });
const ListBody = z.object({
  value: z.array(z.object({ id: z.string(), resource: z.string().nullish(), notificationUrl: z.string().nullish() })),
  "@odata.nextLink": z.string().nullish(),
});

export interface GraphSubscriptionsOptions {
  readonly addresses: Addresses;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export class GraphSubscriptions implements SubscriptionGraph {
  readonly addresses: Addresses;
  readonly #client: GraphClient;
  readonly #now: () => number;

  constructor(client: GraphClient, { addresses, now }: GraphSubscriptionsOptions) {
    this.addresses = addresses;
    this.#client = client;
    this.#now = now;
  }

  async create(name: CalendarName, clientState: string): Promise<GrantedSubscription | SubscriptionFailure> {
    const notificationUrl = addressOf(calendarIdOf(name), this.addresses.used);
    const endsAt = this.#now() + CREATION_MS;
    const answer = await this.#lifetimes((expirationDateTime) =>
      this.#client.send({
        method: "POST",
        path: "/subscriptions",
        tenantId: name.tenantId,
        timeoutMs: Math.min(CREATE_MS, endsAt - this.#now()),
        headers: { Prefer: 'IdType="ImmutableId"' },
        body: {
          changeType: "created,updated,deleted",
          notificationUrl,
          lifecycleNotificationUrl: notificationUrl,
          resource: resourceOf(name),
          expirationDateTime,
          clientState,
        },
      }),
    );
    if (answer.kind === "answer" && answer.status === 409) await this.#removeTwin(name, endsAt);
    return grantedBy(answer) ?? creationFailure(answer, this.#now());
  }

  async renew({ tenantId }: CalendarName, id: string): Promise<GrantedSubscription | SubscriptionFailure> {
    const path = pathOfSubscription(id);
    const answer = await this.#lifetimes((expirationDateTime) =>
      this.#client.send({ method: "PATCH", path, tenantId, timeoutMs: CALL_MS, body: { expirationDateTime } }),
    );
    return grantedBy(answer) ?? changeFailure(answer, this.#now());
  }

  async remove(
    tenantId: string,
    id: string,
    timeoutMs = CALL_MS,
  ): Promise<{ readonly kind: "removed" } | SubscriptionFailure> {
    const path = pathOfSubscription(id);
    const answer = await this.#client.send({ method: "DELETE", path, tenantId, timeoutMs });
    if (answer.kind === "answer" && (answer.status < 300 || answer.status === 404)) return { kind: "removed" };
    return changeFailure(answer, this.#now());
  }

  async list(tenantId: string, page = "/subscriptions", timeoutMs = CALL_MS): Promise<SubscriptionPage | "denied"> {
    const answer = await this.#client.send({ method: "GET", path: page, tenantId, timeoutMs });
    if (answer.kind === "none" && answer.denied) return "denied";
    const body = answer.kind === "answer" && answer.status === 200 ? ListBody.safeParse(answer.body) : undefined;
    if (!body?.success)
      throw new Error(`Graph gave no list: ${answer.kind === "none" ? answer.detail : detailOf(answer)}`);
    const subscriptions = body.data.value.map((one) => listed(tenantId, one));
    const link = body.data["@odata.nextLink"];
    const next = link ? pathOfLink(link, this.#client.baseUrl) : undefined;
    return next === undefined ? { subscriptions } : { subscriptions, next };
  }

  /** Graph says how much longer it would have granted, once. */
  async #lifetimes(
    ask: (expirationDateTime: string) => Promise<GraphAnswer | NoAnswer>,
  ): Promise<GraphAnswer | NoAnswer> {
    const answer = await ask(this.#minutesAhead(LIFETIME_MINUTES));
    const message = answer.kind === "answer" && answer.status === 400 ? errorOf(answer.body).message : "";
    const [, minutes] = ONLY_MINUTES_AHEAD.exec(message) ?? [];
    return minutes === undefined ? answer : ask(this.#minutesAhead(Number(minutes) - LIFETIME_SPARE_MINUTES));
  }

  #minutesAhead(minutes: number): string {
    return new Date(this.#now() + minutes * MINUTE_MS).toISOString();
  }

  /**
   * A 409 means that one of ours is there already, of an answer that was lost or of another key. It goes, so that the next
   * try makes one that the row names. One that is not found by `endsAt` is met again by the next try.
   */
  async #removeTwin(name: CalendarName, endsAt: number): Promise<void> {
    const leftMs = (): number => Math.min(CALL_MS, endsAt - this.#now());
    const calendar = calendarIdOf(name);
    let page: string | undefined;
    for (let pages = 0; pages < CONFLICT_PAGES_MAX && leftMs() > 0; pages++) {
      const listed = await this.list(name.tenantId, page, leftMs()).catch(() => NO_PAGE);
      const { subscriptions, next } = listed === "denied" ? NO_PAGE : listed;
      const twin = subscriptions.find(
        (one) => isAmong(one.notificationUrl, this.addresses.own) && one.calendar === calendar,
      );
      if (twin !== undefined) await this.remove(name.tenantId, twin.id, leftMs());
      if (twin !== undefined || next === undefined) return;
      page = next;
    }
  }
}

/** Where there is no list, the next try meets the 409 again. */
const NO_PAGE: SubscriptionPage = { subscriptions: [] };

const pathOfSubscription = (id: string): string => `/subscriptions/${encodeURIComponent(id)}`;

/** The granted expiry counts, not the one that was asked for [S2]. */
function grantedBy(answer: GraphAnswer | NoAnswer): GrantedSubscription | undefined {
  if (answer.kind === "none" || (answer.status !== 201 && answer.status !== 200)) return undefined;
  const granted = Granted.safeParse(answer.body);
  const expiresAt = granted.success ? parseRfc3339(granted.data.expirationDateTime) : undefined;
  return granted.success && expiresAt !== undefined ? { kind: "granted", id: granted.data.id, expiresAt } : undefined;
}

const listed = (tenantId: string, one: z.infer<typeof ListBody>["value"][number]): ListedSubscription => ({
  id: one.id,
  calendar: calendarOf(tenantId, one.resource ?? ""),
  notificationUrl: one.notificationUrl ?? "",
});
