/** Whatever Graph answers to a read: what was known stays or becomes unknown, the reason is shown, and it passes. */
import { expect, test } from "vitest";
import type { Fault } from "../../local/graph/faults.js";
import { calendar, explain, refreshNow, watch } from "./answers.js";
import { between, dayOf } from "./days.js";
import { eventually } from "./eventually.js";
import { addMailbox, watchedPerson } from "./mailboxes.js";
import { clientStateOf, item, notify } from "./notify.js";
import type { Product } from "./product.js";

const DAY = 3;
/** The first retry comes after 10 s, a quarter more or less. */
const RETRIED_SECONDS_MAX = 40;
const LOOK_EVERY_MS = 500;
/** The app goes by storage's clock, which tells whole seconds. */
const CLOCK_SLACK_MS = 1_000;
const morning = between(DAY, "09:00", "10:00");
const afternoon = between(DAY, "15:00", "16:00");
const evening = between(DAY, "18:00", "19:00");

interface Case {
  readonly name: string;
  readonly faults: readonly Fault[];
  readonly outcome: "transient" | "throttled" | "blocked";
  readonly lastError: RegExp;
  /** Why a blocked calendar is unknown. */
  readonly reason?: string;
  /** By itself, or as soon as something is heard of the calendar. */
  readonly passes: "alone" | "heard";
}

const error = (status: number, code: string): Fault => ({ kind: "error", status, code });
const NO_PAGE = /^HTTP 200 with a body that is no page of events$/;

const CASES: readonly Case[] = [
  {
    name: "401",
    passes: "heard",
    faults: [error(401, "InvalidAuthenticationToken")],
    outcome: "transient",
    lastError: /^HTTP 401/,
  },
  {
    name: "500",
    passes: "alone",
    faults: [error(500, "ErrorInternalServerError")],
    outcome: "transient",
    lastError: /^HTTP 500/,
  },
  {
    name: "503 with a web page",
    passes: "heard",
    faults: [{ kind: "error", status: 503, body: "html" }],
    outcome: "transient",
    lastError: /^HTTP 503/,
  },
  {
    name: "a broken connection",
    passes: "alone",
    faults: [{ kind: "unreachable" }],
    outcome: "transient",
    lastError: /^no answer/,
  },
  {
    name: "200 with a web page",
    passes: "heard",
    faults: [{ kind: "html" }],
    outcome: "transient",
    lastError: NO_PAGE,
  },
  {
    name: "JSON cut short",
    passes: "heard",
    faults: [{ kind: "truncatedJson" }],
    outcome: "transient",
    lastError: NO_PAGE,
  },
  {
    name: "a page without value",
    passes: "heard",
    faults: [{ kind: "noValue" }],
    outcome: "transient",
    lastError: NO_PAGE,
  },
  {
    name: "a failing second page",
    passes: "heard",
    faults: [{ kind: "emptyPage" }, { kind: "secondPageFails" }],
    outcome: "transient",
    lastError: /^HTTP 503/,
  },
  {
    name: "429 with Retry-After",
    passes: "alone",
    faults: [{ kind: "throttled", seconds: 3 }],
    outcome: "throttled",
    lastError: /^HTTP 429/,
  },
  {
    name: "429 without Retry-After",
    passes: "alone",
    faults: [{ kind: "throttled", retryAfter: "none" }],
    outcome: "throttled",
    lastError: /^HTTP 429/,
  },
  {
    name: "503 with Retry-After",
    passes: "alone",
    faults: [{ kind: "error", status: 503, retryAfter: "2" }],
    outcome: "throttled",
    lastError: /^HTTP 503/,
  },
  {
    name: "403",
    passes: "heard",
    faults: [error(403, "ErrorAccessDenied")],
    outcome: "blocked",
    lastError: /^HTTP 403, ErrorAccessDenied/,
    reason: "accessDenied",
  },
  {
    name: "404",
    passes: "heard",
    faults: [error(404, "ErrorInvalidUser")],
    outcome: "blocked",
    lastError: /^HTTP 404, ErrorInvalidUser/,
    reason: "mailboxNotFound",
  },
];

