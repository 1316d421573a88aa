/**
 * Graph goes wrong in every way it has, and a host is killed at work. All that takes long waits at the same time: the host
 * is killed and started again first, and everything else, other people's clients included, happens while the killed one's
 * leases run out.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { calendar, explain, refreshNow } from "./answers.js";
import { between, dayOf } from "./days.js";
import { isElsewhere } from "./elsewhere.js";
import { eventually } from "./eventually.js";
import { graphFaults } from "./graphFaults.js";
import { type Person, watchedPerson } from "./mailboxes.js";
import { otherClients } from "./otherClients.js";
import { type Product, startProduct } from "./product.js";
import { GRAPH_IS_LATE_MS, subscriptionFaults } from "./subscriptionFaults.js";

const DAY = 3;
/** What the app promises after a crash, its leases of 50 s included. */
const CONVERGED_SECONDS_MAX = 120;
/** A read that takes longer than 40 s gives up. */
const GIVEN_UP_SECONDS_MAX = 70;
const LEASE_MS_MAX = 60_000;
const LOOK_EVERY_MS = 1_000;
const TEST_MS_MAX = 150_000;
const morning = between(DAY, "09:00", "10:00");
const afternoon = between(DAY, "15:00", "16:00");

let product: Product;
/** Were being read when the host was killed. */
let interrupted: readonly Person[];
/** Of whom Graph says nothing, however long one waits. */
let unheard: Person;
let silence: string;
/** Looked for from the beginning, beside everything else. */
let converged: Promise<void>;
let givenUp: Promise<void>;

beforeAll(async () => {
  if (isElsewhere) return;
  const settings = {
    // Only the tests run the timers; and no confirmation comes to anybody's rescue.
    "AzureWebJobs.reconcile.Disabled": "true",
    "AzureWebJobs.renewSubscriptions.Disabled": "true",
    CONFIRM_AFTER_SECONDS: "0",
    HORIZON_DAYS: "365", // for otherClients
    // Most of the time is spent waiting: the queues may be looked at less often meanwhile.
    AzureFunctionsJobHost__extensions__queues__maxPollingInterval: "00:00:00.500",
  };
  product = await startProduct({ settings, graphNow: () => Date.now() - GRAPH_IS_LATE_MS });
  const { faults } = product.own.graph;
  faults.add({ kind: "lifetimeMaximum", minutes: 20_000 }); // of a Graph whose clock is late
  interrupted = await Promise.all([watchedPerson(product), watchedPerson(product), watchedPerson(product)]);
  unheard = await watchedPerson(product, { events: [morning] });
  await killWhileReading();
  silence = faults.add({ kind: "hang", mailbox: unheard.address });
  await refreshNow(product.api, unheard.id);
  await product.api.runTimer("reconcile");
  await expect(expectAllRead()).rejects.toThrow(); // or they were not interrupted
  [converged, givenUp] = [converge(), giveUp()];
  for (const late of [converged, givenUp]) late.catch(() => undefined); // its test tells
});
afterAll(() => (isElsewhere ? undefined : product.stop()));

/** A change in each mailbox; Graph takes its time to answer; the host is killed when it has asked. */
async function killWhileReading(): Promise<void> {
  const { graph } = product.own;
  const slow = interrupted.map(({ address: mailbox }) =>
    graph.faults.add({ kind: "latency", ms: 20_000, mailbox, operation: "calendarView" }),
  );
  for (const { address } of interrupted) graph.outlook.addEvent(address, "primary", morning);
  await eventually(async () => {
    for (const { id } of interrupted) {
      const { nextRefreshDueAt } = await explain(product.api, id);
      expect(Date.parse(nextRefreshDueAt)).toBeLessThan(Date.now() + LEASE_MS_MAX);
    }
  });
  await product.own.killHost();
  for (const id of slow) graph.faults.remove(id);
  // What changes while nobody listens is told to nobody.
  graph.subscriptions.setKnobs({ dropProbability: 1 });
  for (const { address } of interrupted) graph.outlook.addEvent(address, "primary", afternoon);
  graph.subscriptions.resetKnobs();
  await product.own.startHost();
}

const answerOf = (id: string) => calendar(product.api, { calendars: [id], ...dayOf(DAY) });

async function expectAllRead(): Promise<void> {
  for (const { id } of interrupted)
    expect(await answerOf(id)).toMatchObject({ state: "fresh", busy: [morning, afternoon] });
}

async function converge(): Promise<void> {
  const swept = async (): Promise<void> => {
    await product.api.runTimer("reconcile");
    await expectAllRead();
  };
  await eventually(swept, CONVERGED_SECONDS_MAX, LOOK_EVERY_MS);
  for (const { id } of interrupted) expect(await explain(product.api, id)).toMatchObject({ crashes: 0, failures: 0 });
}

async function giveUp(): Promise<void> {
  const { asOf } = await answerOf(unheard.id);
  const failed = async (): Promise<void> => {
    const { lastError, lastRefresh } = await explain(product.api, unheard.id);
    expect({ lastError, outcome: lastRefresh?.outcome }).toEqual({
      lastError: "no answer in time",
      outcome: "transient",
    });
  };
  await eventually(failed, GIVEN_UP_SECONDS_MAX, LOOK_EVERY_MS);
  expect(await answerOf(unheard.id)).toMatchObject({ state: "fresh", asOf, busy: [morning] });
  product.own.graph.faults.remove(silence);
  await eventually(async () => expect((await answerOf(unheard.id)).asOf).not.toBe(asOf), GIVEN_UP_SECONDS_MAX);
  expect(await explain(product.api, unheard.id)).toMatchObject({ lastError: null, failures: 0 });
}

describe.skipIf(isElsewhere)("meanwhile", { concurrent: true, timeout: TEST_MS_MAX }, () => {
  graphFaults(() => product);
  subscriptionFaults(() => product);
  otherClients(() => product);
});

describe.skipIf(isElsewhere)("what takes long", { timeout: TEST_MS_MAX }, () => {
  test("D1, R9: what a killed host was reading is read by the next, once the leases have run out", () => converged);
  test("R9: a Graph that never answers is given up; what was known stays, and the reason is shown", () => givenUp);
});
