/** Changes in the demo's calendars, one every second, of every kind that people make. Seeded. */
import { setTimeout as delay } from "node:timers/promises";
import type { EventChanges, EventInput } from "../graph/event.js";
import type { GraphSimulator } from "../graph/simulator.js";
import { seededRandom } from "../graph/surroundings.js";
import { daysAfter, workdays } from "./days.js";
import { EVERYBODY } from "./people.js";
import { between } from "./series.js";
import { isClosed } from "./watchDemo.js";

export interface TrafficOptions {
  readonly today: string;
  /** Ends the traffic. */
  readonly signal: AbortSignal;
  readonly everyMs?: number;
  readonly seed?: number;
}

export interface Traffic {
  /** How many of each kind so far. */
  readonly counts: ReadonlyMap<string, number>;
  /** When the last change was made and no other will be. */
  readonly ended: Promise<void>;
}

const EVERY_MS = 1_000;
/** Events made here that are alive at once; above it the oldest go. */
const EVENTS_MAX = 200;
const WORKDAYS_COUNT = 60;
const OCCURRENCES_COUNT = 10;

interface Made {
  readonly mailbox: string;
  readonly calendar: string;
  readonly id: string;
  readonly date: string;
  readonly isSeries: boolean;
}

export function startTraffic(sim: GraphSimulator, options: TrafficOptions): Traffic {
  const counts = new Map<string, number>();
  const changes = new Changes(sim, options.today, seededRandom(options.seed ?? 1));
  const run = async (): Promise<void> => {
    while (!options.signal.aborted) {
      const kind = changes.next();
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      await delay(options.everyMs ?? EVERY_MS, undefined, { signal: options.signal }).catch(() => undefined);
    }
  };
  return { counts, ended: run() };
}

/** One change after the other, only to events made here, so that the tour's stay where they are. */
class Changes {
  readonly #sim: GraphSimulator;
  readonly #random: () => number;
  readonly #days: readonly string[];
  #made: Made[] = [];
  #count = 0;

  constructor(sim: GraphSimulator, today: string, random: () => number) {
    this.#sim = sim;
    this.#random = random;
    this.#days = workdays(today, 0, WORKDAYS_COUNT);
  }

  /** Makes a change and says of what kind it was. */
  next(): string {
    if (this.#made.length >= EVENTS_MAX) return this.#delete(0);
    const chance = this.#random();
    if (this.#made.length < 5 || chance < 0.35) return this.#create();
    const index = Math.floor(this.#random() * this.#made.length);
    const event = this.#made[index];
    if (event === undefined || chance < 0.5) return this.#delete(index);
    return event.isSeries && chance < 0.8 ? this.#changeOccurrence(event) : this.#change(event);
  }

  #create(): string {
    const open = EVERYBODY.filter(({ address }) => !isClosed(address));
    const mailbox = this.#oneOf(open)?.address ?? "";
    const calendar = this.#oneOf(this.#sim.outlook.mailbox(mailbox).calendars)?.id ?? "primary";
    const date = this.#oneOf(this.#days) ?? "";
    this.#count += 1;
    const id = `traffic-${this.#count}`;
    const [kind, input] = this.#newEvent(date);
    this.#sim.outlook.addEvent(mailbox, calendar, { timeZone: "W. Europe Standard Time", ...input, id });
    this.#made.push({ mailbox, calendar, id, date, isSeries: input.recurrence !== undefined });
    return kind;
  }

  #newEvent(date: string): [string, EventInput] {
    const chance = this.#random();
    if (chance < 0.25) {
      const recurrence = { pattern: this.#oneOf(["daily", "weekly"] as const) ?? "daily", count: OCCURRENCES_COUNT };
      return ["series created", { ...this.#times(date), recurrence }];
    }
    const end = daysAfter(date, 1 + Math.floor(this.#random() * 3));
    if (chance < 0.45) return ["all-day created", { start: date, end, isAllDay: true, showAs: this.#showAs() }];
    return ["created", { ...this.#times(date), showAs: this.#showAs() }];
  }

  #change({ mailbox, calendar, id, isSeries }: Made): string {
    const { outlook } = this.#sim;
    const isAllDay = outlook.calendar(mailbox, calendar).events.get(id)?.isAllDay === true;
    const [kind, changes] = this.#changes(isAllDay, this.#oneOf(this.#days) ?? "");
    outlook.updateEvent(mailbox, calendar, id, changes);
    return isSeries ? `series ${kind}` : kind;
  }

  #changeOccurrence({ mailbox, calendar, id, date }: Made): string {
    const { outlook } = this.#sim;
    const series = outlook.calendar(mailbox, calendar).events.get(id);
    if (series === undefined || series.start.slice(0, 10) !== date || series.exceptions.get(date) === "deleted")
      return this.#change({ mailbox, calendar, id, date, isSeries: true });
    const occurrence = `${id}.${date}`;
    if (this.#random() < 0.3) {
      outlook.deleteEvent(mailbox, calendar, occurrence);
      return "occurrence deleted";
    }
    const [kind, changes] = this.#changes(series.isAllDay, daysAfter(date, 1));
    outlook.updateEvent(mailbox, calendar, occurrence, changes);
    return `occurrence ${kind}`;
  }

  #changes(isAllDay: boolean, date: string): [string, EventChanges] {
    const chance = this.#random();
    if (chance < 0.5) return ["moved", isAllDay ? { start: date, end: daysAfter(date, 1) } : this.#times(date)];
    if (chance < 0.7) return ["shown otherwise", { showAs: this.#showAs() }];
    if (chance < 0.85) return ["canceled", { isCancelled: true }];
    return ["answered", { response: this.#oneOf(["accepted", "declined", "tentativelyAccepted"] as const) }];
  }

  #delete(index: number): string {
    const [event] = this.#made.splice(index, 1);
    if (event !== undefined) this.#sim.outlook.deleteEvent(event.mailbox, event.calendar, event.id);
    return "deleted";
  }

  /** Some minutes past the hour, so that floors and ceilings have something to do. */
  #times(date: string) {
    const hour = 8 + Math.floor(this.#random() * 9);
    const minute = String(Math.floor(this.#random() * 60)).padStart(2, "0");
    const clock = (hours: number): string => `${String(hours).padStart(2, "0")}:${minute}`;
    return between(date, clock(hour), clock(hour + 1));
  }

  #showAs(): NonNullable<EventInput["showAs"]> {
    return this.#oneOf(["busy", "busy", "tentative", "oof", "workingElsewhere", "free", "unknown"] as const) ?? "busy";
  }

  #oneOf<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }
}
