/** Lifecycle notifications, with and without proof of whose they are. */
import { beforeAll, expect, test } from "vitest";
import { explain } from "./answers.js";
import type { DoorName } from "./doors.js";
import { eventually } from "./eventually.js";
import { type Person, watchedPerson } from "./mailboxes.js";
import type { Product } from "./product.js";

export function lifecycle(product: () => Product, door: DoorName): void {
  beforeAll(() => {
    product().own.graph.subscriptions.setKnobs({ clientState: "missingInLifecycle" });
  });

  const idOf = ({ address }: Person): string => {
    const { outlook, subscriptions } = product().own.graph;
    return subscriptions.live.find(({ mailboxId }) => mailboxId === outlook.mailbox(address).id)?.id ?? "";
  };
  const renewals = (id: string) =>
    product().own.graph.log.filter(({ operation, path }) => operation === "renewSubscription" && path.endsWith(id));

  if (door !== "webhook")
    test("I10: without a clientState a lifecycle event is its subscription's", async () => {
      const { api, own } = product();
      const person = await watchedPerson(product());
      const first = idOf(person);
      own.graph.subscriptions.sendLifecycle(first, "reauthorizationRequired");
      await eventually(() => expect(renewals(first)).toMatchObject([{ status: 200 }]));
      own.graph.subscriptions.sendLifecycle(first, "subscriptionRemoved");
      await eventually(async () => {
        const { subscription } = await explain(api, person.id);
        expect(subscription).toMatchObject({ state: "active", id: idOf(person), removing: 0 });
        expect(subscription.id).not.toBe(first);
      });
      expect(own.hasSaid(new RegExp(`"notification.received","door":"${door}"`))).toBe(true);
    });

  if (door === "webhook")
    test("I10: at the webhook nothing without a clientState is looked at", async () => {
      const { api, own } = product();
      const person = await watchedPerson(product());
      const { asOf } = await explain(api, person.id);
      own.graph.subscriptions.sendLifecycle(idOf(person), "reauthorizationRequired");
      await eventually(() => expect(own.hasSaid(/"notification.rejected","door":"webhook","items":1/)).toBe(true));
      expect(renewals(idOf(person))).toEqual([]);
      expect((await explain(api, person.id)).asOf).toBe(asOf);
    });
}
