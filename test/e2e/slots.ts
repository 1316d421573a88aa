/** Slots as booking services ask for them. */
import { beforeAll, describe, expect, test } from "vitest";
import { problem, slots } from "./answers.js";
import { at, between, dayOf } from "./days.js";
import { isElsewhere } from "./elsewhere.js";
import { addMailbox, type Person, watchedPerson } from "./mailboxes.js";
import type { Product } from "./product.js";

const DAY = 3;
/** Of the default horizon: the first UTC day that no snapshot covers. */
const WINDOW_END_DAYS = 92;
const NO_SUCH_ID = "a".repeat(26);
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const everyDay = (start: string, end: string) => [{ days: DAYS, start, end }];
const valid = {
  participants: [{ calendars: [NO_SUCH_ID] }],
  ...dayOf(DAY),
  durationMinutes: 60,
  timeZone: "UTC",
};

/** What is wrong, the body, and the fields that must be named. */
const BODIES: readonly (readonly [string, unknown, ...string[]])[] = [
  ["nothing in it", {}, "/participants", "/start", "/end", "/durationMinutes", "/timeZone"],
  ["no participants", { ...valid, participants: [] }, "/participants"],
  ["a participant without calendars", { ...valid, participants: [{ calendars: [] }] }, "/participants/0/calendars"],
  ["a calendar that is none", { ...valid, participants: [{ calendars: ["x"] }] }, "/participants/0/calendars/0"],
  [
    "more needed than there are",
    { ...valid, participants: [{ calendars: [NO_SUCH_ID, NO_SUCH_ID], required: 2 }] },
    "/participants/0/required",
  ],
  ["none needed", { ...valid, participants: [{ calendars: [NO_SUCH_ID], required: 0 }] }, "/participants/0/required"],
  ["an unknown field", { ...valid, detail: true }, "/detail"],
  ["an end before the start", { ...valid, end: valid.start }, "/end"],
  ["more than 366 days", { ...valid, end: at(DAY + 367, "00:00") }, "/end"],
  ["no duration", { ...valid, durationMinutes: 0 }, "/durationMinutes"],
  ["a step of over a day", { ...valid, stepMinutes: 1_441 }, "/stepMinutes"],
  ["a step that makes too many slots", { ...valid, stepMinutes: 1, end: at(DAY + 5, "00:00") }, "/stepMinutes"],
  ["an offset for a zone", { ...valid, timeZone: "+01:00" }, "/timeZone"],
  ["an unknown zone", { ...valid, timeZone: "Mars/Olympus" }, "/timeZone"],
  ["no working hours", { ...valid, workingHours: [] }, "/workingHours"],
  [
    "a day that is none",
    { ...valid, workingHours: [{ ...everyDay("09:00", "17:00")[0], days: ["monday"] }] },
    "/workingHours/0/days/0",
  ],
  ["a time of day without minutes", { ...valid, workingHours: everyDay("9", "17:00") }, "/workingHours/0/start"],
  ["a time of day after 24:00", { ...valid, workingHours: everyDay("09:00", "24:01") }, "/workingHours/0/end"],
  ["working hours past midnight", { ...valid, workingHours: everyDay("22:00", "06:00") }, "/workingHours/0/end"],
];