export function graphFaults(product: () => Product): void {
  const answerOf = (id: string) => calendar(product().api, { calendars: [id], ...dayOf(DAY) });

  test.each(CASES)("R5, R9: $name leaves a reason, and nothing wrong, and passes", async (one) => {
    const { api, own } = product();
    const { address: mailbox, id } = await watchedPerson(product(), { events: [morning] });
    const faultyFrom = Date.now();
    const rules = one.faults.map((fault) =>
      own.graph.faults.add({ ...fault, mailbox, operation: "calendarView" } as Fault),
    );
    own.graph.outlook.addEvent(mailbox, "primary", afternoon);
    await eventually(async () => {
      const { lastError, lastRefresh, failures } = await explain(api, id);
      expect(lastError).toMatch(one.lastError);
      expect(lastRefresh?.outcome).toBe(one.outcome);
      expect(failures).toBeGreaterThan(0);
    });
    const blocked = {
      state: "unknown",
      reason: one.reason,
      busy: [],
      unknown: [{ ...dayOf(DAY), reason: one.reason }],
    };
    const kept = { state: "fresh", reason: null, busy: [morning], unknown: [] };
    const answer = await answerOf(id);
    expect(answer).toMatchObject(one.reason === undefined ? kept : blocked);
    expect(Date.parse(answer.asOf ?? "")).toBeLessThan(faultyFrom + CLOCK_SLACK_MS);

    for (const rule of rules) own.graph.faults.remove(rule);
    if (one.passes === "heard") own.graph.outlook.addEvent(mailbox, "primary", evening);
    await eventually(
      async () => {
        const busy = one.passes === "heard" ? [morning, afternoon, evening] : [morning, afternoon];
        expect(await answerOf(id)).toMatchObject({ state: "fresh", reason: null, busy, unknown: [] });
      },
      RETRIED_SECONDS_MAX,
      LOOK_EVERY_MS,
    );
    expect(await explain(api, id)).toMatchObject({ lastError: null, failures: 0, notBefore: null });
  });

  test("R4: before Retry-After is over the mailbox is left alone, whoever asks", async () => {
    const { api, own } = product();
    const { address: mailbox, id } = await watchedPerson(product());
    own.graph.faults.add({ kind: "throttled", seconds: 4, count: 1, mailbox, operation: "calendarView" });
    await refreshNow(api, id);
    await eventually(async () => expect((await explain(api, id)).notBefore).not.toBeNull());
    await refreshNow(api, id);
    await calendar(api, { calendars: [id], ...dayOf(DAY), maxAgeSeconds: 0, ifStale: "refresh" });
    await eventually(
      async () => expect((await explain(api, id)).notBefore).toBeNull(),
      RETRIED_SECONDS_MAX,
      LOOK_EVERY_MS,
    );
    const reads = own.graph.log.filter((one) => one.mailbox === mailbox && one.operation === "calendarView");
    const refused = reads.findIndex(({ status }) => status === 429);
    const [last, next] = [reads[refused], reads[refused + 1]];
    expect((next?.at ?? 0) - (last?.endedAt ?? 0)).toBeGreaterThanOrEqual(4_000 - CLOCK_SLACK_MS);
  });

  test("R5: a batch whose answer cannot be parsed costs nobody a read", async () => {
    const { api, own } = product();
    const people = [addMailbox(product()), addMailbox(product())];
    const watched = await watch(api, ...people.map((mailbox) => ({ mailbox })));
    const ids = watched.map(({ id }) => id);
    await eventually(async () => {
      for (const id of ids) expect(await answerOf(id)).toMatchObject({ state: "fresh", delivery: "push" });
    });
    const [mailbox = ""] = people;
    own.graph.faults.add({ kind: "batchMalformed", count: 1, mailbox });
    own.graph.subscriptions.setKnobs({ dropProbability: 1 });
    for (const person of people) own.graph.outlook.addEvent(person, "primary", morning);
    own.graph.subscriptions.resetKnobs();
    await eventually(async () => {
      // One that is being read just now is not in the batch: then both are told of again.
      await notify(api, ...ids.map((id) => item(clientStateOf(own.settings.CLIENT_STATE_KEYS, id))));
      expect(own.graph.faults.rules.filter(({ kind }) => kind === "batchMalformed")).toEqual([]);
    });
    await eventually(async () => {
      for (const id of ids) expect(await answerOf(id)).toMatchObject({ state: "fresh", busy: [morning] });
    });
  });

  test("A9: a read asked for behind a Graph that hangs leaves what is known, and the next read comes soon", async () => {
    const { address, id } = await watchedPerson(product());
    const { outlook, subscriptions, faults } = product().own.graph;
    subscriptions.setKnobs({ dropProbability: 1 });
    outlook.addEvent(address, "primary", afternoon);
    subscriptions.resetKnobs();
    faults.add({ kind: "hang", operation: "calendarView", mailbox: address, count: 1 });
    const wanted = { calendars: [id], ...dayOf(DAY) };
    const answer = await calendar(product().api, { ...wanted, maxAgeSeconds: 0, ifStale: "refresh" });
    expect(answer).toMatchObject({ state: "stale", busy: [] });
    // Far sooner than a read may take: nobody holds the calendar any more.
    await eventually(async () => expect((await calendar(product().api, wanted)).busy).toEqual([afternoon]));
  });
}
