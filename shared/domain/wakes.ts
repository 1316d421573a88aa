/** Messages that make a refresh look at calendars. */
import { type CalendarId, mailboxPart } from "./calendarId.js";
import type { Deps } from "./deps.js";
import { CALENDARS_PER_MESSAGE_MAX, type RefreshCause, type RefreshMessage } from "./messages.js";
import type { Policy } from "./policy.js";
import type { Outgoing } from "./ports.js";
import type { Wakeup } from "./taken.js";
import { type EpochMs, later, SECOND_MS } from "./time.js";

/** Storage queues hide a message for whole seconds only: a wake-up comes late rather than early. */
export const delaySeconds = (from: EpochMs, until: EpochMs): number =>
  Math.max(0, Math.ceil((until - from) / SECOND_MS));

/**
 * The calendars in groups for one message each, at most 20; the calendars of a mailbox stay together, so that one `$batch`
 * asks for them and Graph's limit of concurrent requests a mailbox is kept [I6, R4].
 */
export function groupsOf(ids: Iterable<CalendarId>): CalendarId[][] {
  const mailboxes = Map.groupBy([...new Set(ids)].sort(), mailboxPart);
  const groups: CalendarId[][] = [];
  for (const calendars of [...mailboxes.values()].flatMap(chunked)) {
    const last = groups.at(-1);
    if (last !== undefined && last.length + calendars.length <= CALENDARS_PER_MESSAGE_MAX) last.push(...calendars);
    else groups.push([...calendars]);
  }
  return groups;
}

function chunked(ids: readonly CalendarId[]): CalendarId[][] {
  const count = Math.ceil(ids.length / CALENDARS_PER_MESSAGE_MAX);
  return Array.from({ length: count }, (_, index) =>
    ids.slice(index * CALENDARS_PER_MESSAGE_MAX, (index + 1) * CALENDARS_PER_MESSAGE_MAX),
  );
}

/**
 * Two messages a group: read now, and look again when Graph's own copies must have caught up [I4, R8]. The second also
 * saves what died with the host that had taken the first.
 */
export function notifiedMessages(
  ids: Iterable<CalendarId>,
  notifiedAt: EpochMs,
  cause: RefreshCause,
  policy: Policy,
): Outgoing<RefreshMessage>[] {
  const groups = groupsOf(ids);
  const now = groups.map(
    (calendars) => ({ message: { calendars, wake: { kind: "notified", notifiedAt }, cause } }) as const,
  );
  if (policy.confirmAfterMs === 0) return now;
  const at = later(notifiedAt, policy.confirmAfterMs);
  const confirmations = groups.map(
    (calendars) =>
      ({
        message: { calendars, wake: { kind: "confirm", notifiedAt, at }, cause },
        delaySeconds: delaySeconds(notifiedAt, at),
      }) as const,
  );
  return [...now, ...confirmations];
}

/** A message that has the calendars looked at when `at` has come. */
export const dueMessage = (
  calendars: readonly CalendarId[],
  at: EpochMs,
  now: EpochMs,
  cause: RefreshCause,
): Outgoing<RefreshMessage> => ({
  message: { calendars, wake: { kind: "due", at }, cause },
  delaySeconds: delaySeconds(now, at),
});

/** One message for those due in the same second, so that a mailbox's calendars stay together [R4]. */
export async function sendWakeups(
  { queues, clock }: Pick<Deps, "queues" | "clock">,
  wakeups: readonly Wakeup[],
): Promise<void> {
  const now = clock.now();
  const together = Map.groupBy(wakeups, ({ id, at, alone }) => `${delaySeconds(now, at)} ${alone ? id : ""}`);
  const messages = [...together.values()].flatMap((group) => {
    const at = Math.max(...group.map((wakeup) => wakeup.at)) as EpochMs;
    return groupsOf(group.map(({ id }) => id)).map((ids) => dueMessage(ids, at, now, "wake"));
  });
  if (messages.length > 0) await queues.refresh(messages);
}
