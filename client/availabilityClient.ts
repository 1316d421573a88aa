/** A client of the interface, typed by its document. No dependencies: it needs `fetch` alone. */
import { type Calendar, withoutGuesses } from "./freeTimes.js";
import { type Outside, realOutside, type SendOptions, send } from "./send.js";
import type {
  Availability,
  AvailabilityRequest,
  CalendarExplanation,
  CalendarList,
  ListedCalendar,
  RefreshQueued,
  Slots,
  SlotsRequest,
  UnwatchAnswer,
  UnwatchRequest,
  WatchAnswer,
  WatchRequest,
} from "./types.js";

export interface ClientOptions extends Omit<SendOptions, "signal"> {
  /** With the route prefix: `https://availability.azurewebsites.net/api`. */
  readonly baseUrl: string;
  /** An access token for the service; asked for before each request, so cache it where it is made. */
  readonly token?: () => Promise<string>;
  /** Where the service runs with AUTH=key. */
  readonly functionKey?: string;
  readonly outside?: Partial<Outside>;
}

/** As in the document, but that a calendar in state `unknown` has no `busy` that could be read as free. */
export type AvailabilityAnswer = Omit<Availability, "calendars"> & { readonly calendars: readonly Calendar[] };

/** Pages of one listing; no service has more calendars than that. */
const PAGES_MAX = 10_000;

export class AvailabilityClient {
  readonly #options: ClientOptions;
  readonly #baseUrl: string;
  readonly #outside: Outside;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#baseUrl = options.baseUrl.replace(/\/+$/, "");
    this.#outside = { ...realOutside(), ...options.outside };
  }

  /** Busy and unknown times of up to 200 calendars, in the order of the request. */
  async availability(request: AvailabilityRequest, options: SendOptions = {}): Promise<AvailabilityAnswer> {
    const { calendars, ...rest } = (await this.#post("/availability", request, options)) as Availability;
    return { ...rest, calendars: calendars.map(withoutGuesses) };
  }

  /** When an appointment can be offered. */
  async slots(request: SlotsRequest, options: SendOptions = {}): Promise<Slots> {
    return (await this.#post("/slots", request, options)) as Slots;
  }

  /** Has calendars cached. Each item is answered by itself: look for `error`. */
  async watch(request: WatchRequest, options: SendOptions = {}): Promise<WatchAnswer["calendars"]> {
    return ((await this.#post("/watch", request, options)) as WatchAnswer).calendars;
  }

  /** Takes wishes back. Each item is answered by itself: look for `error`. */
  async unwatch(request: UnwatchRequest, options: SendOptions = {}): Promise<UnwatchAnswer["calendars"]> {
    return ((await this.#post("/unwatch", request, options)) as UnwatchAnswer).calendars;
  }

  /** All of the caller's calendars, page by page as they are taken; only those in `state` where it is given. */
  async *calendars(state?: ListedCalendar["state"], options: SendOptions = {}): AsyncGenerator<ListedCalendar> {
    let cursor: string | null = null;
    for (let pages = 0; pages < PAGES_MAX; pages++) {
      const query = new URLSearchParams({ ...(state && { state }), ...(cursor && { cursor }) });
      const page = (await this.#send("GET", `/calendars?${query}`, undefined, options)) as CalendarList;
      yield* page.calendars;
      cursor = page.cursor;
      if (cursor === null) return;
    }
  }

  /** Everything known about one calendar. */
  async explain(id: string, options: SendOptions = {}): Promise<CalendarExplanation> {
    return (await this.#send("GET", pathOf(id), undefined, options)) as CalendarExplanation;
  }

  /** Has a calendar read from Graph soon. */
  async refresh(id: string, options: SendOptions = {}): Promise<RefreshQueued> {
    return (await this.#post(`${pathOf(id)}/refresh`, {}, options)) as RefreshQueued;
  }

  #post(path: string, body: object, options: SendOptions): Promise<unknown> {
    return this.#send("POST", path, JSON.stringify(body), options);
  }

  async #send(method: string, path: string, body: string | undefined, options: SendOptions): Promise<unknown> {
    const { token, functionKey } = this.#options;
    const headers = {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(token && { authorization: `Bearer ${await token()}` }),
      ...(functionKey !== undefined && { "x-functions-key": functionKey }),
    };
    const request = new Request(`${this.#baseUrl}${path}`, { method, headers, ...(body !== undefined && { body }) });
    return send(this.#outside, request, { ...this.#options, ...options });
  }
}

/** One calendar's path. Errors: `RangeError` for what would be the path of something else, before anything is asked. */
function pathOf(id: string): string {
  if (["", ".", ".."].includes(id)) throw new RangeError(`"${id}" is no calendar id; take one that watching returned`);
  return `/calendars/${encodeURIComponent(id)}`;
}
