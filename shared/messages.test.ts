import { describe, expect, test } from "vitest";
import { type CalendarId, calendarIdOf } from "./domain/calendarId.js";
import {
  CALENDARS_PER_MESSAGE_MAX,
  REFRESH_CAUSES,
  type RefreshMessage,
  type SubscriptionMessage,
} from "./domain/messages.js";
import { instant } from "./domain/time.js";
import { parseRefresh, parseSubscription, refreshText, subscriptionText } from "./messages.js";

const NOW = instant(1_764_576_000_123);
const idOf = (mailbox: number): CalendarId =>
  calendarIdOf({ tenantId: "t", mailbox: `${mailbox}@contoso.com`, calendar: "primary" });
const refresh: RefreshMessage = {
  calendars: [idOf(1)],
  wake: { kind: "notified", notifiedAt: NOW },
  cause: "notification",
};
const ask: SubscriptionMessage = { kind: "subscription", calendar: idOf(1), request: "look", at: NOW };

describe("what travels", () => {
  const full = Array.from({ length: CALENDARS_PER_MESSAGE_MAX }, (_, mailbox) => idOf(mailbox));

  test.each<RefreshMessage>([
    refresh,
    { ...refresh, calendars: full, wake: { kind: "confirm", notifiedAt: NOW, at: NOW } },
    ...REFRESH_CAUSES.map((cause): RefreshMessage => ({ ...refresh, wake: { kind: "due", at: NOW }, cause })),
  ])("A refresh message is read as it was written, as text or as what a host made of it: $cause", (message) => {
    const text = refreshText(message);
    expect(parseRefresh(text)).toEqual(message);
    expect(parseRefresh(JSON.parse(text))).toEqual(message);
  });

  test.each<SubscriptionMessage>([
    ask,
    { ...ask, request: "renew", subscriptionId: "s1" },
    { ...ask, request: "recreate", subscriptionId: "x".repeat(256) },
    { kind: "look", calendars: full, at: NOW },
    { kind: "orphans", tenantId: "contoso.com" },
    { kind: "orphans", tenantId: "contoso.com", page: `/subscriptions?$skiptoken=${"x".repeat(2_000)}` },
  ])("A subscription message is read as it was written: %j", (message) => {
    const text = subscriptionText(message);
    expect(parseSubscription(text)).toEqual(message);
    expect(parseSubscription(JSON.parse(text))).toEqual(message);
  });

  test("No field of ours is at the top, where a queue's own could hide it", () => {
    expect(Object.keys(JSON.parse(refreshText(refresh)))).toEqual(["v", "kind", "data"]);
    expect(Object.keys(JSON.parse(subscriptionText({ kind: "orphans", tenantId: "contoso.com" })))).toEqual([
      "v",
      "kind",
      "data",
    ]);
  });

  test("The largest refresh message is far below what a queue takes", () => {
    const wake = { kind: "confirm", notifiedAt: NOW, at: NOW } as const;
    expect(refreshText({ calendars: full, wake, cause: "notification" }).length).toBeLessThan(2_048);
  });

  test("A message that no queue would take is a bug that shows at once", () => {
    expect(() => subscriptionText({ kind: "orphans", tenantId: "contoso.com", page: "é".repeat(4_096) })).toThrow(
      "over 8192 bytes",
    );
  });
});

describe("what is refused, so that it is tried again and then poisoned", () => {
  const written = JSON.parse(refreshText(refresh)) as { readonly data: object };
  const asked = JSON.parse(subscriptionText(ask)) as { readonly data: object };
  const refreshWith = (change: object) => ({ ...written, data: { ...written.data, ...change } });
  const askWith = (change: object) => ({ ...asked, data: { ...asked.data, ...change } });

  test.each<[string, unknown]>([
    ["no JSON", "{"],
    ["nothing", undefined],
    ["null", null],
    ["a newer version", { ...written, v: 2 }],
    ["no version", { ...written, v: undefined }],
    ["another kind", { ...written, kind: "orphans" }],
    ["a field too many", { ...written, extra: 1 }],
    ["a field too many inside", refreshWith({ extra: 1 })],
    ["no calendar", refreshWith({ calendars: [] })],
    ["21 calendars", refreshWith({ calendars: Array.from({ length: 21 }, (_, mailbox) => idOf(mailbox)) })],
    ["an id that is none", refreshWith({ calendars: ["anna@contoso.com"] })],
    ["no wake", refreshWith({ wake: undefined })],
    ["an unknown wake", refreshWith({ wake: { kind: "dreaming", at: NOW } })],
    ["a wake without its time", refreshWith({ wake: { kind: "due" } })],
    ["a time that is none", refreshWith({ wake: { kind: "due", at: "2026-12-01" } })],
    ["a time before all time", refreshWith({ wake: { kind: "due", at: -1 } })],
    ["a time after all time", refreshWith({ wake: { kind: "due", at: 8.64e15 + 1 } })],
    ["an unknown cause", refreshWith({ cause: "boredom" })],
  ])("A refresh message with %s throws", (_what, message) => {
    expect(() => parseRefresh(message)).toThrow();
  });

  test.each<[string, unknown]>([
    ["no JSON", "subscription"],
    ["a newer version", { ...asked, v: 2 }],
    ["a refresh's kind", { ...asked, kind: "refresh" }],
    ["an id that is none", askWith({ calendar: "primary" })],
    ["an unknown request", askWith({ request: "delete" })],
    ["a subscription id without end", askWith({ subscriptionId: "x".repeat(257) })],
    ["no time", askWith({ at: undefined })],
    ["a field too many", askWith({ extra: 1 })],
    ["a page that is none", { v: 1, kind: "orphans", data: { tenantId: "contoso.com", page: 5 } }],
    ["a look for orphans in no tenant", { v: 1, kind: "orphans", data: {} }],
    ["a look at no calendar", { v: 1, kind: "look", data: { calendars: [], at: 0 } }],
  ])("A subscription message with %s throws", (_what, message) => {
    expect(() => parseSubscription(message)).toThrow();
  });
});
