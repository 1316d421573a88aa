/** The main job, through each door of one product: what happens in Outlook is in the answer a moment later. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { availability, calendar, explain, watch } from "./answers.js";
import { between, clocksGoBack, dateAhead, dayOf } from "./days.js";
import { DOORS } from "./doors.js";
import { isElsewhere } from "./elsewhere.js";
import { eventually } from "./eventually.js";
import { lifecycle } from "./lifecycle.js";
import { watchedPerson } from "./mailboxes.js";
import { PLANTED, privacyOf } from "./privacy.js";
import { type Product, startProduct } from "./product.js";
import { status } from "./status.js";
import { storageAway } from "./storageAway.js";
import { watching } from "./watching.js";

/** The day on which everything happens. */
const DAY = 3;

let product: Product;
let storageFolder: string;

beforeAll(async () => {
  if (isElsewhere) return;
  storageFolder = await mkdtemp(join(tmpdir(), "e2e-"));
  // A year ahead there is always a day on which clocks change; and one pause between reads as in production.
  const settings = { HORIZON_DAYS: "365", MIN_REFRESH_INTERVAL_SECONDS: "1" };
  product = await startProduct({ settings, storageFolder });
});
afterAll(async () => {
  if (isElsewhere) return;
  await product.stop();
  await rm(storageFolder, { recursive: true, force: true });
});

