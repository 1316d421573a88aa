/** What must hold of a world, each by itself. A violation names its property, its seed and what led there. */
import { type AvailabilityQuery, type CalendarAnswer, TOO_OLD_MS } from "../../shared/domain/answer.js";
import type { CalendarId } from "../../shared/domain/calendarId.js";
import { DAY_MS, instant, MINUTE_MS } from "../../shared/domain/time.js";
import type { Meetings } from "./agenda.js";
import type { Ban, Served } from "./graphDoor.js";
import { digitsAt, firstMinuteOfDay, minuteOf } from "./oracle.js";
import type { Resident } from "./townsfolk.js";

export const PROPERTIES = [
  "the copy converges",
  "it does so in time",
  "an answer is the calendar at its asOf",
  "nothing unverified is free",
  "asOf never goes back",
  "duplicates and permutations change nothing",
  "reads stay within their budget",
  "a mailbox is asked four things at once at most",
  "Retry-After is respected",
  "one subscription a calendar at rest",
  "unwatching leaves nothing behind",
  "unwatching touches no other calendar",
  "private words stay private",
  "a failure is on the row, never thrown",
] as const;
export type Property = (typeof PROPERTIES)[number];

export class Violation extends Error {
  override readonly name = "Violation";
  readonly property: Property;

  constructor(property: Property, detail: string) {
    super(`${property}: ${detail}`);
    this.property = property;
  }
}

/** Graph's limit for one app and mailbox. */
export const AT_ONCE_MAX = 4;
/** How far an instance's clock may be from storage's [D5]. */
export const CLOCK_SLACK_MS = 1_000;
export const HORIZON_DAYS = 5;
export const MAX_AGE_MS = 20 * MINUTE_MS;
export const READER = { consumer: "booking", seesAll: false };

/** Minute by minute, everything that can block. */
export const everyMinute = (from: number, count: number): AvailabilityQuery => ({
  start: instant(from * MINUTE_MS),
  end: instant((from + count) * MINUTE_MS),
  blockOn: ["busy", "oof", "tentative", "workingElsewhere"],
  allDay: "respect",
  bufferMs: { before: 0, after: 0 },
  maxAgeMs: MAX_AGE_MS,
  detail: false,
  viewIntervalMs: MINUTE_MS,
});

/** What one reader has been told so far, and what Graph has really said. */
export class Witness {
  readonly #served: Served[] = [];
  readonly #asOf = new Map<CalendarId, number>();
  /** How far an asOf may be from the truth: clocks, and the old views that Graph itself serves. */
  readonly #clockSlackMs: number;
  readonly #oldViewMs: number;

  constructor(clockSlackMs: number, oldViewMs: number) {
    this.#clockSlackMs = clockSlackMs;
    this.#oldViewMs = oldViewMs;
  }

  served(served: Served): void {
    this.#served.push(served);
  }

  /** The row is another one from now on, or has lost its memory. */
  forget(id: CalendarId): void {
    this.#asOf.delete(id);
  }

  /** One answer, minute by minute, against everything that is known independently. `zone`: the one the app knows of. */
  judge(
    resident: Resident,
    answer: CalendarAnswer,
    from: number,
    count: number,
    now: number,
    zone: string | undefined,
  ): void {
    const { view = "", asOf, state } = answer;
    if (state === "unknown") {
      this.#judgeUnknown(view);
      return;
    }
    if (asOf === undefined || now - asOf > TOO_OLD_MS + this.#clockSlackMs)
      throw new Violation("nothing unverified is free", "a calendar is known without an age, or at any age");
    if (asOf > now + this.#clockSlackMs)
      throw new Violation("an answer is the calendar at its asOf", `asOf ${asOf} is still to come at ${now}`);
    this.#judgeAge(resident, asOf);
    this.#judgeWindow(view, from, count, asOf);
    this.#judgeVerified(resident, asOf);
    this.#judgeContent(resident, view, from, count, asOf, now, zone);
    this.#judgeBusy(answer, view, from);
  }

  #judgeUnknown(view: string): void {
    if (/[^?]/.test(view))
      throw new Violation("nothing unverified is free", "an unknown calendar shows time that is known");
  }

  #judgeAge({ id }: Resident, asOf: number): void {
    const before = this.#asOf.get(id) ?? 0;
    if (asOf < before) throw new Violation("asOf never goes back", `${before} was answered, then ${asOf}`);
    this.#asOf.set(id, asOf);
  }

