/** The app's own HTTP interface, as far as a local run uses it. */
import * as z from "zod";

/** A calendar to watch. */
export interface Wish {
  readonly mailbox: string;
  readonly calendar?: string;
  readonly timeZone?: string;
}

const Watched = z.object({
  calendars: z.array(z.object({ id: z.string(), mailbox: z.string(), calendar: z.string() })),
});
export type WatchedCalendar = z.output<typeof Watched>["calendars"][number];

const Interval = z.object({ start: z.string(), end: z.string() });
const Block = Interval.extend({ status: z.string(), allDay: z.boolean() });
const Answer = z.object({
  id: z.string(),
  mailbox: z.string(),
  calendar: z.string(),
  state: z.enum(["fresh", "stale", "unknown"]),
  reason: z.string().nullable(),
  asOf: z.string().nullable(),
  delivery: z.string(),
  unknown: z.array(Interval.extend({ reason: z.string() })),
  blocks: z.array(Block).optional(),
});
export type CalendarAnswer = z.output<typeof Answer>;
export type AnsweredBlock = z.output<typeof Block>;
const Availability = z.object({ calendars: z.array(Answer) });

const Explanation = z.object({ subscription: z.object({ id: z.string().nullish() }) });

/** An answer that is late by so much is an error. */
const ANSWER_MS_MAX = 30_000;

/** Every method throws where the app does not answer with what it should. */
export class AppClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = `${url}/api`;
  }

  /** At most 100 at once; answered in their order. */
  async watch(wishes: readonly Wish[]): Promise<readonly WatchedCalendar[]> {
    return Watched.parse(await this.#call("POST", "watch", { calendars: wishes })).calendars;
  }

  /** All blocks of every status between two instants. */
  async blocks(ids: readonly string[], start: string, end: string): Promise<readonly CalendarAnswer[]> {
    const blockOn = ["busy", "oof", "tentative", "workingElsewhere"];
    const body = { calendars: ids, start, end, blockOn, detail: true };
    return Availability.parse(await this.#call("POST", "availability", body)).calendars;
  }

  async subscriptionOf(id: string): Promise<string | undefined> {
    return Explanation.parse(await this.#call("GET", `calendars/${id}`)).subscription.id ?? undefined;
  }

  /** As Graph does: 202 or an error. */
  async notify(items: readonly object[]): Promise<void> {
    await this.#call("POST", "graph/notifications", { value: items });
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const content = body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const answer = await fetch(`${this.#url}/${path}`, { method, signal, ...content });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} /api/${path} answered ${answer.status}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
}
