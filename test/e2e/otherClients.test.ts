/** Clients made for Graph, Google Calendar and iCalendar read the times that are in Outlook. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explain, refreshNow, watch } from "./answers.js";
import { at, between, clocksGoBack, dayOf } from "./days.js";
import { isElsewhere } from "./elsewhere.js";
import { eventually } from "./eventually.js";
import { freeBusyOf } from "./iCalendar.mjs";
import { freshAddress, settled, watchedPerson } from "./mailboxes.js";
import {
  googleFreeBusyAt,
  graphClientAt,
  graphClientBehindFront,
  graphDoorOf,
  readPage,
  refusalOf,
  timesOf,
  type View,
  viewPath,
} from "./otherClients.js";
import { type Product, startProduct } from "./product.js";

const DAY = 3;
const BERLIN = "W. Europe Standard Time";
let product: Product;

beforeAll(async () => {
  if (isElsewhere) return;
  product = await startProduct({
    settings: { HORIZON_DAYS: "365", MIN_REFRESH_INTERVAL_SECONDS: "1" }, // within a year clocks change
  });
});
afterAll(async () => {
  if (!isElsewhere) await product.stop();
});

const door = () => graphClientAt(graphDoorOf(product.own.url));
const outlook = () => graphClientAt(product.own.settings.GRAPH_BASE_URL ?? "");

/** Somebody in Berlin with a bit of everything, on the days around the end of summer time. */
async function berliner() {
  const { before, date, after } = clocksGoBack();
  const events = [
    { start: `${before}T07:00:00Z`, end: `${before}T08:30:00Z`, showAs: "tentative" as const },
    { start: `${before}T20:00:00Z`, end: `${date}T08:00:00Z` },
    { start: date, end: after, isAllDay: true, showAs: "oof" as const },
    { start: `${date}T12:00:00Z`, end: `${date}T13:00:00Z` },
    { start: `${date}T14:00:00Z`, end: `${date}T15:00:00Z`, isCancelled: true },
    { start: `${after}T09:00:00Z`, end: `${after}T09:20:00Z`, showAs: "workingElsewhere" as const },
  ];
  const person = await watchedPerson(product, {
    mailbox: { timeZone: BERLIN },
    wish: { timeZone: BERLIN },
    events,
  });
  return { ...person, view: { mailbox: person.address, start: `${before}T00:00:00Z`, end: `${after}T23:00:00Z` } };
}

/** What Outlook itself holds of somebody's time, as instants. */
function truth({ mailbox, start, end }: View) {
  const blocks = product.own.graph.truth(mailbox, "primary", Date.parse(start), Date.parse(end));
  return blocks.map((one) => ({
    status: one.status,
    start: new Date(one.start).toISOString(),
    end: new Date(one.end).toISOString(),
  }));
}