  /** Exactly the window is known [R11]. */
  #judgeWindow(view: string, from: number, count: number, asOf: number): void {
    const today = firstMinuteOfDay(asOf);
    const [start, end] = [today - DAY_MS / MINUTE_MS, today + ((HORIZON_DAYS + 2) * DAY_MS) / MINUTE_MS];
    for (let index = 0; index < count; index++) {
      const isInside = from + index >= start && from + index < end;
      if (isInside && view[index] === "?")
        throw new Violation("the copy converges", "a minute of the window is unknown");
      if (!isInside && view[index] === "0")
        throw new Violation("nothing unverified is free", "beyond the window it is free");
    }
  }

  /** Graph gave a whole view of at least the window since asOf. */
  #judgeVerified({ name }: Resident, asOf: number): void {
    const today = firstMinuteOfDay(asOf) * MINUTE_MS;
    const isIt = (served: Served): boolean =>
      served.at >= asOf - this.#clockSlackMs &&
      served.name.mailbox === name.mailbox &&
      served.name.calendar === name.calendar &&
      served.start <= today - DAY_MS &&
      served.end >= today + (HORIZON_DAYS + 2) * DAY_MS;
    if (!this.#served.some(isIt)) throw new Violation("nothing unverified is free", `Graph gave no view since ${asOf}`);
  }

  #judgeContent(
    resident: Resident,
    view: string,
    from: number,
    count: number,
    asOf: number,
    now: number,
    zone: string | undefined,
  ): void {
    const since = asOf - 1 - this.#clockSlackMs - this.#oldViewMs;
    const candidates = resident.agenda.between(since, now);
    const differs = (digits: string): number => {
      for (let at = 0; at < view.length; at++) if (view[at] !== "?" && view[at] !== digits[at]) return at;
      return -1;
    };
    const digitsOf = (held: Meetings | undefined): string =>
      held === undefined ? "" : digitsAt(held, from, count, zone);
    if (candidates.some((held) => differs(digitsOf(held)) < 0)) return;
    const latest = digitsOf(candidates[0]);
    const at = differs(latest);
    const minute = new Date((from + at) * MINUTE_MS).toISOString();
    const detail = `at ${minute} the answer as of ${asOf} shows ${view[at]}, the calendar ${latest[at]}`;
    throw new Violation("an answer is the calendar at its asOf", detail);
  }

  /** The intervals say what the minutes say. */
  #judgeBusy({ busy, unknown }: CalendarAnswer, view: string, from: number): void {
    const covered = new Uint8Array(view.length);
    for (const { start, end } of [...busy, ...unknown]) covered.fill(1, minuteOf(start) - from, minuteOf(end) - from);
    for (let index = 0; index < view.length; index++) {
      if ((view[index] === "0") === (covered[index] === 0)) continue;
      const detail = `minute ${from + index} is ${view[index]} and its interval says else`;
      throw new Violation("nothing unverified is free", detail);
    }
  }
}

/** Until when a calendar is to be left alone, as far as somebody has come to know and write down. */
export class Bans {
  readonly #until = new Map<CalendarId, number>();
  readonly #slackMs: number;

  constructor(slackMs: number) {
    this.#slackMs = slackMs;
  }

  note(ids: Iterable<CalendarId>, { until }: Ban): void {
    for (const id of ids) this.#until.set(id, Math.max(until, this.#until.get(id) ?? 0));
  }

  forget(id: CalendarId): void {
    this.#until.delete(id);
  }

  /** Somebody is about to read. */
  judge(id: CalendarId, now: number): void {
    const until = this.#until.get(id) ?? 0;
    if (now + this.#slackMs < until) throw new Violation("Retry-After is respected", `${until - now} ms too early`);
  }
}
