/** Calendar views read from Graph: one request for one, a `$batch` for several. */
import * as z from "zod";
import { bounded } from "../../domain/bounded.js";
import { type CalendarName, PRIMARY } from "../../domain/calendarId.js";
import type { CalendarEvent } from "../../domain/event.js";
import type { CalendarReader, GraphFailure, Page, Throttled, ToldZone, ViewRequest } from "../../domain/ports.js";
import { type GraphBatch, sendBatch } from "./graphBatch.js";
import type { GraphClient, NoAnswer } from "./graphClient.js";
import { type Answered, failureOf } from "./graphErrors.js";
import { pathOfLink, viewPath, zonePath } from "./graphPaths.js";
import { MailboxTurns } from "./mailboxTurns.js";

/** Times in UTC, so that no zone name must be understood; ids that stay when an event moves between folders. */
const HEADERS = { Prefer: 'outlook.timezone="UTC", IdType="ImmutableId"' };
/** Source: https://learn.microsoft.com/graph/json-batching */
const BATCH_PARTS_MAX = 20;
/** Views asked for one by one, where a batch says nothing of them. */
const ALONE_AT_ONCE = 4;

const ZonedTime = z.object({ dateTime: z.string(), timeZone: z.string().nullish() });
const Event = z.object({
  id: z.string().min(1),
  "@odata.etag": z.string().nullish(),
  start: ZonedTime,
  end: ZonedTime,
  isAllDay: z.boolean().nullish(),
  isCancelled: z.boolean().nullish(),
  showAs: z.string().nullish(),
  responseStatus: z.object({ response: z.string().nullish() }).nullish(),
});
const PageBody = z.object({ value: z.array(Event), "@odata.nextLink": z.string().nullish() });
const ZoneBody = z.object({ value: z.string().nullish() });

const NO_TIME: NoAnswer = { kind: "none", sent: false, late: true, detail: "no time left to ask" };
const NOTHING: ReadonlyMap<ViewRequest, Answered | NoAnswer> = new Map();

export class GraphCalendarReader implements CalendarReader {
  readonly #client: GraphClient;
  readonly #now: () => number;
  readonly #turns = new MailboxTurns();

  /** `now`: epoch milliseconds, for Retry-After given as a date. */
  constructor(client: GraphClient, now: () => number) {
    this.#client = client;
    this.#now = now;
  }

  async firstPages(views: readonly ViewRequest[], timeoutMs: number): Promise<readonly (Page | GraphFailure)[]> {
    const endsAt = performance.now() + timeoutMs;
    const pages = new Map<ViewRequest, Page | GraphFailure>();
    const tenants = Map.groupBy(views, ({ name }) => name.tenantId);
    await Promise.all([...tenants].map(([tenantId, own]) => this.#readTenant(tenantId, own, endsAt, pages)));
    return views.map((view) => pages.get(view) ?? { kind: "transient", detail: "not asked" });
  }

  nextPage(view: ViewRequest, next: string, timeoutMs: number): Promise<Page | GraphFailure> {
    return this.#readAlone(view, next, performance.now() + timeoutMs);
  }

  async mailboxZone(name: CalendarName, timeoutMs: number): Promise<ToldZone | Throttled | undefined> {
    const answer = await this.#ask(name, zonePath(name.mailbox), performance.now() + timeoutMs);
    if ("detail" in answer) return undefined;
    if (answer.status !== 200) {
      const failure = failureOf(answer, true, this.#now());
      if (failure.kind === "throttled") return failure;
      return failure.kind === "blocked" ? {} : undefined;
    }
    const zone = ZoneBody.safeParse(answer.body);
    if (!zone.success) return undefined;
    return zone.data.value ? { name: zone.data.value } : {};
  }

  async #readTenant(
    tenantId: string,
    views: readonly ViewRequest[],
    endsAt: number,
    pages: Map<ViewRequest, Page | GraphFailure>,
  ): Promise<void> {
    for (let first = 0; first < views.length; first += BATCH_PARTS_MAX) {
      const group = views.slice(first, first + BATCH_PARTS_MAX);
      const answers = group.length > 1 ? await this.#readTogether(tenantId, group, endsAt) : NOTHING;
      for (const [view, answer] of answers) pages.set(view, this.#pageOf(view, answer));
      const unanswered = group.filter((view) => !answers.has(view));
      await bounded(unanswered, ALONE_AT_ONCE, async (view) => {
        pages.set(view, await this.#readAlone(view, pathOf(view), endsAt));
      });
    }
  }

  /** What a batch answered, view by view. One answer that cannot be parsed says nothing of any of them [R5]. */
  async #readTogether(
    tenantId: string,
    views: readonly ViewRequest[],
    endsAt: number,
  ): Promise<ReadonlyMap<ViewRequest, Answered | NoAnswer>> {
    const batch: GraphBatch<ViewRequest> = new Map(
      views.map((view) => [view, { path: pathOf(view), headers: HEADERS }]),
    );
    const mailboxes = views.map(({ name }) => name.mailbox);
    return this.#turns.run(mailboxes, () => sendBatch(this.#client, tenantId, batch, endsAt - performance.now()), {
      ms: endsAt - performance.now(),
      late: () => new Map(views.map((view) => [view, NO_TIME])),
    });
  }

  async #readAlone(view: ViewRequest, path: string, endsAt: number): Promise<Page | GraphFailure> {
    return this.#pageOf(view, await this.#ask(view.name, path, endsAt, HEADERS));
  }

