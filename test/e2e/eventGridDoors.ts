/** Event Grid's two doors: what they take, and what they put on the queues, which nobody empties here but the tests. */
import { QueueClient } from "@azure/storage-queue";
import { describe, expect, test } from "vitest";
import { calendarIdOf } from "../../shared/domain/calendarId.js";
import names from "../../shared/names.json" with { type: "json" };
import { pushed, queueOf } from "./doors.js";
import { isElsewhere } from "./elsewhere.js";
import { eventually } from "./eventually.js";
import { clientStateOf } from "./notify.js";
import type { Product } from "./product.js";
import { countOf, queued } from "./queued.js";

const tenantId = "11111111-1111-1111-1111-111111111111";
const idOf = (mailbox: string): string => calendarIdOf({ tenantId, mailbox, calendar: "primary" });
const [ANNA, BEN] = [idOf("anna@contoso.com"), idOf("ben@contoso.com")];
const SUBSCRIPTION = "7f105c7d-2dc5-4530-97cd-4e7ae6534c07";
const UNKNOWN_KEY = `k9:${Buffer.alloc(32).toString("base64")}`;
const WRONG_KEY = `k1:${Buffer.alloc(32).toString("base64")}`;

const event = (data: unknown, more: object = {}): object => ({
  id: "66666666-6666-6666-6666-666666666666",
  type: "Microsoft.Graph.EventUpdated",
  source: "/tenants/t/applications/a",
  time: "2026-12-01T10:00:00.3062901Z",
  datacontenttype: "application/json",
  specversion: "1.0",
  data,
  ...more,
});

/** In a host that leaves the queues of work alone; they are empty before each test. */
export function eventGridDoors(product: () => Product): void {
  const proof = (id: string): string => clientStateOf(product().own.settings.CLIENT_STATE_KEYS, id);

  const change = (id: string, more: object = {}): object =>
    event({ SubscriptionId: SUBSCRIPTION, ChangeType: "updated", ClientState: proof(id), ...more });

  const poison = () =>
    new QueueClient(product().own.connectionString, `${names.graphEventsQueue}${names.poisonSuffix}`);

  /** Each returns when the app has done with it, and fails unless it was taken as it should be. */
  const DOORS: readonly { readonly door: string; readonly hand: (raw: string) => Promise<void> }[] = [
    {
      door: "pushed",
      hand: async (raw) => {
        const answer = await pushed(product().api, raw);
        expect([answer.status, answer.text]).toEqual([202, ""]); // never an error to Event Grid
      },
    },
    {
      door: "queued",
      hand: async (raw) => {
        await queueOf(product().own.connectionString).sendMessage(Buffer.from(raw).toString("base64"));
        await eventually(async () => expect(await countOf(product().own, "graphEventsQueue")).toBe(0));
        if (await poison().exists()) expect((await poison().getProperties()).approximateMessagesCount).toBe(0);
      },
    },
  ];

  async function expectNothingQueued(): Promise<void> {
    if (isElsewhere) return;
    expect(await countOf(product().own, "refreshQueue")).toBe(0);
    expect(await countOf(product().own, "subscriptionsQueue")).toBe(0);
  }

  describe.each(DOORS.filter(({ door }) => door === "pushed" || !isElsewhere))("$door", ({ hand }) => {
    test.each<[string, () => unknown]>([
      ["without any proof, of a subscription that nobody knows", () => event({ subscriptionId: SUBSCRIPTION })],
      ["of a key that nobody knows", () => event({ clientState: clientStateOf(UNKNOWN_KEY, ANNA) })],
      ["with a wrong signature", () => event({ clientState: clientStateOf(WRONG_KEY, ANNA) })],
      ["with a clientState that is no text", () => event({ ClientState: { k1: ANNA } })],
      ["with a clientState far too long", () => event({ clientState: `k1.${ANNA}.${"A".repeat(10_000)}` })],
      [
        "of a lifecycle, with a wrong signature",
        () => ({ ...event({ clientState: "k1.x.y", lifecycleEvent: "missed" }) }),
      ],
      ["without data", () => event(undefined)],
      ["with text for data", () => event("text")],
      ["of another service", () => ({ eventType: "Microsoft.Storage.BlobCreated", data: { api: "PutBlob" } })],
      ["that is an empty object", () => ({})],
      ["that is null", () => null],
      ["that is a number", () => 42],
    ])("I2, I7: an event %s is taken, and nothing is done", async (_what, bad) => {
      await hand(JSON.stringify(bad()));
      await expectNothingQueued();
    });

    test.skipIf(isElsewhere)(
      "I7: one of an unknown type is taken, counted and dropped, whatever proof it has",
      async () => {
        const earlier = product().own.output.length;
        await hand(JSON.stringify({ ...change(ANNA), type: "Microsoft.Graph.EventForetold" }));
        await expectNothingQueued();
        expect(product().own.output.slice(earlier)).toMatch(/"notification.received".*"accepted":0,"unknown":1/);
      },
    );

    test.skipIf(isElsewhere)(
      "I4, I9: a good one is a message now and one later, whatever the letter case of its keys",
      async () => {
        await hand(JSON.stringify(change(ANNA)));
        const { visible, count } = await queued(product().own, "refreshQueue");
        expect(visible).toMatchObject([{ calendars: [ANNA], wake: { kind: "notified" }, cause: "notification" }]);
        expect(count).toBe(2);
      },
    );

    test.skipIf(isElsewhere)("I3: bad events among good ones cost these nothing", async () => {
      await hand(JSON.stringify([null, change(ANNA), event({ clientState: "k1.x.y" }), 7, change(BEN)]));
      const { visible } = await queued(product().own, "refreshQueue");
      expect(visible.flatMap(({ calendars }) => calendars).sort()).toEqual([ANNA, BEN].sort());
    });

    test.skipIf(isElsewhere).each([
      ["reauthorizationRequired", "renew"],
      ["subscriptionRemoved", "recreate"],
    ])("I7: %s asks to %s the subscription that it names", async (lifecycleEvent, request) => {
      await hand(JSON.stringify({ ...change(ANNA, { lifecycleEvent }), type: "Microsoft.Graph.Subscription" }));
      const { visible } = await queued(product().own, "subscriptionsQueue");
      expect(visible).toMatchObject([{ calendar: ANNA, request, subscriptionId: SUBSCRIPTION }]);
    });
  });

  test.skipIf(isElsewhere)("I7: a message of the queue that is no JSON is counted and dropped", async () => {
    const earlier = product().own.output.length;
    await DOORS[1]?.hand("{ this is no JSON");
    await expectNothingQueued();
    expect(product().own.output.slice(earlier)).toContain('"notification.rejected","door":"eventGridQueue","items":1');
  });

  test.skipIf(isElsewhere)(
    "R9: an event that failed every time is taken from the poison queue, and said to have been there",
    async () => {
      await poison().createIfNotExists();
      await poison().sendMessage(Buffer.from(JSON.stringify(change(ANNA))).toString("base64"));
      const line = /"event":"poison.received","queue":"graphEvents","calendars":1/;
      await eventually(() => expect(product().own.hasSaid(line)).toBe(true));
      await eventually(async () => expect((await poison().getProperties()).approximateMessagesCount).toBe(0));
    },
  );
}