describe.skipIf(isElsewhere).each(DOORS)("through the door %s", (door) => {
  beforeAll(() => product.own.openDoor(door));

  const busy = async (id: string, days = DAY) =>
    (await calendar(product.api, { calendars: [id], ...dayOf(days) })).busy;
  const becomes = (id: string, expected: readonly object[], days = DAY): Promise<void> =>
    eventually(async () => expect(await busy(id, days)).toEqual(expected));

  describe("the main job", { concurrent: true }, () => {
    test("A1, S4: a calendar that is watched is soon fresh, with what Outlook holds", async () => {
      const meeting = { ...between(DAY, "09:00", "10:00"), subject: PLANTED.subject };
      const { address, id } = await watchedPerson(product, { name: PLANTED.name, events: [meeting] });
      const answer = await calendar(product.api, { calendars: [{ mailbox: address }], ...dayOf(DAY) });
      expect(answer).toMatchObject({ id, mailbox: address, calendar: "primary", state: "fresh", reason: null });
      expect(answer).toMatchObject({ busy: [between(DAY, "09:00", "10:00")], unknown: [], delivery: "push" });
      expect(Date.now() - Date.parse(answer.asOf ?? "")).toBeLessThan(60_000);
    });

    test("I4, R7: a meeting made, moved and deleted in Outlook changes the answer each time", async () => {
      const { address, id } = await watchedPerson(product);
      const { outlook } = product.own.graph;
      expect(await busy(id)).toEqual([]);
      const event = outlook.addEvent(address, "primary", {
        ...between(DAY, "09:00", "10:00"),
        subject: PLANTED.subject,
      });
      await becomes(id, [between(DAY, "09:00", "10:00")]);
      outlook.updateEvent(address, "primary", event.id, between(DAY, "14:00", "15:30"));
      await becomes(id, [between(DAY, "14:00", "15:30")]);
      outlook.deleteEvent(address, "primary", event.id);
      await becomes(id, []);
      const { lastNotificationAt, lastRefresh } = await explain(product.api, id);
      expect(lastNotificationAt).not.toBeNull();
      expect(lastRefresh).toMatchObject({ outcome: "read", pages: 1, events: 0 });
    });

    test("R11: every occurrence of a series is there, with what became of single ones", async () => {
      const { address, id } = await watchedPerson(product);
      const { outlook } = product.own.graph;
      const series = outlook.addEvent(address, "primary", {
        ...between(DAY, "08:00", "08:30"),
        recurrence: { pattern: "daily", count: 5 },
      });
      await becomes(id, [between(DAY + 4, "08:00", "08:30")], DAY + 4);
      outlook.updateEvent(address, "primary", `${series.id}.${dateAhead(DAY + 1)}`, between(DAY + 1, "11:00", "12:00"));
      outlook.deleteEvent(address, "primary", `${series.id}.${dateAhead(DAY + 2)}`);
      await becomes(id, [between(DAY + 1, "11:00", "12:00")], DAY + 1);
      await becomes(id, [], DAY + 2);
      expect(await busy(id)).toEqual([between(DAY, "08:00", "08:30")]);
      expect(await busy(id, DAY + 3)).toEqual([between(DAY + 3, "08:00", "08:30")]);
    });

    test("R10: an all-day event blocks the local day of the reader's zone, 25 hours when clocks go back", async () => {
      const { before, date, after } = clocksGoBack();
      const { id } = await watchedPerson(product, {
        mailbox: { timeZone: "Tokyo Standard Time" },
        wish: { timeZone: "W. Europe Standard Time" },
        events: [{ start: date, end: after, isAllDay: true, showAs: "oof" }],
      });
      const request = { calendars: [id], start: `${before}T12:00:00Z`, end: `${after}T12:00:00Z`, detail: true };
      const block = { start: `${before}T22:00:00Z`, end: `${date}T23:00:00Z` };
      const answer = await calendar(product.api, request);
      expect(answer).toMatchObject({ busy: [block], blocks: [{ ...block, status: "oof", allDay: true }] });
      expect((await explain(product.api, id)).timeZone).toEqual({
        used: ["Europe/Berlin"],
        from: "watch",
        mailbox: "Tokyo Standard Time",
      });
    });

    test("R10: private meetings block as all others do; cancelled, declined and free ones do not", async () => {
      const { id } = await watchedPerson(product, {
        events: [
          { ...between(DAY, "08:00", "09:00"), sensitivity: "private", subject: PLANTED.subject },
          { ...between(DAY, "10:00", "11:00"), isCancelled: true, subject: `Canceled: ${PLANTED.subject}` },
          { ...between(DAY, "12:00", "13:00"), response: "declined" },
          { ...between(DAY, "14:00", "15:00"), showAs: "free" },
          { ...between(DAY, "16:00", "17:00"), showAs: "unknown" },
        ],
      });
      expect(await busy(id)).toEqual([between(DAY, "08:00", "09:00"), between(DAY, "16:00", "17:00")]);
    });

    test("S2: a second calendar of a mailbox is a calendar of its own, with its own changes", async () => {
      const { address, id } = await watchedPerson(product, { events: [between(DAY, "09:00", "10:00")] });
      const { outlook } = product.own.graph;
      const other = outlook.addCalendar(address, { name: "Projects" });
      const [watched] = await watch(product.api, { mailbox: address, calendar: other.id });
      const second = watched?.id ?? "";
      expect(second.slice(0, 16)).toBe(id.slice(0, 16));
      await eventually(async () => expect(await explain(product.api, second)).toMatchObject({ delivery: "push" }));
      outlook.addEvent(address, "Projects", between(DAY, "20:00", "21:00"));
      await becomes(second, [between(DAY, "20:00", "21:00")]);
      const both = await availability(product.api, {
        calendars: [{ mailbox: address, calendar: other.id }, { mailbox: address }],
        ...dayOf(DAY),
      });
      expect(both.calendars.map((one) => [one.calendar, one.busy])).toEqual([
        [other.id, [between(DAY, "20:00", "21:00")]],
        ["primary", [between(DAY, "09:00", "10:00")]],
      ]);
    });
  });

  describe("lifecycle", { concurrent: true }, () => lifecycle(() => product, door));
  // What no door has a part in, once.
  if (door === "webhook") {
    describe("watching", { concurrent: true }, () => watching(() => product));
    describe("status", () => status(() => product));
  }
});

describe.skipIf(isElsewhere)("after all doors", () => {
  describe("storage out of reach", () => storageAway(() => product));
  describe("privacy", () =>
    privacyOf(
      () => product,
      () => storageFolder,
    ));
});
