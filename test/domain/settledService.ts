/** One watched calendar at rest, and what its tests need at hand. */
import { expect } from "vitest";
import type { RefreshMessage, Wake } from "../../shared/domain/messages.js";
import type { CalendarReader } from "../../shared/domain/ports.js";
import { later, MINUTE_MS } from "../../shared/domain/time.js";
import { openService, type Service, type ServiceOptions } from "../service.js";
import { copied, held } from "../truth.js";

export const ANNA = "anna@contoso.com";
export const EVENT = { id: "e1", start: "2026-12-02T09:00:00Z", end: "2026-12-02T10:00:00Z" };

/** Anna's calendar, read long enough ago that nothing is pending. */
export async function settledService(options: ServiceOptions = {}) {
  const service = openService(options);
  const id = await service.watched(ANNA);
  await service.pass(2 * MINUTE_MS);
  service.sim.clearLog();
  const woken = (wake: Wake): RefreshMessage => ({ calendars: [id], wake, cause: "notification" });
  const notified = (ago = 0) => woken({ kind: "notified", notifiedAt: later(service.clock.now(), -ago) });
  const isCurrent = (): void => expect(copied(service.rowOf(id))).toEqual(held(service.sim, service.rowOf(id)));
  return { ...service, id, woken, notified, isCurrent };
}

/** More events than fit on a page. */
export const crowd = ({ sim }: Service, count = 1_005): void => {
  for (let index = 0; index < count; index++) {
    const hour = `${index % 23}`.padStart(2, "0");
    const day = `${2 + (index % 28)}`.padStart(2, "0");
    const times = { start: `2026-12-${day}T${hour}:00:00Z`, end: `2026-12-${day}T${hour}:30:00Z` };
    sim.outlook.addEvent(ANNA, "primary", { id: `c${index}`, ...times });
  }
};

/** A port's methods, to put one of one's own beside them. */
export const bound = (reader: CalendarReader): CalendarReader => ({
  firstPages: reader.firstPages.bind(reader),
  nextPage: reader.nextPage.bind(reader),
  mailboxZone: reader.mailboxZone.bind(reader),
});
