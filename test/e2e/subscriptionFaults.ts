/** Subscriptions end, are renewed, and come back when they are gone. */
import { expect, test } from "vitest";
import { calendar, explain } from "./answers.js";
import { between, dayOf } from "./days.js";
import { eventually } from "./eventually.js";
import { type Person, watchedPerson } from "./mailboxes.js";
import { clientStateOf, item, notify } from "./notify.js";
import type { Product } from "./product.js";

const MINUTE_MS = 60_000;
/** Graph grants no less than 45 minutes by its own clock. If that is late by nearly as much, little is left of it. */
const SHORTEST_MS = 45 * MINUTE_MS;
const SHORT_MS = 2_000;
const LONGER_MS = 60_000; // also on a busy machine it is renewed within that
export const GRAPH_IS_LATE_MS = SHORTEST_MS - SHORT_MS;
const ASKED_MINUTES = 10_065;
const TIMER_EVERY_MS = 500;
const RENEWED_SECONDS_MAX = 30;
const DAY = 3;

export function subscriptionFaults(product: () => Product): void {
  const live = ({ address }: Person) => {
    const { outlook, subscriptions } = product().own.graph;
    return subscriptions.live.filter(({ mailboxId }) => mailboxId === outlook.mailbox(address).id);
  };
  /** Whose subscription lasts as little as Graph grants at all, until the rule is taken out. */
  const shortLived = async () => {
    const { faults } = product().own.graph;
    let rule = "";
    const before = (mailbox: string): void => {
      rule = faults.add({ kind: "grantedShorter", minutes: ASKED_MINUTES, mailbox });
    };
    const person = await watchedPerson(product(), { before });
    return { ...person, grantWhatIsAsked: () => faults.remove(rule) };
  };

  test("S1, S3: what is due is renewed, what is gone or has ended is made again, and each is pushed", async () => {
    const { api, own } = product();
    const { clock, subscriptions, outlook } = own.graph;
    const ended = await shortLived();
    clock.advance(LONGER_MS - SHORT_MS);
    const [due, gone] = await Promise.all([shortLived(), shortLived()]);
    const before = { due: live(due)[0], gone: live(gone)[0], ended: (await explain(api, ended.id)).subscription };
    const expiredAt = before.due?.expiresAt ?? 0;
    subscriptions.remove(before.gone?.id ?? "");
    for (const person of [due, gone, ended]) person.grantWhatIsAsked();
    await eventually(async () => expect((await explain(api, ended.id)).subscription.state).toBe("expired"));

    await eventually(
      async () => {
        await api.runTimer("renewSubscriptions");
        expect(live(due)).toMatchObject([{ id: before.due?.id }]);
        expect(live(due)[0]?.expiresAt).toBeGreaterThan(expiredAt);
        for (const person of [gone, ended]) expect(live(person)).toHaveLength(1);
      },
      RENEWED_SECONDS_MAX,
      TIMER_EVERY_MS,
    );
    expect(live(gone)[0]?.id).not.toBe(before.gone?.id);
    expect(live(ended)[0]?.id).not.toBe(before.ended.id);
    for (const { address } of [due, gone, ended]) outlook.addEvent(address, "primary", between(DAY, "09:00", "10:00"));
    await eventually(async () => {
      for (const { id } of [due, gone, ended]) {
        const { busy } = await calendar(api, { calendars: [id], ...dayOf(DAY) });
        expect(busy).toEqual([between(DAY, "09:00", "10:00")]);
        expect((await explain(api, id)).subscription).toMatchObject({ state: "active", failures: 0, removing: 0 });
      }
    });
  });

  test("I7, S4: a lifecycle notification renews the subscription, or makes another and reads again", async () => {
    const { own } = product();
    const person = await watchedPerson(product());
    const [first] = live(person);
    const renewals = () =>
      own.graph.log.filter(
        ({ operation, path }) => operation === "renewSubscription" && path.endsWith(first?.id ?? ""),
      );
    expect(renewals()).toEqual([]);
    own.graph.subscriptions.sendLifecycle(first?.id ?? "", "reauthorizationRequired");
    await eventually(() => expect(renewals()).toMatchObject([{ status: 200 }]));
    own.graph.subscriptions.sendLifecycle(first?.id ?? "", "subscriptionRemoved");
    await eventually(() => expect(live(person)).toHaveLength(1));
    expect(live(person)[0]?.id).not.toBe(first?.id);
  });

  test("I7: a lifecycle notification about another subscription than the row's renews nothing", async () => {
    const { api, own } = product();
    const { address, id } = await watchedPerson(product());
    const clientState = clientStateOf(own.settings.CLIENT_STATE_KEYS, id);
    const { asOf } = await explain(api, id);
    const earlier = own.graph.log.length;
    await notify(api, item(clientState, { lifecycleEvent: "reauthorizationRequired", subscriptionId: "another" }));
    await eventually(async () => expect((await explain(api, id)).asOf).not.toBe(asOf));
    const about = own.graph.outlook.mailbox(address);
    const mine = own.graph.log.slice(earlier).filter(({ mailbox }) => mailbox === address || mailbox === about.id);
    const operations = new Set(mine.map(({ operation }) => operation));
    expect([...operations]).toEqual(["calendarView"]);
  });
}
