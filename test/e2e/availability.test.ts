/** Availability as booking services ask for it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { availability, availabilityOf, calendar, StaleProblem, watch } from "./answers.js";
import { badInput } from "./badInput.js";
import { bookingService } from "./bookingService.js";
import { conditionalReads } from "./conditionalReads.js";
import { at, between, dateAhead, dayOf } from "./days.js";
import { isElsewhere } from "./elsewhere.js";
import { eventually } from "./eventually.js";
import { fuzzed } from "./fuzzed.js";
import { addMailbox, freshAddress, type Person, watchedPerson } from "./mailboxes.js";
import { type Product, startProduct } from "./product.js";
import { slotsInAll } from "./slots.js";

const DAY = 3;
/** Of the default horizon: the first UTC day that no snapshot covers. */
const WINDOW_END_DAYS = 92;
const NO_SUCH_ID = "a".repeat(26);

let product: Product;
/** Busy 9–10, tentative 11–12, elsewhere 13–14, away all the next day. */
let anna: Person;
/** Busy 9:30–10:30. */
let ben: Person;

beforeAll(async () => {
  product = await startProduct();
  if (isElsewhere) return;
  const events = [
    between(DAY, "09:00", "10:00"),
    { ...between(DAY, "11:00", "12:00"), showAs: "tentative" } as const,
    { ...between(DAY, "13:00", "14:00"), showAs: "workingElsewhere" } as const,
    { start: dateAhead(DAY + 1), end: dateAhead(DAY + 2), isAllDay: true, showAs: "oof" } as const,
  ];
  [anna, ben] = await Promise.all([
    watchedPerson(product, { events }),
    watchedPerson(product, { events: [between(DAY, "09:30", "10:30")] }),
  ]);
});
afterAll(() => product.stop());

const read = (request: object) => availability(product.api, { ...dayOf(DAY), ...request });
const readOne = (request: object) => calendar(product.api, { ...dayOf(DAY), ...request });
const query = (more: string) => `start=${at(DAY, "00:00")}&end=${at(DAY + 1, "00:00")}&${more}`;

/** Without the ages, which move whenever the calendar is read. */
const ageless = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer, (key, value) => (key === "asOf" ? undefined : value)));

