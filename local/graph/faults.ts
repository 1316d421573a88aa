/** What the simulator does wrong on purpose. A rule is in force until it is used up or taken out. */
import { z } from "zod";
import { parseInput, SimulatorInputError } from "./inputError.js";
import { DELAY_MS_MAX } from "./limits.js";
import { OPERATIONS, type Operation, type Route } from "./route.js";

/** Whom a rule meets: all that are given must fit. Without `operation`, everything but the `$batch` envelope. */
const FILTER = {
  /** Object id or address. */
  mailbox: z.string().optional(),
  operation: z.enum(OPERATIONS).optional(),
  /** Only the next so many requests. */
  count: z.int().min(1).optional(),
  /** Only this share of the requests. */
  probability: z.number().min(0).max(1).optional(),
};

const milliseconds = z.number().min(0).max(DELAY_MS_MAX);

const kind = <K extends string, S extends z.core.$ZodLooseShape>(name: K, fields: S) =>
  z.strictObject({ kind: z.literal(name), ...FILTER, ...fields });

export const Fault = z.discriminatedUnion("kind", [
  /** The answer comes so much later, plus up to `jitterMs`. */
  kind("latency", { ms: milliseconds, jitterMs: milliseconds.default(0) }),
  /** No answer until the caller gives up. */
  kind("hang", {}),
  /** The connection breaks before anything was done. */
  kind("unreachable", {}),
  /** Everything was done, then the connection breaks. */
  kind("answerLost", {}),
  /** Any error. `retryAfter` goes out as it is. `body`: how it is said. */
  kind("error", {
    status: z.int().min(400).max(599),
    code: z.string().default("UnknownError"),
    message: z.string().default(""),
    retryAfter: z.string().optional(),
    body: z.enum(["json", "html", "text", "empty"]).default("json"),
  }),
  /** 429, its Retry-After in one of the forms in which Graph has sent it. */
  kind("throttled", {
    retryAfter: z.enum(["seconds", "date", "decimal", "none"]).default("seconds"),
    seconds: z.number().min(0).default(10),
    code: z.string().default("TooManyRequests"),
  }),
  /** 200 with a web page. */
  kind("html", {}),
  /** 200 with JSON that ends in the middle. */
  kind("truncatedJson", {}),
  /** 200 with a JSON object that lacks `value`. */
  kind("noValue", {}),
  /** The right answer without a Content-Type. */
  kind("noContentType", {}),
  /** Pages after the first answer 503. */
  kind("secondPageFails", { status: z.int().min(400).max(599).default(503) }),
  /** Between two pages the list moves: 1 hides an event, −1 repeats one. */
  kind("pageShift", { by: z.union([z.literal(1), z.literal(-1)]).default(1) }),
  /** An empty first page that has a nextLink to the real ones. */
  kind("emptyPage", {}),
  /** Reads do not show changes that are younger than this and were made after the rule was. */
  kind("oldView", { ms: milliseconds }),
  /** The first `events` of a page come in another zone than was asked. Digits follow the zone. */
  kind("foreignTimeZone", {
    timeZone: z.string().default("W. Europe Standard Time"),
    events: z.int().min(1).default(1),
  }),
  /** `showAs` is another word, or absent without `value`. */
  kind("showAs", { value: z.string().optional() }),
  /** The subscription is created, yet the answer is 503. */
  kind("createdYet503", {}),
  /** 409 where an equal changeType and resource exists; without the rule duplicates are created. */
  kind("conflict", {}),
  /** Granted lifetimes are so much shorter than asked. */
  kind("grantedShorter", { minutes: z.number().min(0) }),
  /** Longer lifetimes than this are refused. */
  kind("lifetimeMaximum", { minutes: z.int().min(45).default(4_230) }),
  /** An existing subscription answers 404. */
  kind("earlyNotFound", {}),
  /** The database of the mailbox has no backend: POST and PATCH answer ExtensionError ServiceUnavailable. */
  kind("mailboxMoving", {}),
  /** The `$batch` answer carries a raw web page for one item: of `mailbox`, else a failed one, else any. */
  kind("batchMalformed", {}),
  /** One item of the `$batch` has no answer; the same choice. */
  kind("batchMissing", {}),
]);
export type Fault = z.input<typeof Fault>;
export type FaultKind = Fault["kind"];
type ParsedFault = z.output<typeof Fault>;
type Rule = ParsedFault & { readonly id: string; readonly since: number; count?: number | undefined };

