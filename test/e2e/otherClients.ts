/** Clients made for Graph, Google Calendar and iCalendar read the times that are in Outlook. */
import { describe, expect, test } from "vitest";
import { explain, refreshNow, watch } from "./answers.js";
import { berliner, truth } from "./berliner.js";
import { at, between, dayOf } from "./days.js";
import { eventually } from "./eventually.js";
import {
  graphClientAt,
  graphClientBehindFront,
  graphDoorOf,
  readPage,
  refusalOf,
  timesOf,
  type View,
  viewPath,
} from "./foreignClients.js";
import { freeBusyReaders } from "./freeBusyReaders.js";
import { freshAddress, settled, watchedPerson } from "./mailboxes.js";
import type { Product } from "./product.js";

const DAY = 3;
const BERLIN = "W. Europe Standard Time";

/** In a product whose horizon is a year: within it clocks change. */
export function otherClients(product: () => Product): void {
  const door = () => graphClientAt(graphDoorOf(product().own.url));
  const outlook = () => graphClientAt(product().own.settings.GRAPH_BASE_URL ?? "");

  describe("Graph's own client", () => {
    test("A10: it reads from here what it reads from Graph, when only its base URL changes", async () => {
      const { view } = await berliner(product());
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
      const { view } = await berliner(product());
      const client = graphClientBehindFront(product().own.url);
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
      const { address, id } = await watchedPerson(product(), {
        events: [between(DAY, "09:00", "10:00"), between(DAY, "15:00", "16:00")],
      });
      const view = { mailbox: address, ...dayOf(DAY) };
      const client = graphClientBehindFront(product().own.url);
      const next = (await readPage(client, view, 1))["@odata.nextLink"] ?? "";
      expect((await client.api(next).get()).value).toHaveLength(1);
      product().own.graph.outlook.addEvent(address, "primary", between(DAY, "07:00", "08:00"));
      await eventually(async () => expect(await explain(product().api, id)).toMatchObject({ counts: { events: 3 } }));
      expect(await refusalOf(client.api(next))).toMatchObject({ statusCode: 410, code: "SyncStateNotFound" });
    });

    test("A10: getSchedule shows each slot as Outlook has it, and each item at its instants", async () => {
      const { view } = await berliner(product());
      const { start, end, mailbox } = view;
      const body = {
        Schedules: [mailbox.toUpperCase(), freshAddress("nobody")],
        StartTime: { dateTime: start.slice(0, 19), timeZone: "UTC" },
        EndTime: { dateTime: end.slice(0, 19), timeZone: "UTC" },
        availabilityViewInterval: "30",
      };
      const path = `/users/${encodeURIComponent(mailbox)}/calendar/getSchedule`;
      const [known, unknown] = (await door().api(path).post(body)).value;
      const blocks = truth(product(), view);
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
      const { view } = await berliner(product());
      const other = product().own.graph.outlook.addCalendar(view.mailbox, { name: "Projects" });
      const [watched] = await watch(product().api, { mailbox: view.mailbox, calendar: other.id });
      await settled(product(), watched?.id ?? "");
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
      const { address, id } = await watchedPerson(product(), { events: [between(DAY, "09:00", "10:00")] });
      const view = { mailbox: address, ...dayOf(DAY) };
      const refused = (change: Partial<View>) => refusalOf(door().api(viewPath({ ...view, ...change })));
      const nobodys = { statusCode: 404, code: "ErrorItemNotFound" };
      expect(await refused({ mailbox: freshAddress("nobody") })).toMatchObject(nobodys);
      expect(await refused({ mailbox: "no address" })).toMatchObject(nobodys);
      expect(await refused({ calendar: "AAMkAGI2TGuLAAA=" })).toMatchObject(nobodys);
      expect(await refused({ end: at(400, "00:00") })).toMatchObject({
        statusCode: 400,
        code: "ErrorInvalidParameter",
      });
      expect(await refused({ start: at(-5, "00:00") })).toMatchObject({
        statusCode: 400,
        code: "ErrorInvalidParameter",
      });
      product().own.graph.outlook.denyAccess(address);
      await refreshNow(product().api, id);
      await eventually(async () =>
        expect(await refused({})).toMatchObject({ statusCode: 403, code: "ErrorAccessDenied" }),
      );
    });
  });

  test("A8, A10: a body that is too large is refused in Graph's words", async () => {
    const body = JSON.stringify({ schedules: ["x".repeat(1024 * 1024)] });
    const { status, body: told } = await product().api.postAlone("/api/graph/v1.0/me/calendar/getSchedule", body);
    expect([status, told]).toEqual([413, { error: expect.objectContaining({ code: "RequestEntityTooLarge" }) }]);
  });

  /** The events that take time. */
  const takenIds = (mailbox: string): string[] =>
    product()
      .own.graph.truth(mailbox, "primary", 0, Date.parse("2100-01-01T00:00:00Z"))
      .map(({ id }) => id);

  describe("readers of busy times alone", () => freeBusyReaders(product));
}
