/** Watching, unwatching, and what there is to see of what is watched. */
import { expect, test } from "vitest";
import { availability, calendar, explain, listed, problem, refreshNow, unwatch, watch } from "./answers.js";
import { between, dayOf } from "./days.js";
import { eventually } from "./eventually.js";
import { addMailbox, watchedPerson } from "./mailboxes.js";
import type { Product } from "./product.js";

const DAY = 3;
const WATCHES_MAX = 64;

export function watching(product: () => Product): void {
  test("watching twice is watching once; each reference is a watch of its own", async () => {
    const { api } = product();
    const mailbox = addMailbox(product());
    const name = { mailbox, calendar: "primary", tenantId: "11111111-1111-1111-1111-111111111111" };
    const [first] = await watch(api, { mailbox });
    expect(first).toEqual({ id: first?.id, ...name, created: true });
    const again = await watch(
      api,
      { mailbox: ` ${mailbox.toUpperCase()}`, calendar: "primary" },
      { mailbox, reference: "r" },
    );
    expect(again).toMatchObject([
      { id: first?.id, created: false },
      { id: first?.id, created: true },
    ]);
    const { watches } = await explain(api, first?.id ?? "");
    expect(watches.map(({ consumer, reference }) => [consumer, reference]).sort()).toEqual([
      ["default", ""],
      ["default", "r"],
    ]);
  });

  test("S6: with the last watch the calendar, its subscription and its row go, and unwatching again says so", async () => {
    const { api, own } = product();
    const { address: mailbox, id } = await watchedPerson(product(), { wish: { reference: "one" } });
    await watch(api, { mailbox, reference: "two" });
    expect(await unwatch(api, { id, reference: "three" })).toMatchObject([{ id, error: { code: "notWatched" } }]);
    expect(await unwatch(api, { mailbox, reference: "one" })).toMatchObject([{ id, removed: 1, remaining: 1 }]);
    expect(await calendar(api, { calendars: [id], ...dayOf(DAY) })).toMatchObject({ state: "fresh" });
    expect(await unwatch(api, { id })).toMatchObject([{ id, removed: 1, remaining: 0 }]);
    expect(await unwatch(api, { id })).toMatchObject([{ id, error: { code: "notWatched" } }]);
    expect(await calendar(api, { calendars: [id], ...dayOf(DAY) })).toMatchObject({ reason: "notWatched" });
    const { outlook, subscriptions } = own.graph;
    const mailboxId = outlook.mailbox(mailbox).id;
    await eventually(() => expect(subscriptions.live.filter((one) => one.mailboxId === mailboxId)).toEqual([]));
    expect(problem(await api.get(`/api/calendars/${id}`), 404).code).toBe("notFound");
  });

  test("S6: who watches again after that gets a new subscription and a fresh answer", async () => {
    const { api } = product();
    const { address: mailbox, id } = await watchedPerson(product());
    await unwatch(api, { id });
    expect(await watch(api, { mailbox })).toMatchObject([{ id, created: true }]);
    await eventually(async () =>
      expect(await calendar(api, { calendars: [id], ...dayOf(DAY) })).toMatchObject({
        state: "fresh",
        delivery: "push",
      }),
    );
  });

  test("the 65th watch on a calendar is refused by name, and costs the other items nothing", async () => {
    const { api } = product();
    const [mailbox, other] = [addMailbox(product()), addMailbox(product())];
    for (let index = 0; index < WATCHES_MAX; index++)
      expect(await watch(api, { mailbox, reference: `r${index}` })).toMatchObject([{ created: true }]);
    const [refused, fine] = await watch(api, { mailbox, reference: "one too many" }, { mailbox: other });
    expect(refused).toMatchObject({ mailbox, error: { code: "tooManyWatches" } });
    expect(fine).toMatchObject({ mailbox: other, created: true });
    expect(await watch(api, { mailbox, reference: "r7" })).toMatchObject([{ created: false }]);
  });

  test("a mailbox that Graph does not know is watched all the same, and unknown with the reason", async () => {
    const { api } = product();
    const [watched] = await watch(api, { mailbox: `nobody-${Date.now()}@contoso.com` });
    await eventually(async () => {
      const answer = await calendar(api, { calendars: [watched?.id], ...dayOf(DAY) });
      expect(answer).toMatchObject({ state: "unknown", reason: "mailboxNotFound", busy: [], delivery: "polling" });
    });
    const { calendars } = await listed(api, "?state=unknown");
    expect(calendars).toMatchObject(expect.arrayContaining([expect.objectContaining({ id: watched?.id })]));
  });

  test("lists show what is watched by state, and explain shows all there is to know", async () => {
    const { api, own } = product();
    const { address: mailbox, id } = await watchedPerson(product(), {
      events: [between(DAY, "09:00", "10:00"), between(DAY, "12:00", "13:00")],
      wish: { reference: "the reference", timeZone: "Europe/Berlin" },
    });
    const mailboxId = own.graph.outlook.mailbox(mailbox).id;
    const made = own.graph.subscriptions.live.find((one) => one.mailboxId === mailboxId);
    const ofState = async (state: string) => (await listed(api, `?state=${state}`)).calendars.map((one) => one.id);
    expect(await ofState("fresh")).toContain(id);
    expect(await ofState("stale")).not.toContain(id);
    expect(await explain(api, id)).toMatchObject({
      id,
      mailbox,
      state: "fresh",
      reason: null,
      delivery: "push",
      counts: { events: 2, blocks: 2 },
      timeZone: { used: ["Europe/Berlin"], from: "watch", mailbox: "UTC" },
      watches: [{ consumer: "default", reference: "the reference", timeZone: "Europe/Berlin" }],
      subscription: { state: "active", id: made?.id },
      lastRefresh: { outcome: "read", pages: 1, events: 2 },
      failures: 0,
      lastError: null,
    });
  });

  test("a read can be asked for; a list ends with no cursor", async () => {
    const { api, own } = product();
    const { address, id } = await watchedPerson(product());
    own.graph.subscriptions.setKnobs({ dropProbability: 1 });
    own.graph.outlook.addEvent(address, "primary", between(DAY, "09:00", "10:00"));
    own.graph.subscriptions.resetKnobs();
    expect(await refreshNow(api, id)).toMatchObject({ status: 202, body: { id } });
    await eventually(async () => {
      const { calendars } = await availability(api, { calendars: [id], ...dayOf(DAY) });
      expect(calendars).toMatchObject([{ busy: [between(DAY, "09:00", "10:00")] }]);
    });
    const { calendars, cursor } = await listed(api);
    expect(calendars.map((one) => one.id)).toContain(id);
    expect(cursor).toBeNull();
  });
}
