/** The Graph door: one request in, one answer out, faults and limits applied. */
import { type Answer, failed, GraphFailure, stamped } from "./answers.js";
import type { Asked } from "./asked.js";
import { type BatchDoor, batch } from "./batch.js";
import { faultAfter, faultBefore } from "./brokenAnswers.js";
import type { Faults, FaultsMet } from "./faults.js";
import { BODY_BYTES_MAX, LOG_MAX } from "./limits.js";
import { readMailbox } from "./mailboxReads.js";
import type { Outlook } from "./outlook.js";
import { mailboxesIn, type Operation, type Route, routeOf } from "./route.js";
import { resourceOf } from "./subscription.js";
import type { Subscriptions } from "./subscriptions.js";
import type { Surroundings } from "./surroundings.js";
import { MailboxLimits } from "./throttle.js";
import type { Tokens } from "./tokens.js";

/** One request at the Graph door. Items of a batch are entries of their own, before the batch. */
export interface RequestEntry {
  /** Epoch milliseconds: when it came, and when it was answered. */
  readonly at: number;
  readonly endedAt: number;
  readonly method: string;
  /** With the query, without the origin. */
  readonly path: string;
  readonly operation: Operation;
  /** 0: the connection broke or the caller gave up. */
  readonly status: number;
  /** As the caller named it. */
  readonly mailbox?: string;
  readonly calendar?: string;
  readonly inBatch: boolean;
}

export interface Parts {
  readonly surroundings: Surroundings;
  readonly outlook: Outlook;
  readonly subscriptions: Subscriptions;
  readonly faults: Faults;
  readonly tokens: Tokens;
}

export class Door {
  /** Oldest first; the oldest go at LOG_MAX. */
  readonly log: RequestEntry[] = [];
  readonly #parts: Parts;
  readonly #batchDoor: BatchDoor;
  readonly #limits = new MailboxLimits();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#batchDoor = {
      single: (item) => this.answer(item, true),
      isSameMailbox: (a, b) => parts.outlook.isSame(a, b),
      surroundings: parts.surroundings,
    };
  }

  /** Rejects only where `fetch` would: the connection breaks, or the caller gives up. */
  async answer(asked: Asked, inBatch = false): Promise<Answer> {
    const at = this.#parts.surroundings.now();
    const route = this.#route(asked);
    try {
      const answer = await this.#faulty(route, asked);
      this.#note(at, asked, route, answer.status, inBatch);
      return stamped(answer, this.#parts.surroundings.random);
    } catch (error) {
      if (error instanceof GraphFailure) {
        this.#note(at, asked, route, error.status, inBatch);
        return failed(error, asked, this.#parts.surroundings);
      }
      this.#note(at, asked, route, 0, inBatch);
      throw error;
    }
  }

  #route({ method, url, text }: Asked): Route {
    const route = routeOf(method, url);
    const { operation, subscription } = route;
    if (operation === "batch") return { ...route, mailboxes: mailboxesIn(text) };
    const mailbox =
      operation === "createSubscription"
        ? resourceOf(resourceIn(text))?.mailbox
        : subscription && this.#parts.subscriptions.find(subscription)?.mailboxId;
    return mailbox === undefined || mailbox === "" ? route : { ...route, mailbox };
  }

  async #faulty(route: Route, asked: Asked): Promise<Answer> {
    const { faults, surroundings, outlook } = this.#parts;
    const work = async () => {
      const met = faults.meet(route);
      const instead = await faultBefore(met, asked, surroundings);
      if (instead !== undefined) return instead;
      this.#parts.tokens.check(asked);
      return faultAfter(met, await this.#operate(route, asked, met));
    };
    if (!MAILBOX_READS.has(route.operation)) return work();
    return this.#limits.guard(outlook.keyOf(route.mailbox ?? ""), surroundings.now(), work);
  }

  async #operate(route: Route, asked: Asked, faults: FaultsMet): Promise<Answer> {
    const { subscriptions, outlook, surroundings } = this.#parts;
    const { text } = asked;
    const id = route.subscription ?? "";
    switch (route.operation) {
      case "calendarView":
      case "calendars":
      case "mailboxSettings":
      case "timeZone":
        return readMailbox(route, asked, faults, outlook, surroundings);
      case "createSubscription":
        return subscriptions.create(asked, parsed(text), faults);
      case "listSubscriptions":
        return subscriptions.list(route.url);
      case "getSubscription":
        return subscriptions.get(id, faults);
      case "renewSubscription":
        return subscriptions.renew(id, parsed(text), faults);
      case "reauthorizeSubscription":
        return subscriptions.reauthorize(id, faults);
      case "deleteSubscription":
        return subscriptions.delete(id, faults);
      case "batch":
        return batch(asked, parsed(text), faults, this.#batchDoor);
      case "unknown":
        throw new GraphFailure(400, "BadRequest", `Resource not found for ${asked.method} ${route.url.pathname}.`);
      default:
        return route.operation satisfies never;
    }
  }

  #note(at: number, { method }: Asked, route: Route, status: number, inBatch: boolean): void {
    const { operation, mailbox, calendar, url } = route;
    const names = { ...(mailbox !== undefined && { mailbox }), ...(calendar !== undefined && { calendar }) };
    const path = url.pathname + url.search;
    const endedAt = this.#parts.surroundings.now();
    this.log.push({ at, endedAt, method, path, operation, status, ...names, inBatch });
    if (this.log.length > LOG_MAX) this.log.splice(0, this.log.length - LOG_MAX);
  }
}

/** Only what reads a mailbox counts against its limits. */
const MAILBOX_READS: ReadonlySet<Operation> = new Set(["calendarView", "calendars", "mailboxSettings", "timeZone"]);

function parsed(text: string): unknown {
  if (text.length > BODY_BYTES_MAX) throw new GraphFailure(413, "RequestEntityTooLarge", "The request is too large.");
  try {
    return JSON.parse(text);
  } catch {
    throw new GraphFailure(400, "BadRequest", "Unable to read JSON request payload.");
  }
}

/** Only to know the mailbox early; the operation itself says what is wrong with the body. */
function resourceIn(text: string): string {
  return /"resource"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? "";
}