/** Where a kind means anything. Kinds that are not here can meet every operation. */
const ONLY: Partial<Record<FaultKind, readonly Operation[]>> = {
  noValue: ["calendarView", "calendars", "timeZone", "listSubscriptions"],
  secondPageFails: ["calendarView", "calendars", "listSubscriptions"],
  pageShift: ["calendarView"],
  emptyPage: ["calendarView"],
  oldView: ["calendarView"],
  foreignTimeZone: ["calendarView"],
  showAs: ["calendarView"],
  createdYet503: ["createSubscription"],
  conflict: ["createSubscription"],
  grantedShorter: ["createSubscription", "renewSubscription"],
  lifetimeMaximum: ["createSubscription", "renewSubscription"],
  earlyNotFound: ["getSubscription", "renewSubscription", "reauthorizeSubscription"],
  mailboxMoving: ["createSubscription", "renewSubscription"],
  batchMalformed: ["batch"],
  batchMissing: ["batch"],
};

/** The rules that met one request. */
export class FaultsMet {
  readonly #rules: readonly Rule[];

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  get none(): boolean {
    return this.#rules.length === 0;
  }

  /** The newest rule of a kind. */
  get<K extends FaultKind>(wanted: K): (Extract<ParsedFault, { kind: K }> & { readonly since: number }) | undefined {
    const isWanted = (rule: Rule): rule is Rule & Extract<ParsedFault, { kind: K }> => rule.kind === wanted;
    return this.#rules.filter(isWanted).at(-1);
  }
}

export class Faults {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #same: (a: string, b: string) => boolean;
  #rules: Rule[] = [];
  #ids = 0;

  /** `same`: whether two names are one mailbox. */
  constructor(now: () => number, random: () => number, same: (a: string, b: string) => boolean) {
    this.#now = now;
    this.#random = random;
    this.#same = same;
  }

  /** What is in force, oldest first. */
  get rules(): readonly (Fault & { readonly id: string })[] {
    return this.#rules;
  }

  /** Puts a rule in force and returns its id. */
  add(fault: Fault): string {
    this.#ids += 1;
    const id = `f${this.#ids}`;
    this.#rules.push({ ...parseInput(Fault, fault), id, since: this.#now() });
    return id;
  }

  /** Replaces all rules. */
  set(faults: readonly Fault[]): string[] {
    const checked = faults.map((fault) => parseInput(Fault, fault));
    this.clear();
    return checked.map((fault) => this.add(fault));
  }

  remove(id: string): void {
    if (!this.#rules.some((rule) => rule.id === id)) throw new SimulatorInputError("id", `there is no fault "${id}"`);
    this.#rules = this.#rules.filter((rule) => rule.id !== id);
  }

  clear(): void {
    this.#rules = [];
  }

  /** The rules that meet this request; counts go down. */
  meet(route: Route): FaultsMet {
    const met = this.#rules.filter((rule) => this.#meets(rule, route));
    for (const rule of met) if (rule.count !== undefined) rule.count -= 1;
    this.#rules = this.#rules.filter((rule) => rule.count === undefined || rule.count > 0);
    return new FaultsMet(met);
  }

  #meets(rule: Rule, route: Route): boolean {
    const only = ONLY[rule.kind];
    if (only !== undefined && !only.includes(route.operation)) return false;
    if (rule.operation !== undefined && rule.operation !== route.operation) return false;
    if (route.operation === "batch" && only === undefined && rule.operation === undefined) return false;
    const { mailbox } = rule;
    const names = route.mailboxes ?? [route.mailbox ?? ""];
    if (mailbox !== undefined && !names.some((name) => this.#same(mailbox, name))) return false;
    if (PAGED.has(rule.kind) && isLaterPage(route) !== (rule.kind !== "emptyPage")) return false;
    return rule.probability === undefined || this.#random() < rule.probability;
  }
}

const isLaterPage = ({ url }: Route): boolean => url.searchParams.has("$skip") || url.searchParams.has("$skiptoken");

/** Kinds that meet only later pages, or (emptyPage) only the first. */
const PAGED: ReadonlySet<FaultKind> = new Set(["secondPageFails", "pageShift", "emptyPage"]);