describe.skipIf(isElsewhere)("one calendar", () => {
  test("GET and POST, by id and by name, give the same answer", async () => {
    const wanted = await read({ calendars: [anna.id], detail: true, blockOn: ["busy"], combine: "all" });
    const more = "detail=true&blockOn=busy&combine=all";
    const asked = [
      availabilityOf(product.api, query(`id=${anna.id}&${more}`)),
      availabilityOf(product.api, query(`mailbox=${anna.address}&calendar=primary&${more}`)),
      read({
        calendars: [{ mailbox: ` ${anna.address.toUpperCase()} ` }],
        detail: true,
        blockOn: ["busy"],
        combine: "all",
      }),
    ];
    expect(wanted.calendars).toMatchObject([{ id: anna.id, busy: [between(DAY, "09:00", "10:00")] }]);
    for (const answer of await Promise.all(asked)) expect(ageless(answer)).toEqual(ageless(wanted));
  });

  test("an offset's plus sign need not be encoded, and means what it says", async () => {
    const [start, end] = [`${dateAhead(DAY)}T10:00:00+01:00`, `${dateAhead(DAY)}T05:00:00-05:00`];
    const plain = await product.api.get(`/api/availability?id=${anna.id}&start=${start}&end=${end}`);
    const encoded = await product.api.get(
      `/api/availability?id=${anna.id}&start=${encodeURIComponent(start)}&end=${end}`,
    );
    expect(plain.body).toMatchObject(between(DAY, "09:00", "10:00"));
    expect(ageless(encoded.body)).toEqual(ageless(plain.body));
  });

  test("statuses block as asked: busy, away and tentative unless told otherwise", async () => {
    expect((await readOne({ calendars: [anna.id] })).busy).toEqual([
      between(DAY, "09:00", "10:00"),
      between(DAY, "11:00", "12:00"),
    ]);
    expect((await readOne({ calendars: [anna.id], blockOn: ["workingElsewhere"] })).busy).toEqual([
      between(DAY, "13:00", "14:00"),
    ]);
  });

  test("all-day events can be ignored", async () => {
    const next = { calendars: [anna.id], ...dayOf(DAY + 1) };
    expect((await calendar(product.api, next)).busy).toEqual([dayOf(DAY + 1)]);
    expect((await calendar(product.api, { ...next, allDay: "ignore" })).busy).toEqual([]);
  });

  test("buffers widen busy times, merge what then touches, and stay within the request", async () => {
    const buffered = { calendars: [anna.id], bufferMinutes: { before: 15, after: 45 } };
    const eve = { start: at(DAY, "23:45"), end: at(DAY + 1, "00:00") }; // of the day that she is away
    expect((await readOne(buffered)).busy).toEqual([between(DAY, "08:45", "12:45"), eve]);
    const narrow = { ...buffered, ...between(DAY, "08:50", "09:30") };
    expect((await calendar(product.api, narrow)).busy).toEqual([between(DAY, "08:50", "09:30")]);
    const got = await availabilityOf(product.api, query(`id=${anna.id}&bufferBefore=15&bufferAfter=45`));
    expect(got.calendars[0]?.busy).toEqual([between(DAY, "08:45", "12:45"), eve]);
  });

  test("detail adds each block with its status, and a view Graph's digits", async () => {
    const { blocks, view } = await calendar(product.api, {
      calendars: [anna.id],
      ...between(DAY, "09:00", "14:00"),
      blockOn: ["busy", "tentative", "workingElsewhere"],
      detail: true,
      viewIntervalMinutes: 60,
    });
    expect(blocks).toEqual([
      { ...between(DAY, "09:00", "10:00"), status: "busy", allDay: false },
      { ...between(DAY, "11:00", "12:00"), status: "tentative", allDay: false },
      { ...between(DAY, "13:00", "14:00"), status: "workingElsewhere", allDay: false },
    ]);
    expect(view).toBe("20104");
  });

  test("A2: what lies beyond the horizon is unknown, never free", async () => {
    const request = { start: at(WINDOW_END_DAYS - 1, "00:00"), end: at(WINDOW_END_DAYS + 1, "00:00") };
    const beyond = { start: at(WINDOW_END_DAYS, "00:00"), end: request.end };
    const { calendars, combined } = await read({ calendars: [anna.id], ...request, combine: "any" });
    expect(calendars).toMatchObject([{ state: "fresh", busy: [], unknown: [{ ...beyond, reason: "beyondHorizon" }] }]);
    expect(combined).toMatchObject({
      busy: [],
      unknown: [beyond],
      free: [{ start: request.start, end: beyond.start }],
    });
  });

  test("A3: a read makes no call to Graph", async () => {
    product.own.graph.clearLog();
    await read({ calendars: [anna.id, ben.id, { mailbox: addMailbox(product) }], maxAgeSeconds: 0 });
    expect(product.own.graph.log).toEqual([]);
  });
});

describe.skipIf(isElsewhere)("age", () => {
  test("A1: what is older than asked for is stale, though told all the same", async () => {
    const old = await readOne({ calendars: [ben.id], maxAgeSeconds: 0 });
    expect(old).toMatchObject({ state: "stale", reason: null, busy: [between(DAY, "09:30", "10:30")] });
    expect(await readOne({ calendars: [ben.id], maxAgeSeconds: 600 })).toMatchObject({ state: "fresh" });
  });

  test("A8: ifStale fail is 503 with the whole answer inside, and says when to come back", async () => {
    const request = { calendars: [anna.id, ben.id], ...dayOf(DAY), maxAgeSeconds: 0, ifStale: "fail" };
    const answer = await product.api.post("/api/availability", request);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    const { code, calendars } = StaleProblem.parse(answer.body);
    expect(code).toBe("staleData");
    expect(calendars.map(({ id, state }) => [id, state])).toEqual([
      [anna.id, "stale"],
      [ben.id, "stale"],
    ]);
    expect((await read({ ...request, maxAgeSeconds: 600 })).calendars).toMatchObject([
      { state: "fresh" },
      { state: "fresh" },
    ]);
  });

  test("A9: ifStale refresh reads Graph now, and what it has read is fresh at any age", async () => {
    const { address, id } = await watchedPerson(product);
    const { outlook, subscriptions } = product.own.graph;
    subscriptions.setKnobs({ dropProbability: 1 });
    outlook.addEvent(address, "primary", between(DAY, "15:00", "16:00"));
    subscriptions.resetKnobs();
    expect((await readOne({ calendars: [id] })).busy).toEqual([]);
    // Beside a read that is under way no other is made [R2]: whoever meets one asks again.
    await eventually(async () => {
      const now = await readOne({ calendars: [id], maxAgeSeconds: 0, ifStale: "refresh" });
      expect(now).toMatchObject({ state: "fresh", busy: [between(DAY, "15:00", "16:00")] });
    });
  });
});

