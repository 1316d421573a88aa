import { expect, test } from "vitest";
import type { Fault } from "../../../local/graph/faults.js";
import { ANNA, ENDPOINT } from "../../../local/graph/testBed.js";
import { graphBed, TENANT } from "../../../test/graphBed.js";
import { calendarIdOf } from "../../domain/calendarId.js";
import type { ListedSubscription, SubscriptionPage } from "../../domain/ports.js";
import { TenantDenied } from "../tenantDenied.js";
import type { GraphSubscriptions } from "./graphSubscriptions.js";

/** Graph's pages are of 100 here. */
async function crowded(count: number) {
  const bed = graphBed();
  for (let index = 0; index < count; index++) await bed.subscriptions.create(bed.anna, "k1.a.b");
  return bed;
}

async function listed(subscriptions: GraphSubscriptions, page?: string): Promise<SubscriptionPage> {
  const answer = await subscriptions.list(TENANT, page);
  if (answer === "denied") throw new Error("the tenant gave no token");
  return answer;
}

test("S1: the list comes in pages, every subscription once, each with what tells whose it is", async () => {
  const bed = await crowded(201);
  const found: ListedSubscription[] = [];
  let page: string | undefined;
  let pages = 0;
  do {
    const answer = await listed(bed.subscriptions, page);
    found.push(...answer.subscriptions);
    page = answer.next;
    pages += 1;
  } while (page !== undefined && pages < 10);
  expect(pages).toBe(3);
  expect(found.map(({ id }) => id).sort()).toEqual(bed.sim.subscriptions.live.map(({ id }) => id).sort());
  const whose = { calendar: calendarIdOf(bed.anna), notificationUrl: ENDPOINT };
  for (const one of found) expect(one).toMatchObject(whose);
  expect(new Set(bed.tokens.asked.map(({ tenantId }) => tenantId))).toEqual(new Set([TENANT]));
});

test("S1: a list whose page link leads away from Graph ends there", async () => {
  const bed = graphBed();
  bed.control.instead = () =>
    Response.json({ value: [], "@odata.nextLink": "https://evil.example/v1.0/subscriptions" });
  expect(await listed(bed.subscriptions)).toEqual({ subscriptions: [] });
});

test("S1: a subscription without a URL or a resource is nobody's of ours, and costs the list nothing", async () => {
  const bed = graphBed();
  bed.control.instead = () =>
    Response.json({
      value: [
        { id: "a", resource: null },
        { id: "b", notificationUrl: "x" },
      ],
    });
  expect((await listed(bed.subscriptions)).subscriptions).toEqual([
    { id: "a", calendar: undefined, notificationUrl: "" },
    { id: "b", calendar: undefined, notificationUrl: "x" },
  ]);
});

test.each<[string, string | undefined]>([
  ["users/anna%40contoso.com/events", "primary"],
  ["/Users/Anna@Contoso.com/Events", "primary"],
  ["users/anna@contoso.com/calendars/AAMk%2FAb%3D/events", "AAMk/Ab="],
  ["users/100%@contoso.com/events", undefined],
  ["users/anna@contoso.com/calendars/100%/events", undefined],
  ["users/anna@contoso.com/contacts", undefined],
])("S1: of %s the calendar is told as %s, and the page is read whatever stands there", async (resource, calendar) => {
  const bed = graphBed();
  bed.control.instead = () => Response.json({ value: [{ id: "a", resource }] });
  const name = { tenantId: TENANT, mailbox: "anna@contoso.com" };
  const id = calendar === undefined ? undefined : calendarIdOf({ ...name, calendar });
  expect((await listed(bed.subscriptions)).subscriptions).toEqual([{ id: "a", calendar: id, notificationUrl: "" }]);
});

test.each<[string, Fault]>([
  ["throttled", { kind: "throttled" }],
  ["503", { kind: "error", status: 503 }],
  ["403", { kind: "error", status: 403, message: ANNA }],
  ["a web page", { kind: "html" }],
  ["cut JSON", { kind: "truncatedJson" }],
  ["JSON without value", { kind: "noValue" }],
  ["no answer", { kind: "unreachable" }],
  ["503 on the second page", { kind: "secondPageFails" }],
])("S1: where Graph gives no list (%s) there is an error, never an empty list", async (_what, fault) => {
  const bed = await crowded(fault.kind === "secondPageFails" ? 101 : 1);
  const { next } = await listed(bed.subscriptions);
  bed.sim.faults.add(fault);
  const failure = await bed.subscriptions.list(TENANT, next).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  expect(`${failure}`).not.toMatch(/anna|contoso/i);
});

test("S1: a tenant that gives this app no token is said to deny it: that is no empty list, and no outage", async () => {
  const bed = graphBed();
  bed.tokens.failure = new TenantDenied("AADSTS700016");
  expect(await bed.subscriptions.list(TENANT)).toBe("denied");
  expect(bed.sent).toEqual([]);
});
