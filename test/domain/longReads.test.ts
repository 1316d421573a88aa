/** Calendars of one message, some of which take long. */
import { expect, test } from "vitest";
import type { CalendarReader, Page } from "../../shared/domain/ports.js";
import { refresh } from "../../shared/domain/refresh.js";
import { MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { ANNA, bound, EVENT, settledService } from "./settledService.js";

const OTHERS = ["ben", "cleo", "dora", "emil"].map((name) => `${name}@contoso.com`);

/** Anna's calendar and four more, whose second pages do not come before they are let go. */
async function slowNeighbours() {
  const service = await settledService();
  const others = await Promise.all(OTHERS.map((address) => service.watched(address)));
  await service.pass(2 * MINUTE_MS);
  service.sim.subscriptions.setKnobs({ dropProbability: 1 });
  const { promise: isLetGo, resolve: letGo } = Promise.withResolvers<void>();
  const { reader } = service.deps;
  const slow: CalendarReader = {
    ...bound(reader),
    firstPages: async (views, timeoutMs) => {
      const pages = await reader.firstPages(views, timeoutMs);
      const isLong = (index: number) => OTHERS.includes(views[index]?.name.mailbox ?? "");
      return pages.map((page, index): (typeof pages)[number] =>
        isLong(index) ? ({ ...page, next: "/more" } as Page) : page,
      );
    },
    nextPage: async () => {
      await isLetGo;
      return { kind: "page", events: [] };
    },
  };
  const message = { ...service.notified(), calendars: [...others, service.id] };
  const startedAt = service.clock.now();
  const run = () => refresh({ ...service.deps, reader: slow }, message);
  const isRead = () => [...others, service.id].map((id) => (service.rowOf(id).sync.asOf ?? 0) >= startedAt);
  return { ...service, letGo, run, isRead };
}

test("R9: what has come whole is written at once, and waits for no other calendar's further pages", async () => {
  const { sim, run, letGo, isRead, isCurrent } = await slowNeighbours();
  sim.outlook.addEvent(ANNA, "primary", EVENT);
  const reading = run();
  await expect.poll(isRead).toEqual([false, false, false, false, true]);
  isCurrent();
  letGo();
  await reading;
  expect(isRead()).not.toContain(false);
});

test("R3: a calendar that has to wait is woken in time, however long the others of its message are read", async () => {
  const { run, letGo, queues, rowOf, id, handleRefresh, notified, clock } = await slowNeighbours();
  await handleRefresh(notified()); // within the pause by now
  const messages = () => queues.refreshes.messages.map(({ message }) => [message.calendars, message.cause]);
  expect(messages()).not.toContainEqual([[id], "wake"]);
  const reading = run();
  await expect.poll(messages).toContainEqual([[id], "wake"]);
  expect(rowOf(id).sync.wakeAt).toBeLessThanOrEqual(clock.now() + 2 * SECOND_MS);
  letGo();
  await reading;
});
