/** Storage goes away under a running app, and comes back. */
import { expect, test } from "vitest";
import { calendar, problem } from "./answers.js";
import { between, dayOf } from "./days.js";
import { eventually } from "./eventually.js";
import { watchedPerson } from "./mailboxes.js";
import { clientStateOf, item, notify } from "./notify.js";
import type { Product } from "./product.js";

const DAY = 3;
const BACK_SECONDS_MAX = 60;
/** Each answer without storage takes its tries' time. */
const TEST_MS_MAX = 150_000;

export function storageAway(product: () => Product): void {
  test("I4, A8: without storage reads and notifications are 503, and all goes on when it is back", {
    timeout: TEST_MS_MAX,
  }, async () => {
    const { api, own } = product();
    const { address, id } = await watchedPerson(product());
    const read = { calendars: [id], ...dayOf(DAY) };
    await own.stopStorage();

    for (const path of ["/api/availability", "/api/watch", "/api/unwatch"]) {
      const answer = await api.post(path, path === "/api/availability" ? read : { calendars: [{ mailbox: address }] });
      expect(problem(answer, 503).code).toBe("storageUnavailable");
      expect(answer.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    }
    expect(problem(await api.get(`/api/calendars/${id}`), 503).code).toBe("storageUnavailable");
    const notification = await notify(api, item(clientStateOf(own.settings.CLIENT_STATE_KEYS, id)));
    expect(problem(notification, 503).code).toBe("storageUnavailable");
    own.graph.outlook.addEvent(address, "primary", between(DAY, "09:00", "10:00"));
    await own.graph.flush(); // Graph has tried to tell, and will again
    expect((await api.get("/api/health")).status).toBe(200);
    expect(await own.hostStillRuns()).toBe(true);

    await own.startStorage();
    await eventually(async () => {
      expect((await calendar(api, read)).busy).toEqual([between(DAY, "09:00", "10:00")]);
    }, BACK_SECONDS_MAX);
    expect(own.graph.subscriptions.notifier.counts.retried).toBeGreaterThan(0);
  });
}