export function slotsInAll(product: () => Product): void {
  const find = (request: object) =>
    slots(product().api, { ...valid, workingHours: everyDay("09:00", "12:00"), ...request });
  const hour = (from: string, to: string, ...calendars: readonly string[]) => ({
    ...between(DAY, from, to),
    calendars,
  });

  describe.skipIf(isElsewhere)("a team", () => {
    /** Busy 9–10. */
    let anna: Person;
    /** Busy 9:30–10:30. */
    let ben: Person;
    beforeAll(async () => {
      [anna, ben] = await Promise.all([
        watchedPerson(product(), { events: [between(DAY, "09:00", "10:00")] }),
        watchedPerson(product(), { events: [between(DAY, "09:30", "10:30")] }),
      ]);
    });

    test("all of a group must be free, and one of a group that takes turns", async () => {
      const calendars = [anna.id, { mailbox: ben.address }];
      const all = await find({ participants: [{ calendars }], stepMinutes: 30 });
      expect(all).toMatchObject({ state: "fresh", unknown: [] });
      expect(all.slots).toEqual([hour("10:30", "11:30", anna.id, ben.id), hour("11:00", "12:00", anna.id, ben.id)]);
      const any = await find({ participants: [{ calendars, required: "any" }], stepMinutes: 30 });
      expect(any.slots).toEqual([hour("10:00", "11:00", anna.id), ...all.slots]);
    });

    test("working hours are the zone's own", async () => {
      const tokyo = { timeZone: "Tokyo Standard Time", workingHours: everyDay("19:00", "21:00") };
      const { slots: found } = await find({ participants: [{ calendars: [anna.id] }], ...tokyo });
      expect(found).toEqual([hour("10:00", "11:00", anna.id), hour("11:00", "12:00", anna.id)]);
    });

    test("buffers keep a distance to meetings", async () => {
      const buffered = { participants: [{ calendars: [anna.id] }], bufferMinutes: { after: 15 } };
      expect((await find(buffered)).slots).toEqual([hour("11:00", "12:00", anna.id)]);
    });

    test("A2: nothing is offered beyond the horizon, where nobody knows", async () => {
      const range = { start: at(WINDOW_END_DAYS - 1, "09:00"), end: at(WINDOW_END_DAYS + 1, "00:00") };
      const beyond = await find({ participants: [{ calendars: [anna.id], required: 1 }], ...range });
      expect(beyond.slots.map(({ start }) => start)).toEqual(
        ["09:00", "10:00", "11:00"].map((time) => at(WINDOW_END_DAYS - 1, time)),
      );
      expect(beyond.unknown).toEqual([between(WINDOW_END_DAYS, "09:00", "12:00")]);
    });

    test("A6: with a calendar that is not the caller's nothing is offered, and the rest does not help", async () => {
      const mailbox = addMailbox(product());
      const found = await find({ participants: [{ calendars: [anna.id] }, { calendars: [{ mailbox }] }] });
      expect(found).toEqual({ slots: [], unknown: [between(DAY, "10:00", "12:00")], state: "unknown", asOf: null });
    });

    test("A3: a search for slots makes no call to Graph", async () => {
      product().own.graph.clearLog();
      await find({ participants: [{ calendars: [anna.id, ben.id] }], maxAgeSeconds: 0 });
      expect(product().own.graph.log).toEqual([]);
    });
  });

  test("A6: of calendars that nobody watches nothing is known, and nothing is offered", async () => {
    expect(await find({})).toEqual({
      slots: [],
      unknown: [between(DAY, "09:00", "12:00")],
      state: "unknown",
      asOf: null,
    });
  });

  test.each(BODIES)("A8: slots with %s is 400 and names the field", async (_, body, ...wanted) => {
    const { code, pointers } = problem(await product().api.post("/api/slots", body), 400);
    expect({ code, pointers }).toEqual({ code: "invalidRequest", pointers: wanted });
  });

  test("A8: more calendars than one request may name are 413, also over several participants", async () => {
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ mailbox: `m${from + index}@contoso.com` }));
    const participants = (...groups: readonly object[][]) => groups.map((calendars) => ({ calendars }));
    const post = (body: object) => product().api.post("/api/slots", { ...valid, stepMinutes: 60, ...body });
    expect((await post({ participants: participants(many(0, 150), many(100, 100)) })).status).toBe(200);
    const tooMany = participants(many(0, 150), many(100, 101));
    expect(problem(await post({ participants: tooMany }), 413).code).toBe("payloadTooLarge");
  });
}
