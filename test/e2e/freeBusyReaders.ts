/** Google's own client, and a reader of iCalendar files. */
import { describe, expect, test } from "vitest";
import { berliner, truth } from "./berliner.js";
import { at, clocksGoBack } from "./days.js";
import { googleFreeBusyAt } from "./foreignClients.js";
import { freeBusyOf } from "./iCalendar.mjs";
import { freshAddress, watchedPerson } from "./mailboxes.js";
import type { Product } from "./product.js";

const DAY = 3;

export function freeBusyReaders(product: () => Product): void {
  describe("Google's own client", () => {
    test("A10: it reads when somebody is busy, in the zone that it asks for", async () => {
      const { view } = await berliner(product());
      const { before, after } = clocksGoBack();
      const answer = await googleFreeBusyAt(product().own.url)({
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
      const { address } = await watchedPerson(product());
      const times = { timeMin: at(DAY, "00:00"), timeMax: at(DAY + 364, "00:00") };
      const ask = googleFreeBusyAt(product().own.url);
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

  describe("an iCalendar reader", () => {
    test("A12: it finds each kind of busy time at its instants", async () => {
      const { id, view } = await berliner(product());
      const types: Record<string, string> = { busy: "BUSY", tentative: "BUSY-TENTATIVE", oof: "BUSY-UNAVAILABLE" };
      const { status, headers, text } = await product().api.get(
        `/api/calendars/${id}/freebusy.ics?start=${view.start}&end=${view.end}`,
      );
      expect([status, headers.get("content-type")]).toEqual([200, expect.stringMatching(/^text\/calendar/)]);
      const expected = truth(product(), view)
        .filter((one) => one.status !== "workingElsewhere")
        .map(({ status: kind, start, end }) => ({ type: types[kind], start, end }));
      expect(expected).toHaveLength(4);
      expect(freeBusyOf(text)).toEqual(expected);
      const again = await product().api.get(`/api/calendars/${id}/freebusy.ics?start=${view.start}&end=${view.end}`, {
        "if-none-match": headers.get("etag") ?? "",
      });
      expect(again).toMatchObject({ status: 304, text: "" });
    });

    test("A2, A12: time that is not kept is unavailable, and a calendar that is not the caller's is not found", async () => {
      const { id } = await watchedPerson(product());
      const path = (calendar: string) =>
        `/api/calendars/${calendar}/freebusy.ics?start=${at(360, "00:00")}&end=${at(369, "00:00")}`;
      const [first, ...more] = freeBusyOf((await product().api.get(path(id))).text);
      expect(more).toEqual([]);
      expect(first).toMatchObject({ type: "BUSY-UNAVAILABLE", end: at(369, "00:00").replace("Z", ".000Z") });
      expect(Date.parse(first?.start ?? "")).toBeLessThanOrEqual(Date.parse(at(368, "00:00")));
      expect((await product().api.get(path("a".repeat(26)))).status).toBe(404);
    });
  });
}
