/** What the sweeps see of a row besides its key and its due times. Pure. */
import type { SweptRow } from "./ports.js";
import { type CalendarRow, isWatched } from "./row.js";
import { type EpochMs, earliest, instant } from "./time.js";

export type SweptFields = Omit<SweptRow, "id" | "refreshDueAt" | "subscriptionDueAt" | "newer">;

/** Whoever stores a row stores these so that they can be had without the rest of it. A time that is absent has no key. */
export function sweptFields(row: CalendarRow): SweptFields {
  const { sync, subscription } = row;
  const poisoned = [sync.poisonedAt, subscription.poisonedAt].filter((at) => at !== undefined);
  const times: Partial<Record<keyof SweptFields, EpochMs | undefined>> = {
    asOf: sync.asOf,
    failingSince: sync.failingSince,
    poisonedAt: poisoned.length === 0 ? undefined : earliest(...poisoned),
    expiresAt: subscription.id === undefined ? undefined : (subscription.expiresAt ?? instant(0)),
    subscriptionFailingSince: subscription.failingSince,
  };
  return {
    watched: isWatched(row),
    leased: sync.lease !== undefined,
    ...(sync.blocked !== undefined && { blocked: sync.blocked }),
    ...Object.fromEntries(Object.entries(times).filter(([, at]) => at !== undefined)),
  };
}
