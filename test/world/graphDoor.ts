/** The way to Graph and back, watched: who asks for what, what is really answered, and how many ask at once. */
import { type Answer, lightResponse } from "../../local/graph/answers.js";
import { type CalendarName, PRIMARY } from "../../shared/domain/calendarId.js";
import { TENANT } from "../graphBed.js";

/** The last page of a view that came whole. */
export interface Served {
  readonly name: CalendarName;
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

/** A mailbox that asks to be left alone. */
export interface Ban {
  readonly mailbox: string;
  readonly until: number;
}

interface Part {
  readonly path: string;
  readonly mailbox: string;
  readonly isView: boolean;
}

export interface DoorOptions {
  readonly answer: (url: string, init: RequestInit) => Promise<Answer>;
  readonly now: () => number;
  readonly smallPages: boolean;
  /** Before a request leaves, and when its answer is on the way. */
  readonly gate: (call: string, when: "before" | "after") => Promise<void>;
  readonly onServed: (served: Served) => void;
  readonly onBan: (ban: Ban) => void;
  readonly onAtOnce: (mailbox: string, count: number) => void;
}

const CONCURRENCY_OF_BATCH = 4;
const SMALL_PAGE = 3;

/** A fetch of one instance. Time-outs are not its business: here nothing takes real time. */
export function doorTo(options: DoorOptions): typeof fetch {
  const running = new Map<string, number>();
  return async (input, init) => {
    const url = options.smallPages ? shortened(String(input)) : String(input);
    const body = typeof init?.body === "string" ? (options.smallPages ? shortened(init.body) : init.body) : undefined;
    const parts = partsOf(url, body);
    const call = `graph.${nameOf(url, init?.method ?? "GET")}`;
    const { signal: _, ...rest } = init ?? {};
    await options.gate(call, "before");
    const loads = loadsOf(parts);
    for (const [mailbox, load] of loads) {
      running.set(mailbox, (running.get(mailbox) ?? 0) + load);
      options.onAtOnce(mailbox, running.get(mailbox) ?? 0);
    }
    try {
      const answer = await options.answer(url, { ...rest, ...(body !== undefined && { body }) });
      const { status, headers, text } = answer;
      if (parts.some(({ isView }) => isView))
        judge(options, parts, { status, retryAfter: headers["Retry-After"] ?? null, body: parsed(text) });
      await options.gate(call, "after");
      return lightResponse(answer);
    } finally {
      for (const [mailbox, load] of loads) running.set(mailbox, (running.get(mailbox) ?? 0) - load);
    }
  };
}

const shortened = (text: string): string => text.replaceAll("$top=1000", `$top=${SMALL_PAGE}`);

/** Graph works on four of a batch's items at a time. */
function loadsOf(parts: readonly Part[]): ReadonlyMap<string, number> {
  const mailboxes = Map.groupBy(parts, ({ mailbox }) => mailbox);
  return new Map([...mailboxes].map(([mailbox, own]) => [mailbox, Math.min(own.length, CONCURRENCY_OF_BATCH)]));
}

function nameOf(url: string, method: string): string {
  if (url.endsWith("/$batch")) return "batch";
  if (url.includes("/calendarView")) return "view";
  if (url.includes("/mailboxSettings")) return "zone";
  return `${method.toLowerCase()}Subscription`;
}

function partsOf(url: string, body: string | undefined): readonly Part[] {
  if (!url.endsWith("/$batch")) return partOf(url);
  const { requests } = JSON.parse(body ?? "{}") as { readonly requests: readonly { readonly url: string }[] };
  return requests.flatMap((request) => partOf(request.url));
}

function partOf(path: string): Part[] {
  const mailbox = /\/users\/([^/]+)\//.exec(path)?.[1];
  return mailbox === undefined
    ? []
    : [{ path, mailbox: decodeURIComponent(mailbox), isView: path.includes("/calendarView") }];
}

interface Said {
  readonly status: number;
  readonly retryAfter: string | null;
  /** `undefined` where it is no JSON. */
  readonly body: unknown;
}

/** What the answer, part by part, really says. */
function judge(options: DoorOptions, parts: readonly Part[], said: Said): void {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) judgePart(options, only, said);
  const { responses } = (said.body ?? {}) as { readonly responses?: readonly BatchAnswer[] };
  for (const { id, status, headers, body } of responses ?? []) {
    const part = parts[Number(id)];
    const retryAfter = headers?.["Retry-After"] ?? null;
    if (part !== undefined) judgePart(options, part, { status, retryAfter, body });
  }
}

interface BatchAnswer {
  readonly id: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

function judgePart({ now, onServed, onBan }: DoorOptions, { path, mailbox, isView }: Part, said: Said): void {
  if (!isView) return;
  const seconds = Number(said.retryAfter ?? Number.NaN);
  if (said.status === 429 && seconds > 0) onBan({ mailbox, until: now() + seconds * 1_000 });
  const body =
    said.status === 200 ? (said.body as { readonly value?: unknown; readonly "@odata.nextLink"?: string }) : undefined;
  if (!Array.isArray(body?.value) || body["@odata.nextLink"] !== undefined) return;
  const query = new URL(path, "https://graph.microsoft.com").searchParams;
  const calendar = decodeURIComponent(/\/calendars\/([^/]+)\//.exec(path)?.[1] ?? PRIMARY);
  const [start, end] = ["startDateTime", "endDateTime"].map((name) => Date.parse(query.get(name) ?? ""));
  onServed({ name: { tenantId: TENANT, mailbox, calendar }, at: now(), start: start ?? 0, end: end ?? 0 });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
