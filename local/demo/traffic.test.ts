import { expect, test, vi } from "vitest";
import { GraphSimulator } from "../graph/simulator.js";
import { demoMailboxes, fillOutlook, REVIEW } from "./demoMailboxes.js";
import { startTraffic } from "./traffic.js";
import { isClosed } from "./watchDemo.js";

const TODAY = "2026-11-25";
const KINDS = [
  ...["created", "all-day created", "series created", "moved", "canceled", "answered", "shown otherwise", "deleted"],
  ...["series moved", "occurrence moved", "occurrence canceled", "occurrence deleted"],
];

/** The demo after so many changes, and of what kinds they were. */
async function changed(atLeast: number) {
  const sim = new GraphSimulator({ now: () => Date.parse(`${TODAY}T12:00:00Z`) });
  fillOutlook(sim, demoMailboxes(TODAY));
  const ending = new AbortController();
  const { counts, ended } = startTraffic(sim, { today: TODAY, signal: ending.signal, everyMs: 0 });
  const sum = () => [...counts.values()].reduce((all, one) => all + one, 0);
  await vi.waitFor(() => expect(sum()).toBeGreaterThan(atLeast), { timeout: 20_000, interval: 5 });
  ending.abort();
  await ended;
  return { sim, counts, sum };
}

const eventsOf = (sim: GraphSimulator) =>
  sim.outlook.mailboxes.flatMap(({ address, calendars }) =>
    calendars.flatMap(({ events }) => [...events.values()].map((event) => ({ address, event }))),
  );

test("traffic makes every kind of change, and ends when told to", async () => {
  const { counts, sum, sim } = await changed(800);
  expect(KINDS.filter((kind) => !counts.has(kind))).toEqual([]);
  const [changes, events] = [sum(), eventsOf(sim)];
  await new Promise((resolve) => setImmediate(resolve));
  expect(sum()).toBe(changes);
  expect(eventsOf(sim)).toEqual(events);
});

test("traffic touches only what it has made, in calendars that can be read, and keeps within bounds", async () => {
  const { sim } = await changed(600);
  const made = eventsOf(sim).filter(({ event }) => event.id.startsWith("traffic-"));
  const others = eventsOf(sim).filter(({ event }) => !event.id.startsWith("traffic-"));
  const untouched = new GraphSimulator({ now: () => Date.parse(`${TODAY}T12:00:00Z`) });
  fillOutlook(untouched, demoMailboxes(TODAY));
  expect(others).toEqual(eventsOf(untouched));
  expect(others.some(({ event }) => event.id === REVIEW.id)).toBe(true);
  expect(made.filter(({ address }) => isClosed(address))).toEqual([]);
  expect(made.length).toBeLessThanOrEqual(200);
});
