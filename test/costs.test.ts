import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { costsOf } from "../bench/costModel.js";
import { costSection, PRICES, USAGE, withCosts } from "../bench/costTable.js";
import { PART_ROWS } from "../shared/domain/round.js";
import { MINUTE_MS } from "../shared/domain/time.js";
import { POLICY } from "./service.js";

const IDLE = { ...USAGE, changesPerCalendarAndDay: 0, requestsPerCalendarAndDay: 0 };
const costs = (calendars: number, usage = IDLE, policy = POLICY) => costsOf(calendars, usage, PRICES, policy);

test("docs/operations.md shows what the model computes now: npm run costs writes it", () => {
  const document = readFileSync("docs/operations.md", "utf8");
  expect(withCosts(document)).toBe(document);
  expect(costSection()).toMatch(/^\| \*\*US dollars\*\* \|/m);
});

test("A quiet calendar is read once a reconcile period, and its zone once a day", () => {
  expect(costs(1).graphReads).toBeCloseTo(30 * 24 * 4 + 30);
  expect(costs(1, IDLE, { ...POLICY, reconcileMs: 60 * MINUTE_MS }).graphReads).toBeCloseTo(30 * 24 + 30);
});

test("A change costs two reads, one where nothing is confirmed", () => {
  const changing = { ...IDLE, changesPerCalendarAndDay: 1 };
  const extra = (policy = POLICY) => costs(1, changing, policy).graphReads - costs(1, IDLE, policy).graphReads;
  expect(extra()).toBeCloseTo(60);
  expect(extra({ ...POLICY, confirmAfterMs: 0 })).toBeCloseTo(30);
});

test("Twenty calendars travel in one request where there are enough of them; alone, each is a request", () => {
  const requests = (calendars: number) => costs(calendars).graphRequests / calendars;
  expect(requests(1)).toBeGreaterThan(requests(100_000) * 8);
  expect(requests(1_000_000)).toBeCloseTo(requests(100_000), 0);
});

test("Beyond one part a sweep lists no more a minute, however many rows there are", () => {
  const listed = (calendars: number) => costs(calendars).tableOperations - 3 * costs(calendars).graphReads;
  const perRow = (calendars: number) => listed(calendars) / calendars;
  expect(perRow(10 * PART_ROWS)).toBeLessThan(perRow(PART_ROWS));
});

const PRICED = [
  "perGbSecond",
  "perMillionExecutions",
  "alwaysReadyPerGbSecond",
  "perTenThousandTableOperations",
  "perTenThousandQueueOperations",
  "perStoredGbMonth",
  "perLogGb",
] as const;

test("Money grows with every price, and with the calendars", () => {
  for (const price of PRICED)
    expect(costsOf(1_000_000, USAGE, { ...PRICES, [price]: 2 * PRICES[price] }, POLICY).money, price).toBeGreaterThan(
      costsOf(1_000_000, USAGE, PRICES, POLICY).money,
    );
  expect(costs(100_000).money).toBeGreaterThan(costs(1_000).money);
});
