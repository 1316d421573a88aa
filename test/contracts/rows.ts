/** Rows as the contracts need them. */
import { type CalendarId, calendarIdOf } from "../../shared/domain/calendarId.js";
import type { DueTimes } from "../../shared/domain/due.js";
import { type CalendarRow, newRow, type Snapshot } from "../../shared/domain/row.js";
import { DAY_MS, type EpochMs, HOUR_MS, instant, later } from "../../shared/domain/time.js";

export const NOW = instant(Date.parse("2026-12-01T12:00:00.123Z"));

export const rowOf = (mailbox: string, calendar = "primary"): CalendarRow =>
  newRow({ tenantId: "contoso.com", mailbox: `${mailbox}@contoso.com`, calendar }, NOW);

export const idOf = ({ name }: CalendarRow): CalendarId => calendarIdOf(name);

/** A row with something in every field. */
export const fullRow = (mailbox: string): CalendarRow => ({
  ...rowOf(mailbox, "AAMk/cal+1="),
  watches: [{ consumer: "booking", reference: "room 1", timeZone: "Europe/Amsterdam", token: "w1" }],
  mailboxZone: { name: "W. Europe Standard Time", readAt: NOW },
  subscription: {
    id: "s1",
    keyId: "k1",
    grantedAt: NOW,
    expiresAt: later(NOW, 7 * DAY_MS),
    intent: { token: "i1", until: later(NOW, 1) },
    removing: ["s0", "s-1"],
    failures: 2,
    failingSince: later(NOW, 11),
    retryAt: later(NOW, 2),
    lastError: "HTTP 503",
    refused: true,
  },
  sync: {
    asOf: NOW,
    lease: { token: "l1", until: later(NOW, 3), asOf: later(NOW, 4) },
    dirty: true,
    heardAt: later(NOW, 5),
    readAt: later(NOW, 6),
    notBefore: later(NOW, 7),
    wakeAt: later(NOW, 8),
    retryAt: later(NOW, 9),
    failures: 3,
    failingSince: later(NOW, 10),
    crashes: 1,
    blocked: "accessDenied",
    lastError: "HTTP 403",
    lastRead: { at: NOW, why: "sweep", outcome: "read", durationMs: 12.5, pages: 1, events: 7 },
    settledBy: "l0",
  },
  snapshot: snapshotOf(100),
});

export const snapshotOf = (bytes: number): Snapshot => ({
  windowStart: later(NOW, -DAY_MS),
  windowEnd: later(NOW, 90 * DAY_MS),
  blocks: Uint8Array.from({ length: bytes }, (_, index) => (index * 31) % 256),
  contentHash: "hash",
  changedAt: NOW,
  events: 7,
});

export const dueAt = (refreshDueAt: EpochMs, subscriptionDueAt = later(refreshDueAt, HOUR_MS)): DueTimes => ({
  refreshDueAt,
  subscriptionDueAt,
});
