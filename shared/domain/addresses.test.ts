import { expect, test } from "vitest";
import { addressIdOf, addressOf, isAmong } from "./addresses.js";
import { calendarIdOf } from "./calendarId.js";

const topic = (number: number): string =>
  `EventGrid:?azuresubscriptionid=22222222-2222-2222-2222-222222222222&resourcegroup=group&partnertopic=topic${number}&location=westeurope`;
const TEN = Array.from({ length: 10 }, (_, number) => topic(number));
const CALENDARS = Array.from({ length: 2_000 }, (_, number) =>
  calendarIdOf({ tenantId: "t", mailbox: `${number}@contoso.com`, calendar: "primary" }),
);
const spread = (topics: readonly string[]): string[] => CALENDARS.map((id) => addressOf(id, topics));

test("S2: every topic has its share of the calendars, and none has twice that", () => {
  const counts = Map.groupBy(spread(TEN), (address) => address);
  expect([...counts.keys()].sort()).toEqual([...TEN].sort());
  for (const { length } of counts.values()) {
    expect(length).toBeGreaterThan(CALENDARS.length / 20);
    expect(length).toBeLessThan(CALENDARS.length / 5);
  }
});

test("S2: a calendar has the same topic whatever the order and the spelling of the list", () => {
  const reversed = TEN.toReversed();
  expect(spread(reversed)).toEqual(spread(TEN));
  const shouted = TEN.map((one) => one.toUpperCase().replace("EVENTGRID", "EventGrid"));
  expect(spread(shouted).map(addressIdOf)).toEqual(spread(TEN).map(addressIdOf));
});

test("S2: a topic that comes takes its own share, and no calendar moves between two others", () => {
  const before = spread(TEN.slice(0, 9));
  const after = spread(TEN);
  const moved = after.filter((address, index) => address !== before[index]);
  expect(new Set(moved)).toEqual(new Set([TEN[9]]));
  expect(moved.length).toBeLessThan(CALENDARS.length / 5);
});

test("S2: without an address there is none, and one is everybody's", () => {
  expect(addressOf(CALENDARS[0] ?? calendarIdOf({ tenantId: "t", mailbox: "m", calendar: "c" }), [])).toBe("");
  expect(new Set(spread(["https://app.contoso.com/a"]))).toEqual(new Set(["https://app.contoso.com/a"]));
});

test("S1: Azure's names are one in any letter case and order of parameters; a URL is compared as it is", () => {
  const [, query = ""] = topic(1).split("?");
  const turned = `eventgrid:?${query.split("&").reverse().join("&").toUpperCase()}`;
  expect(isAmong(turned, TEN)).toBe(true);
  expect(isAmong(topic(11), TEN)).toBe(false);
  expect(isAmong("", TEN)).toBe(false);
  expect(isAmong("https://app.contoso.com/A", ["https://app.contoso.com/a"])).toBe(false);
  expect(isAmong("https://app.contoso.com/a", ["https://app.contoso.com/a"])).toBe(true);
});