  #ask({ mailbox, tenantId }: CalendarName, path: string, endsAt: number, headers = {}): Promise<Answered | NoAnswer> {
    const ask = async (): Promise<Answered | NoAnswer> => {
      const timeoutMs = endsAt - performance.now();
      return timeoutMs <= 0 ? NO_TIME : this.#client.send({ method: "GET", path, tenantId, timeoutMs, headers });
    };
    return this.#turns.run([mailbox], ask, { ms: endsAt - performance.now(), late: () => NO_TIME });
  }

  /** A page only where everything in it was understood: a page without `value`, or with half an event, is no page [R5]. */
  #pageOf({ name }: ViewRequest, answer: Answered | NoAnswer): Page | GraphFailure {
    if ("detail" in answer) return unanswered(answer);
    if (answer.status !== 200) return failureOf(answer, name.calendar === PRIMARY, this.#now());
    const page = PageBody.safeParse(answer.body);
    if (!page.success) return { kind: "transient", detail: "HTTP 200 with a body that is no page of events" };
    const link = page.data["@odata.nextLink"];
    const events = page.data.value.map(eventOf);
    if (!link) return { kind: "page", events };
    const next = pathOfLink(link, this.#client.baseUrl);
    return next === undefined
      ? { kind: "transient", detail: "a page link that leads away from Graph" }
      : { kind: "page", events, next };
  }
}

/** Nothing is known of the calendar; but a tenant that gives no token denies it, until it does. */
const unanswered = ({ denied, late, detail }: NoAnswer): GraphFailure =>
  denied ? { kind: "blocked", reason: "accessDenied", detail } : { kind: "transient", detail, ...(late && { late }) };

const pathOf = ({ name, start, end }: ViewRequest): string => viewPath(name, start, end);

function eventOf(event: z.infer<typeof Event>): CalendarEvent {
  const { id, start, end, isAllDay, isCancelled, showAs, responseStatus } = event;
  return {
    id,
    etag: event["@odata.etag"] ?? "",
    start: { dateTime: start.dateTime, timeZone: start.timeZone ?? "" },
    end: { dateTime: end.dateTime, timeZone: end.timeZone ?? "" },
    isAllDay: isAllDay ?? false,
    isCancelled: isCancelled ?? false,
    ...(showAs != null && { showAs }),
    ...(responseStatus?.response != null && { response: responseStatus.response }),
  };
}
