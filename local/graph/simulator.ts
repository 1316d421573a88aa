/** Microsoft Graph, as far as a calendar cache meets it: mailboxes, calendar views, subscriptions, notifications. */
import { type Answer, responseOf } from "./answers.js";
import { askedOf } from "./asked.js";
import { zoneOfDays } from "./calendarView.js";
import { Door, type RequestEntry } from "./door.js";
import { instancesWithin } from "./expand.js";
import { Faults } from "./faults.js";
import { eventsAt } from "./mailbox.js";
import { Outlook } from "./outlook.js";
import { Subscriptions } from "./subscriptions.js";
import { realSleep, type Surroundings, seededRandom } from "./surroundings.js";
import { Tokens } from "./tokens.js";

export interface SimulatorOptions {
  /** Epoch milliseconds; `clock.advance` adds to it. */
  readonly now?: () => number;
  /** 0 ≤ x < 1; the default is seeded, so that runs repeat. */
  readonly random?: () => number;
  /** Origin used in links. */
  readonly baseUrl?: string;
  /** How handshakes and notifications go out. Default: the global fetch. The simulator's own 10 s limits hold for both. */
  readonly deliver?: (request: Request, signal: AbortSignal) => Promise<Response>;
  /** Should end early when the signal is aborted. Default: a timer that keeps no process alive. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** One busy time as it really is. Epoch milliseconds; of all-day events also the dates, the end exclusive. */
export interface TrueBlock {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly status: string;
  readonly allDay: boolean;
  readonly dates?: { readonly start: string; readonly end: string };
}

/** The signal stands beside the request: one within it costs more than all the rest of a request that never leaves. */
const overNetwork = (request: Request, signal: AbortSignal): Promise<Response> => fetch(request, { signal });

export class GraphSimulator {
  /** The mailboxes: add, change, delete. */
  readonly outlook: Outlook;
  /** What goes wrong at the Graph door. */
  readonly faults: Faults;
  /** Live subscriptions, the knobs of notifications and handshakes, lifecycle notifications. */
  readonly subscriptions: Subscriptions;
  /** Whether tokens are demanded, and their expiry. */
  readonly tokens = new Tokens();
  readonly clock: { readonly now: () => number; readonly advance: (ms: number) => void };
  readonly #door: Door;
  #baseUrl: string;
  #offsetMs = 0;

  constructor(options: SimulatorOptions = {}) {
    const { now = Date.now, random = seededRandom(1), deliver = overNetwork, sleep = realSleep } = options;
    this.#baseUrl = options.baseUrl ?? "https://graph.microsoft.com";
    const surroundings: Surroundings = {
      now: () => now() + this.#offsetMs,
      random,
      sleep,
      deliver,
      baseUrl: () => this.#baseUrl,
    };
    this.outlook = new Outlook(surroundings.now, random, (change) => this.subscriptions.changed(change));
    this.subscriptions = new Subscriptions(surroundings, () => this.outlook);
    this.faults = new Faults(surroundings.now, random, (a, b) => this.outlook.isSame(a, b));
    this.clock = { now: surroundings.now, advance: (ms) => this.#advance(ms) };
    const { outlook, subscriptions, faults, tokens } = this;
    this.#door = new Door({ surroundings, outlook, subscriptions, faults, tokens });
  }

  /** The Graph door, in the shape of the global fetch. Any origin; paths begin with /v1.0/. */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
    responseOf(await this.answer(input, init));

  /** The same for whoever wants the answer's text at once. */
  async answer(input: string | URL | Request, init?: RequestInit): Promise<Answer> {
    return this.#door.answer(await askedOf(input, init));
  }

  /** The latest requests at the Graph door, oldest first. */
  get log(): readonly RequestEntry[] {
    return this.#door.log;
  }

  clearLog(): void {
    this.#door.log.length = 0;
  }

  /** Links carry this origin from now on. */
  useBaseUrl(baseUrl: string): void {
    this.#baseUrl = baseUrl;
  }

  /**
   * What the calendar really holds between two instants, expanded and sorted by start, at the instant `asAt` (now if
   * absent). No paging, no fault, no old view. Free, cancelled and declined events are left out.
   */
  truth(mailbox: string, calendar: string, start: number, end: number, asAt = this.clock.now()): TrueBlock[] {
    const zone = zoneOfDays(this.outlook.mailbox(mailbox));
    const events = eventsAt(this.outlook.calendar(mailbox, calendar), asAt);
    return instancesWithin(events.values(), zone, start, end)
      .filter(({ event }) => !event.isCancelled && event.response !== "declined" && event.showAs !== "free")
      .map(({ id, start: from, end: to, dates, event }) => ({
        id,
        start: from,
        end: to,
        status: event.showAs,
        allDay: event.isAllDay,
        ...(dates !== undefined && { dates }),
      }));
  }

  /** All notifications that are due have been tried. */
  flush(): Promise<void> {
    return this.subscriptions.notifier.flush();
  }

  /** Ends all waiting; what has not been delivered never will be. */
  stop(): void {
    this.subscriptions.notifier.stop();
  }

  #advance(ms: number): void {
    this.#offsetMs += ms;
    this.subscriptions.notifier.wake();
  }
}
