/** Table `subscriptions`, in memory. */
import type { CalendarId } from "../../shared/domain/calendarId.js";
import type { SubscriptionIndex } from "../../shared/domain/ports.js";
import { DAY_MS, type EpochMs } from "../../shared/domain/time.js";

export class MemoryIndex implements SubscriptionIndex {
  readonly #calendars = new Map<string, CalendarId>();
  readonly #tenants = new Set<string>();
  readonly #dueAt = new Map<string, EpochMs>();

  async put(subscriptionId: string, calendar: CalendarId): Promise<void> {
    this.#calendars.set(subscriptionId, calendar);
  }

  async find(subscriptionId: string): Promise<CalendarId | undefined> {
    return this.#calendars.get(subscriptionId);
  }

  async remove(subscriptionId: string): Promise<void> {
    this.#calendars.delete(subscriptionId);
  }

  async putTenant(tenantId: string): Promise<void> {
    this.#tenants.add(tenantId);
  }

  async tenants(limit: number): Promise<readonly string[]> {
    return [...this.#tenants].sort().slice(0, limit);
  }

  async takeDaily(work: string, now: EpochMs, next: EpochMs): Promise<boolean> {
    const dueAt = this.#dueAt.get(work);
    const isAhead = dueAt !== undefined && dueAt > now && dueAt <= now + 2 * DAY_MS;
    if (isAhead) return false;
    this.#dueAt.set(work, next);
    return dueAt !== undefined;
  }

  /** The subscriptions that have an entry. */
  get entries(): readonly string[] {
    return [...this.#calendars.keys()];
  }
}
