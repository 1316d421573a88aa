/** A simulator whose time and notification endpoint belong to the test: nothing waits for real. */
import { GraphSimulator } from "./simulator.js";

/** Time that only moves when told to; sleepers wake in the order of their instants. */
export class OwnedTime {
  #now: number;
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  constructor(start: string) {
    this.#now = Date.parse(start);
  }

  readonly now = (): number => this.#now;

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const wake = (): void => {
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const sleeper = { until: this.#now + ms, wake };
      const end = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        wake();
      };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", end);
    });

  /** How many are asleep. */
  get sleepers(): number {
    return this.#sleepers.length;
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#sleepers.filter(({ until }) => until <= this.#now).sort((a, b) => a.until - b.until);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#now);
    for (const { wake } of due) wake();
  }
}

export interface Letter {
  readonly url: URL;
  readonly body: unknown;
  readonly headers: Headers;
}

/** A notification endpoint that behaves, until a test replaces how it answers. */
export class Receiver {
  readonly letters: Letter[] = [];
  readonly tokens: string[] = [];
  onHandshake = (token: string): Response | Promise<Response> => text(token);
  onLetter = (): Response | Promise<Response> => new Response(null, { status: 202 });

  readonly deliver = async (request: Request, signal: AbortSignal): Promise<Response> => {
    const url = new URL(request.url);
    const token = url.searchParams.get("validationToken");
    if (token !== null) {
      this.tokens.push(token);
      return unlessAborted(this.onHandshake(token), signal);
    }
    const body = await request.text();
    const isJson = request.headers.get("Content-Type")?.includes("json") ?? false;
    this.letters.push({ url, body: isJson ? JSON.parse(body) : body, headers: request.headers });
    return unlessAborted(this.onLetter(), signal);
  };

  /** All items so far, one list. */
  get items(): readonly Record<string, unknown>[] {
    return this.letters.flatMap(({ body }) => (isCollection(body) ? body.value : []));
  }
}

const isCollection = (body: unknown): body is { readonly value: readonly Record<string, unknown>[] } =>
  typeof body === "object" && body !== null && "value" in body && Array.isArray(body.value);

export const text = (body: string): Response => new Response(body, { headers: { "Content-Type": "text/plain" } });

function unlessAborted(answer: Response | Promise<Response>, signal: AbortSignal): Promise<Response> {
  const gone = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  return Promise.race([answer, gone]);
}

export const ANNA = "anna@contoso.com";
export const EVENT = { start: "2026-12-02T10:00", end: "2026-12-02T11:00" };
export const ENDPOINT = "https://app.contoso.com/api/graph/notifications";

/** One mailbox in Amsterdam's zone, on Tuesday 1 December 2026 at noon UTC. */
export function testBed() {
  const time = new OwnedTime("2026-12-01T12:00:00Z");
  const receiver = new Receiver();
  const sim = new GraphSimulator({ now: time.now, sleep: time.sleep, deliver: receiver.deliver });
  const anna = sim.outlook.addMailbox({ address: ANNA });
  return { time, receiver, sim, anna, ...graphDoor(sim) };
}

/** What tests look for in Graph's JSON; which of it is there, the answer decides. */
interface Body {
  readonly [name: string]: unknown;
  readonly value?: readonly (Readonly<Record<string, unknown>> & { readonly id: string })[];
  readonly "@odata.nextLink"?: string;
  readonly id?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly responses?: readonly {
    readonly id: string;
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  }[];
}

/** An answer of Graph, read; `body` is empty where it is not JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

async function read(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const content = await response.text();
  const isJson = headers.get("Content-Type")?.includes("json") === true;
  return { status, headers, text: content, body: isJson ? parsed(content) : {} };
}

function parsed(content: string): Body {
  try {
    return JSON.parse(content);
  } catch {
    return {}; // cut JSON: the test looks at the text
  }
}

function graphDoor(sim: GraphSimulator) {
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const url = path.startsWith("http") ? path : `https://graph.microsoft.com/v1.0${path}`;
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return read(await sim.fetch(url, { method, headers, ...content }));
  };
  const get = (path: string, headers: Record<string, string> = {}) => call("GET", path, undefined, headers);
  const view = (query = "", headers: Record<string, string> = {}, mailbox = ANNA) =>
    get(
      `/users/${mailbox}/calendarView?startDateTime=2026-12-01T00:00:00Z&endDateTime=2026-12-31T00:00:00Z${query}`,
      headers,
    );
  const subscribe = (changes: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    call("POST", "/subscriptions", { ...SUBSCRIPTION, ...changes }, headers);
  return { call, get, view, subscribe };
}

const SUBSCRIPTION = {
  changeType: "created,updated,deleted",
  resource: `users/${ANNA}/events`,
  notificationUrl: ENDPOINT,
  expirationDateTime: "2026-12-08T11:00:00Z",
  clientState: "k1.abc",
};

/** One subscription to Anna's calendar, with a lifecycle URL. */
export async function subscribed(changes: Record<string, unknown> = {}) {
  const bed = testBed();
  const made = await bed.subscribe({ lifecycleNotificationUrl: ENDPOINT, ...changes });
  const { sim, receiver } = bed;
  const add = () => sim.outlook.addEvent(ANNA, "primary", EVENT);
  const kinds = () => receiver.items.map(({ changeType }) => changeType);
  return { ...bed, id: String(made.body.id), add, kinds };
}
