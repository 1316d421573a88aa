/** Storage goes away under a running app, and comes back. */
import { expect, test } from "vitest";
import { calendar, problem } from "./answers.js";
import type { Answer } from "./api.js";
import { between, dayOf } from "./days.js";
import { pushed } from "./doors.js";
import { eventually } from "./eventually.js";
import { type Person, watchedPerson } from "./mailboxes.js";
import { clientStateOf, item, notify } from "./notify.js";
import type { Product } from "./product.js";

const DAY = 3;
const BACK_SECONDS_MAX = 60;
/** Each answer without storage takes its tries' time. */
const TEST_MS_MAX = 150_000;
const meeting = between(DAY, "09:00", "10:00");

/** Where Event Grid hands its events to the queue, which is away as well; the other doors' requests are made here. */
export function storageAway(product: () => Product): void {
  const read = ({ id }: Person) => ({ calendars: [id], ...dayOf(DAY) });
  const proof = ({ id }: Person): string => clientStateOf(product().own.settings.CLIENT_STATE_KEYS, id);
  const toWebhook = (person: Person): Promise<Answer> => notify(product().api, item(proof(person)));
  const toTrigger = (person: Person): Promise<Answer> => {
    const data = { subscriptionId: "s", changeType: "updated", clientState: proof(person) };
    const event = { id: "e", type: "Microsoft.Graph.EventUpdated", source: "/tenants/t", specversion: "1.0", data };
    return pushed(product().api, JSON.stringify(event));
  };

  async function expectUnavailable(answer: Promise<Answer>): Promise<void> {
    expect(problem(await answer, 503).code).toBe("storageUnavailable");
    expect((await answer).headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  }

  test("I4, A8: without storage reads and notifications are 503, and all goes on when it is back", {
    timeout: TEST_MS_MAX,
  }, async () => {
    const { api, own } = product();
    const people = await Promise.all([watchedPerson(product()), watchedPerson(product()), watchedPerson(product())]);
    const [first, second, third] = people;
    await own.stopStorage();

    await Promise.all([
      expectUnavailable(api.post("/api/availability", read(first))),
      expectUnavailable(api.post("/api/watch", { calendars: [{ mailbox: first.address }] })),
      expectUnavailable(api.post("/api/unwatch", { calendars: [{ mailbox: first.address }] })),
      expectUnavailable(api.get(`/api/calendars/${first.id}`)),
    ]);
    expect(problem(await toWebhook(first), 503).code).toBe("storageUnavailable");
    expect((await toTrigger(second)).status).toBe(500); // so Event Grid sends it again
    const { retried } = own.graph.subscriptions.notifier.counts;
    own.graph.outlook.addEvent(third.address, "primary", meeting);
    await own.graph.flush(); // Event Grid has tried to put it on the queue, and will again
    expect(own.graph.subscriptions.notifier.counts.retried).toBeGreaterThan(retried);
    own.graph.subscriptions.setKnobs({ dropProbability: 1 });
    for (const { address } of [first, second]) own.graph.outlook.addEvent(address, "primary", meeting);
    own.graph.subscriptions.resetKnobs();
    expect((await api.get("/api/health")).status).toBe(200);
    expect(await own.hostStillRuns()).toBe(true);

    await own.startStorage();
    await eventually(async () => expect((await toWebhook(first)).status).toBe(202), BACK_SECONDS_MAX);
    await eventually(async () => expect((await toTrigger(second)).status).toBe(202), BACK_SECONDS_MAX);
    await eventually(async () => {
      for (const person of people) expect((await calendar(api, read(person))).busy).toEqual([meeting]);
    }, BACK_SECONDS_MAX);
  });
}
