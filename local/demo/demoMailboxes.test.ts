import { describe, expect, test } from "vitest";
import { dayOf } from "../graph/dates.js";
import { GraphSimulator } from "../graph/simulator.js";
import { resolveZone } from "../graph/zones.js";
import { daysAfter, mondayOf, nextWorkday, workdays } from "./days.js";
import { demoMailboxes, fillOutlook, REVIEW, reviewDate } from "./demoMailboxes.js";
import { DENIED, EVERYBODY, NORA, ROOM, TEAM, UNLICENSED, ZONES } from "./people.js";
import { demoWishes } from "./watchDemo.js";

const TODAY = "2026-11-25";

function filled(today = TODAY): GraphSimulator {
  const sim = new GraphSimulator({ now: () => Date.parse(`${today}T12:00:00Z`) });
  fillOutlook(sim, demoMailboxes(today));
  return sim;
}

const stored = (sim: GraphSimulator) =>
  sim.outlook.mailboxes.flatMap(({ calendars }) => calendars.flatMap(({ events }) => [...events.values()]));

const view = async (sim: GraphSimulator, mailbox: string) => {
  const times = `startDateTime=${TODAY}T00:00:00Z&endDateTime=${daysAfter(TODAY, 1)}T00:00:00Z`;
  return sim.fetch(`https://graph.microsoft.com/v1.0/users/${mailbox}/calendarView?${times}`);
};

describe("the demo's mailboxes", () => {
  const sim = filled();

  test("are 24, each with another id and address of Contoso", () => {
    expect(sim.outlook.mailboxes).toHaveLength(24);
    expect(new Set(EVERYBODY.map(({ id }) => id)).size).toBe(24);
    expect(EVERYBODY.filter(({ address }) => !/^[a-z.]+@contoso\.com$/.test(address))).toEqual([]);
  });

  test("are in five zones, named as Windows names them; only the room has none", () => {
    const zones = new Set(sim.outlook.mailboxes.map(({ timeZone }) => timeZone));
    expect([...zones].sort()).toEqual(["", ...ZONES].sort());
    expect(new Set(ZONES.map(resolveZone)).size).toBe(5);
    expect(sim.outlook.mailbox(ROOM.address).timeZone).toBe("");
  });

  test("hold a team of 20, four in each zone", () => {
    expect(TEAM).toHaveLength(20);
    for (const zone of ZONES) expect(TEAM.filter(({ timeZone }) => timeZone === zone)).toHaveLength(4);
  });

  test("have one calendar each, but Nora has three", () => {
    const several = sim.outlook.mailboxes.filter(({ calendars }) => calendars.length !== 1);
    expect(several.map(({ address, calendars }) => [address, calendars.length])).toEqual([[NORA.address, 3]]);
    expect(demoWishes(sim)).toHaveLength(26);
  });

  test("include one without a licence and one that is denied", async () => {
    const answers = [UNLICENSED, DENIED, NORA].map(({ address }) => view(sim, address));
    const [missing, denied, open] = await Promise.all(answers);
    expect([missing?.status, denied?.status, open?.status]).toEqual([404, 403, 200]);
    expect(await missing?.json()).toMatchObject({ error: { code: "MailboxNotEnabledForRESTAPI" } });
  });

  test("hold every kind of event", () => {
    const events = stored(sim);
    const exceptions = events.flatMap(({ exceptions }) => [...exceptions.values()]);
    const kinds = {
      series: events.filter(({ recurrence }) => recurrence !== undefined),
      deletedOccurrences: exceptions.filter((one) => one === "deleted"),
      movedOccurrences: exceptions.filter((one) => one !== "deleted" && one.start.includes("08:30")),
      cancelledOccurrences: exceptions.filter((one) => one !== "deleted" && one.isCancelled),
      declinedOccurrences: exceptions.filter((one) => one !== "deleted" && one.response === "declined"),
      vacations: events.filter((one) => one.isAllDay && one.showAs === "oof" && dayOf(one.end) - dayOf(one.start) > 1),
      wholeDays: events.filter((one) => one.isAllDay && dayOf(one.end) - dayOf(one.start) === 1),
      private: events.filter(({ sensitivity }) => sensitivity === "private"),
      tentative: events.filter(({ showAs }) => showAs === "tentative"),
      elsewhere: events.filter(({ showAs }) => showAs === "workingElsewhere"),
      free: events.filter(({ showAs }) => showAs === "free"),
      cancelled: events.filter(({ isCancelled }) => isCancelled),
      declined: events.filter(({ response }) => response === "declined"),
    };
    expect(Object.entries(kinds).filter(([, found]) => found.length < 2)).toEqual([]);
  });

  test("leave the hours free to which the tour moves the review", () => {
    const day = Date.parse(`${reviewDate(TODAY)}T00:00:00Z`);
    const busy = sim.truth(REVIEW.person.address, "primary", day + 9 * 3_600_000, day + 12.5 * 3_600_000);
    expect(busy.map(({ id }) => id)).toEqual([REVIEW.id]); // 10:00 to 13:30 in Amsterdam's winter
  });
});

test("the same day gives the same calendars, another day moves them", () => {
  expect(stored(filled())).toEqual(stored(filled()));
  expect(stored(filled("2026-11-26"))).not.toEqual(stored(filled()));
});

// Around changes of the clocks, at the ends of months and years, in a leap year, on every day of a week.
const MONTH_ENDS = ["2026-03-28", "2026-10-24", "2026-10-31", "2026-12-31", "2027-01-01", "2028-02-28", "2028-02-29"];
const WEEK = Array.from({ length: 7 }, (_, index) => daysAfter(TODAY, index));
test.each([...MONTH_ENDS, ...WEEK])("a run on %s has its meetings, past ones and ones to come", (today) => {
  const sim = filled(today);
  const noon = Date.parse(`${today}T12:00:00Z`);
  const busyAfter = (days: number) => {
    const start = noon + days * 86_400_000;
    return TEAM.filter(({ address }) => sim.truth(address, "primary", start, start + 7 * 86_400_000).length > 0);
  };
  for (const days of [-7, 0, 80]) expect(busyAfter(days)).toHaveLength(20);
  expect(dayOf(reviewDate(today)) - dayOf(today)).toBeLessThanOrEqual(3);
});

test.each([
  ["2026-11-27", "2026-11-30"], // Friday
  ["2026-11-28", "2026-11-30"],
  ["2026-11-29", "2026-11-30"],
  ["2026-11-30", "2026-12-01"],
])("the workday after %s is %s", (date, next) => {
  expect(nextWorkday(date)).toBe(next);
});

test("weeks begin on Monday, and a day lies in its own week", () => {
  expect(WEEK.map(mondayOf)).toEqual([...Array(5).fill("2026-11-23"), ...Array(2).fill("2026-11-30")]);
});

test("workdays leave out Saturday and Sunday", () => {
  expect(workdays("2026-11-27", 0, 3)).toEqual(["2026-11-27", "2026-11-30", "2026-12-01"]);
});
