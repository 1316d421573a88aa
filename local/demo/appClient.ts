/** The app's own HTTP interface, as far as a local run uses it. */
import { setTimeout as delay } from "node:timers/promises";
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
/** A 503 asks for another try: storage was slower than the app may wait for it. */
const TRIES_MAX = 10;
const AGAIN_AFTER_MS = 1_000;

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
    for (let tries = 1; ; tries += 1) {
      const { ok, status, text } = await this.#ask(method, path, body);
      if (ok) return text === "" ? undefined : JSON.parse(text);
      if (status !== 503 || tries >= TRIES_MAX) throw new Error(`${method} /api/${path} answered ${status}: ${text}`);
      await delay(AGAIN_AFTER_MS);
    }
  }

  async #ask(method: string, path: string, body: object | undefined) {
    const content = body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const answer = await fetch(`${this.#url}/${path}`, { method, signal, ...content });
    return { ok: answer.ok, status: answer.status, text: await answer.text() };
  }
}