describe.skipIf(isElsewhere)("Graph's own client", () => {
  test("A10: it reads from here what it reads from Graph, when only its base URL changes", async () => {
    const { view } = await berliner();
    for (const timeZone of [undefined, BERLIN, "Tokyo Standard Time"]) {
      const asked = timeZone === undefined ? view : { ...view, timeZone };
      const [here, there] = await Promise.all([readPage(door(), asked), readPage(outlook(), asked)]);
      expect(there.value).toHaveLength(6);
      const taken = there.value.filter(({ id }) => takenIds(view.mailbox).includes(id)); // one is cancelled
      expect(taken).toHaveLength(5);
      expect(timesOf(here.value)).toEqual(timesOf(taken));
    }
  });

  test("A11: it follows the pages of one event each to the end, and then has all of them once", async () => {
    const { view } = await berliner();
    const client = graphClientBehindFront(product.own.url);
    const pages = [];
    let page = await readPage(client, view, 1);
    for (let left = 10; left > 0; left--) {
      pages.push(page);
      const next = page["@odata.nextLink"];
      if (next === undefined) break;
      expect(next).toMatch(/^https:\/\/availability\.test\/api\/graph\/v1\.0\/users\//);
      page = await client.api(next).get();
    }
    expect(pages.map(({ value }) => value.length)).toEqual([1, 1, 1, 1, 1]);
    const whole = await readPage(client, view);
    expect(pages.flatMap(({ value }) => value)).toEqual(whole.value);
  });

  test("A11: a page of a calendar that has changed since the one before is refused", async () => {
    const { address, id } = await watchedPerson(product, {
      events: [between(DAY, "09:00", "10:00"), between(DAY, "15:00", "16:00")],
    });
    const view = { mailbox: address, ...dayOf(DAY) };
    const client = graphClientBehindFront(product.own.url);
    const next = (await readPage(client, view, 1))["@odata.nextLink"] ?? "";
    expect((await client.api(next).get()).value).toHaveLength(1);
    product.own.graph.outlook.addEvent(address, "primary", between(DAY, "07:00", "08:00"));
    await eventually(async () => expect(await explain(product.api, id)).toMatchObject({ counts: { events: 3 } }));
    expect(await refusalOf(client.api(next))).toMatchObject({ statusCode: 410, code: "SyncStateNotFound" });
  });

  test("A10: getSchedule shows each slot as Outlook has it, and each item at its instants", async () => {
    const { view } = await berliner();
    const { start, end, mailbox } = view;
    const body = {
      Schedules: [mailbox.toUpperCase(), freshAddress("nobody")],
      StartTime: { dateTime: start.slice(0, 19), timeZone: "UTC" },
      EndTime: { dateTime: end.slice(0, 19), timeZone: "UTC" },
      availabilityViewInterval: "30",
    };
    const path = `/users/${encodeURIComponent(mailbox)}/calendar/getSchedule`;
    const [known, unknown] = (await door().api(path).post(body)).value;
    const blocks = truth(view);
    const digit = (from: number): string => {
      const until = from + 30 * 60_000;
      const met = blocks.filter((one) => Date.parse(one.start) < until && Date.parse(one.end) > from);
      return ["oof", "busy", "tentative"].find((status) => met.some((one) => one.status === status)) ?? "free";
    };
    const slots = (Date.parse(end) - Date.parse(start)) / (30 * 60_000);
    const statuses = Array.from({ length: slots }, (_, index) => digit(Date.parse(start) + index * 30 * 60_000));
    const digits: Record<string, string> = { free: "0", tentative: "1", busy: "2", oof: "3" };
    expect(known.availabilityView).toBe(statuses.map((status) => digits[status]).join(""));
    expect(known.scheduleItems).toHaveLength(blocks.length);
    expect(known.scheduleItems).toEqual(
      expect.arrayContaining(
        blocks.map((one) => ({
          status: one.status,
          start: { dateTime: `${one.start.slice(0, 19)}.0000000`, timeZone: "UTC" },
          end: { dateTime: `${one.end.slice(0, 19)}.0000000`, timeZone: "UTC" },
        })),
      ),
    );
    expect(Object.keys(unknown)).toEqual(["scheduleId", "error"]);
    expect(unknown.error.responseCode).toBe("ErrorMailRecipientNotFound");
  });

  test("A10: a batch answers each of its requests, and refuses those that cannot be answered", async () => {
    const { view } = await berliner();
    const other = product.own.graph.outlook.addCalendar(view.mailbox, { name: "Projects" });
    const [watched] = await watch(product.api, { mailbox: view.mailbox, calendar: other.id });
    await settled(product, watched?.id ?? "");
    const schedule = {
      schedules: [view.mailbox],
      startTime: { dateTime: view.start, timeZone: "UTC" },
      endTime: { dateTime: view.end, timeZone: "UTC" },
    };
    const json = { "Content-Type": "application/json" };
    const { responses } = await door()
      .api("/$batch")
      .post({
        requests: [
          { id: "1", method: "GET", url: viewPath(view), headers: { Prefer: `outlook.timezone="${BERLIN}"` } },
          { id: "2", method: "POST", url: "/me/calendar/getSchedule", headers: json, body: schedule },
          { id: "3", method: "GET", url: viewPath({ ...view, mailbox: freshAddress("nobody") }) },
          { id: "4", method: "GET", url: viewPath({ ...view, calendar: other.id }) },
          { id: "5", method: "GET", url: "/me/events" },
        ],
      });
    const answers = new Map(responses.map((one: { id: string }) => [one.id, one]));
    expect(answers.get("1")).toMatchObject({ status: 200 });
    expect(timesOf((answers.get("1") as { body: { value: [] } }).body.value)).toEqual(
      timesOf((await readPage(door(), { ...view, timeZone: BERLIN })).value),
    );
    expect(answers.get("2")).toMatchObject({ status: 200, body: { value: [{ scheduleId: view.mailbox }] } });
    expect(answers.get("3")).toMatchObject({ status: 404, body: { error: { code: "ErrorItemNotFound" } } });
    expect(answers.get("4")).toMatchObject({ status: 200, body: { value: [] } });
    expect(answers.get("5")).toMatchObject({ status: 400, body: { error: { code: "BadRequest" } } });
  });

  test("A2, A10: what is not watched, not kept or denied by Outlook is an error, never an empty list", async () => {
    const { address, id } = await watchedPerson(product, { events: [between(DAY, "09:00", "10:00")] });
    const view = { mailbox: address, ...dayOf(DAY) };
    const refused = (change: Partial<View>) => refusalOf(door().api(viewPath({ ...view, ...change })));
    const nobodys = { statusCode: 404, code: "ErrorItemNotFound" };
    expect(await refused({ mailbox: freshAddress("nobody") })).toMatchObject(nobodys);
    expect(await refused({ mailbox: "no address" })).toMatchObject(nobodys);
    expect(await refused({ calendar: "AAMkAGI2TGuLAAA=" })).toMatchObject(nobodys);
    expect(await refused({ end: at(400, "00:00") })).toMatchObject({ statusCode: 400, code: "ErrorInvalidParameter" });
    expect(await refused({ start: at(-5, "00:00") })).toMatchObject({ statusCode: 400, code: "ErrorInvalidParameter" });
    product.own.graph.outlook.denyAccess(address);
    await refreshNow(product.api, id);
    await eventually(async () =>
      expect(await refused({})).toMatchObject({ statusCode: 403, code: "ErrorAccessDenied" }),
    );
  });
});

/** The events that take time. */
const takenIds = (mailbox: string): string[] =>
  product.own.graph.truth(mailbox, "primary", 0, Date.parse("2100-01-01T00:00:00Z")).map(({ id }) => id);

describe.skipIf(isElsewhere)("Google's own client", () => {
  test("A10: it reads when somebody is busy, in the zone that it asks for", async () => {
    const { view } = await berliner();
    const { before, after } = clocksGoBack();
    const answer = await googleFreeBusyAt(product.own.url)({
      timeMin: view.start,
      timeMax: view.end,
      timeZone: "Europe/Berlin",
      groupExpansionMax: 10,
      items: [{ id: view.mailbox }, { id: freshAddress("nobody") }],
    });
    expect(answer).toMatchObject({ kind: "calendar#freeBusy" });
    const [known, unknown] = Object.values(answer.calendars ?? {});
    expect(known).toEqual({
      busy: [
        { start: `${before}T09:00:00+02:00`, end: `${before}T10:30:00+02:00` },
        // In the evening, through the day off, to its end.
        { start: `${before}T22:00:00+02:00`, end: `${after}T00:00:00+01:00` },
      ],
    });
    expect(unknown).toEqual({ errors: [{ domain: "global", reason: "notFound" }] });
  });

  test("A2, A10: time that is not kept is an error of the calendar, not free", async () => {
    const { address } = await watchedPerson(product);
    const times = { timeMin: at(DAY, "00:00"), timeMax: at(DAY + 364, "00:00") };
    const ask = googleFreeBusyAt(product.own.url);
    expect((await ask({ ...times, items: [{ id: address }] })).calendars).toEqual({ [address]: { busy: [] } });
    const beyond = { timeMin: at(300, "00:00"), timeMax: at(400, "00:00") };
    const { calendars } = await ask({ ...beyond, items: [{ id: address }] });
    expect(calendars).toEqual({ [address]: { errors: [{ domain: "global", reason: "internalError" }] } });
    await expect(ask({ ...times, items: [{ id: address }], timeZone: "Mars" })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("/timeZone"),
    });
  });
});