describe("several calendars", () => {
  test.skipIf(isElsewhere)("A4: any subset in any order gives each the same, in the order asked", async () => {
    const ids = [ben.id, anna.id, ben.id];
    const { calendars } = await read({ calendars: ids });
    expect(calendars.map(({ id }) => id)).toEqual(ids);
    const [first, second] = [await readOne({ calendars: [ben.id] }), await readOne({ calendars: [anna.id] })];
    expect(ageless(calendars)).toEqual(ageless([first, second, first]));
  });

  test("A6: what is not watched and what does not exist are unknown in the same way", async () => {
    const unknown = { ...dayOf(DAY), reason: "notWatched" };
    const nothing = {
      state: "unknown",
      reason: "notWatched",
      asOf: null,
      delivery: "none",
      busy: [],
      unknown: [unknown],
    };
    const mailbox = isElsewhere ? freshAddress() : addMailbox(product);
    const { calendars } = await read({ calendars: [NO_SUCH_ID, { mailbox, tenantId: "contoso.com" }] });
    expect(calendars).toMatchObject([
      { id: NO_SUCH_ID, mailbox: null, calendar: null, tenantId: null, ...nothing },
      { mailbox, calendar: "primary", tenantId: "contoso.com", ...nothing },
    ]);
  });

  test.skipIf(isElsewhere)("A5: combined, busy and unknown and free share the request among them", async () => {
    const during = between(DAY, "09:00", "11:00");
    const combined = async (combine: unknown, ...more: string[]) =>
      (await read({ calendars: [anna.id, ben.id, ...more], ...during, combine })).combined;
    expect(await combined("all")).toMatchObject({
      state: "fresh",
      busy: [between(DAY, "09:00", "10:30")],
      unknown: [],
      free: [between(DAY, "10:30", "11:00")],
    });
    expect(await combined("any")).toMatchObject({
      busy: [between(DAY, "09:30", "10:00")],
      free: [between(DAY, "09:00", "09:30"), between(DAY, "10:00", "11:00")],
    });
    expect(await combined({ atLeast: 2 }, NO_SUCH_ID)).toMatchObject({
      state: "unknown",
      asOf: null,
      busy: [between(DAY, "09:30", "10:00")],
      unknown: [between(DAY, "09:00", "09:30"), between(DAY, "10:00", "10:30")],
      free: [between(DAY, "10:30", "11:00")],
    });
    const got = await availabilityOf(product.api, query(`id=${anna.id}&id=${ben.id}&combine=2`));
    const posted = await read({ calendars: [anna.id, ben.id], combine: "all" });
    expect(ageless(got.combined)).toEqual(ageless(posted.combined));
  });

  test.skipIf(isElsewhere)("one that nobody has read yet is unknown, and so is everything that needs it", async () => {
    const { graph } = product.own;
    const mailbox = addMailbox(product);
    graph.faults.add({ kind: "latency", ms: 2_000, mailbox });
    const [watched] = await watch(product.api, { mailbox });
    const { calendars, combined } = await read({ calendars: [watched?.id, ben.id], combine: "all" });
    expect(calendars).toMatchObject([{ state: "unknown", reason: "neverRefreshed" }, { state: "fresh" }]);
    expect(combined).toMatchObject({ state: "unknown", free: [] });
    graph.faults.clear();
  });
});

describe.skipIf(isElsewhere)("conditional reads", () => conditionalReads(() => product));
describe("slots", () => slotsInAll(() => product));
describe("bad input", () => badInput(() => product.api));
describe("with the client of this repository", () => bookingService(() => product));
describe("over the wire", () => fuzzed(() => product));
