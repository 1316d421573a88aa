/** What Graph waits for: its POST of as many notifications as it ever sends at once, while their work goes on behind it. */
import { setTimeout as delay } from "node:timers/promises";
import { QueueServiceClient } from "@azure/storage-queue";
import { type CalendarId, isCalendarId } from "../shared/domain/calendarId.js";
import { signClientState } from "../shared/domain/clientState.js";
import { watchedMailboxes } from "./mailboxes.js";
import type { Result } from "./result.js";
import { percentile, timed } from "./samples.js";
import { onStand, type Stand } from "./stand.js";

const NOTIFICATIONS = 100;
const REQUESTS = 200;
const WARM_UPS = 20;
const PAUSE_MS = 250;
const P99_MS_MAX = 200;
/** As many messages as 100 calendars need: 20 calendars each, and each with its confirmation. */
const MESSAGES = 10;
const FLOOR_QUEUE = "floor";

export const intake = (): Promise<readonly Result[]> =>
  onStand(async (stand) => {
    const ids = (await watchedMailboxes(stand, NOTIFICATIONS)).map(({ id }) => id).filter(isCalendarId);
    const bare = await bareSends(stand);
    const body = bodyFor(ids, stand);
    const [values, floors]: [number[], number[]] = [[], []];
    for (let count = -WARM_UPS; count < REQUESTS; count++) {
      const floor = await timed(bare);
      const value = await timed(() => stand.app.post("/api/graph/notifications", body));
      if (count >= 0) {
        values.push(value);
        floors.push(floor);
      }
      await delay(PAUSE_MS);
    }
    const what = `Webhook request with ${NOTIFICATIONS} notifications, `;
    const of = (percent: number) => ({ value: percentile(values, percent), floor: percentile(floors, percent) });
    return [
      { what: `${what}p50`, unit: "ms", ...of(50) },
      { what: `${what}p99`, unit: "ms", ...of(99), level: { of: "value", max: P99_MS_MAX } },
    ];
  });

/** The same number of messages put on a queue side by side, and a request to an empty function. */
async function bareSends({ app, connectionString }: Stand): Promise<() => Promise<void>> {
  const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(FLOOR_QUEUE);
  await queue.createIfNotExists();
  const text = Buffer.from("x".repeat(700)).toString("base64");
  return async () => {
    await Promise.all(Array.from({ length: MESSAGES }, () => queue.sendMessage(text)));
    await app.get("/api/health");
  };
}

/** One notification a calendar, as Graph writes them. */
function bodyFor(ids: readonly CalendarId[], { sim, clientStateKeys }: Stand): string {
  const [id = "", secret = ""] = clientStateKeys.split(":");
  const key = { id, secret: Buffer.from(secret, "base64") };
  const value = ids.map((calendar, index) => ({
    id: `n${index}`,
    subscriptionId: sim.subscriptions.live[index]?.id,
    subscriptionExpirationDateTime: "2026-12-08T11:00:00+00:00",
    clientState: signClientState(calendar, key),
    changeType: "updated",
    resource: `Users/${index}/Events/AAMkADAwATM0MDAAMS1i`,
    resourceData: { "@odata.type": "#Microsoft.Graph.Event", id: "AAMkADAwATM0MDAAMS1i" },
    tenantId: "11111111-1111-1111-1111-111111111111",
  }));
  return JSON.stringify({ value });
}
