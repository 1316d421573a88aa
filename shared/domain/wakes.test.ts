import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CalendarId, calendarIdOf, mailboxPart } from "./calendarId.js";
import { CALENDARS_PER_MESSAGE_MAX } from "./messages.js";
import type { Policy } from "./policy.js";
import { instant, later, MINUTE_MS, SECOND_MS } from "./time.js";
import { delaySeconds, dueMessage, groupsOf, notifiedMessages } from "./wakes.js";

const policy: Policy = {
  horizonDays: 90,
  reconcileMs: 15 * MINUTE_MS,
  pollMs: 5 * MINUTE_MS,
  minRefreshIntervalMs: 2 * SECOND_MS,
  confirmAfterMs: MINUTE_MS,
  door: "webhook",
};
const NOW = instant(1_764_576_000_123);
const idOf = (mailbox: number, calendar = 0): CalendarId =>
  calendarIdOf({ tenantId: "t", mailbox: `${mailbox}@contoso.com`, calendar: `${calendar}` });
const calendarsOf = (mailbox: number, count: number): CalendarId[] =>
  Array.from({ length: count }, (_, index) => idOf(mailbox, index));

test("I6, R4: every calendar is in exactly one group of at most 20, those of a mailbox together", () => {
  const mailboxes = fc.array(fc.integer({ min: 1, max: 45 }), { maxLength: 12 });
  fc.assert(
    fc.property(mailboxes, fc.integer(), (counts, salt) => {
      const ids = counts.flatMap((count, mailbox) => calendarsOf(mailbox + salt, count));
      const groups = groupsOf([...ids, ...ids.toReversed()]);
      expect(groups.flat().sort()).toEqual(ids.toSorted());
      for (const group of groups) expect(group.length).toBeLessThanOrEqual(CALENDARS_PER_MESSAGE_MAX);
      for (const [index, count] of counts.entries()) {
        const mailbox = mailboxPart(idOf(index + salt));
        const holding = groups.filter((group) => group.some((id) => mailboxPart(id) === mailbox));
        expect(holding).toHaveLength(Math.ceil(count / CALENDARS_PER_MESSAGE_MAX));
      }
      const neighbours = groups.slice(1).map((group, index) => group.length + (groups[index]?.length ?? 0));
      expect(neighbours.every((together) => together > CALENDARS_PER_MESSAGE_MAX / 2)).toBe(true); // few messages
    }),
    { numRuns: 200 },
  );
});

test("I6: mailboxes share a message as far as they fit", () => {
  expect(groupsOf([...calendarsOf(1, 10), ...calendarsOf(2, 10)]).map((group) => group.length)).toEqual([20]);
  expect(groupsOf([...calendarsOf(1, 10), ...calendarsOf(2, 11)])).toHaveLength(2);
});

describe("messages", () => {
  const ids = [...calendarsOf(1, 20), ...calendarsOf(2, 3)];

  test("I4, R8: each group is read now and looked at again when the confirmation is due", () => {
    const messages = notifiedMessages(ids, NOW, "notification", policy);
    const now = messages.filter(({ delaySeconds: delay }) => delay === undefined);
    const again = messages.filter(({ delaySeconds: delay }) => delay === 60);
    expect(now.map(({ message }) => message.calendars)).toEqual(groupsOf(ids));
    expect(again.map(({ message }) => message.calendars)).toEqual(groupsOf(ids));
    for (const { message } of now)
      expect(message).toMatchObject({ wake: { kind: "notified", notifiedAt: NOW }, cause: "notification" });
    for (const { message } of again)
      expect(message.wake).toEqual({ kind: "confirm", notifiedAt: NOW, at: later(NOW, MINUTE_MS) });
    expect(messages).toHaveLength(4);
  });

  test("R8: no confirmation is sent where it is turned off, and nothing for no calendars", () => {
    const messages = notifiedMessages(ids, NOW, "watched", { ...policy, confirmAfterMs: 0 });
    expect(messages.map(({ message }) => message.wake.kind)).toEqual(["notified", "notified"]);
    expect(notifiedMessages([], NOW, "watched", policy)).toEqual([]);
  });

  test("D1: a message for later is hidden until then, in whole seconds and never too short", () => {
    const at = later(NOW, 1_001);
    expect(dueMessage(ids, at, NOW, "wake")).toEqual({
      message: { calendars: ids, wake: { kind: "due", at }, cause: "wake" },
      delaySeconds: 2,
    });
    expect([-5_000, 0, 1, 1_000, 1_001].map((ms) => delaySeconds(NOW, later(NOW, ms)))).toEqual([0, 0, 1, 1, 2]);
  });
});