describe.skipIf(isElsewhere)("an iCalendar reader", () => {
  test("A12: it finds each kind of busy time at its instants", async () => {
    const { id, view } = await berliner();
    const types: Record<string, string> = { busy: "BUSY", tentative: "BUSY-TENTATIVE", oof: "BUSY-UNAVAILABLE" };
    const { status, headers, text } = await product.api.get(
      `/api/calendars/${id}/freebusy.ics?start=${view.start}&end=${view.end}`,
    );
    expect([status, headers.get("content-type")]).toEqual([200, expect.stringMatching(/^text\/calendar/)]);
    const expected = truth(view)
      .filter((one) => one.status !== "workingElsewhere")
      .map(({ status: kind, start, end }) => ({ type: types[kind], start, end }));
    expect(expected).toHaveLength(4);
    expect(freeBusyOf(text)).toEqual(expected);
    const again = await product.api.get(`/api/calendars/${id}/freebusy.ics?start=${view.start}&end=${view.end}`, {
      "if-none-match": headers.get("etag") ?? "",
    });
    expect(again).toMatchObject({ status: 304, text: "" });
  });

  test("A2, A12: time that is not kept is unavailable, and a calendar that is not the caller's is not found", async () => {
    const { id } = await watchedPerson(product);
    const path = (calendar: string) =>
      `/api/calendars/${calendar}/freebusy.ics?start=${at(360, "00:00")}&end=${at(369, "00:00")}`;
    const [first, ...more] = freeBusyOf((await product.api.get(path(id))).text);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ type: "BUSY-UNAVAILABLE", end: at(369, "00:00").replace("Z", ".000Z") });
    expect(Date.parse(first?.start ?? "")).toBeLessThanOrEqual(Date.parse(at(368, "00:00")));
    expect((await product.api.get(path("a".repeat(26)))).status).toBe(404);
  });
});
