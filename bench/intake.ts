/** What Graph waits for: its POST of as many notifications as it ever sends at once, while their work goes on behind it. */
import { setTimeout as delay } from "node:timers/promises";
import { QueueServiceClient } from "@azure/storage-queue";
import { type CalendarId, isCalendarId } from "../shared/domain/calendarId.js";
import { signClientState } from "../shared/domain/clientState.js";
import { watchedMailboxes } from "./mailboxes.js";
import type { Result } from "./result.js";
import { percentileOf, timed } from "./samples.js";
import { onStand, type Stand } from "./stand.js";

const NOTIFICATIONS = 100;
const REQUESTS = 100;
const WARM_UPS = 5;
const P99_MS_MAX = 200;
/** No calendar is read again sooner than 2 s after its last time: every body is to find all of its own readable. */
const REST_MS = 2_100;
/** While one group of calendars rests, the other has its turn. */
const DOMAINS = ["contoso.com", "fabrikam.com"] as const;
/** What the other group's reads found is still being written; the bare sends are not to compete with that. */
const SETTLE_MS = 500;
const DRAINED_MS_MAX = 30_000;
const LOOK_EVERY_MS = 10;
/** As many messages as 100 calendars need: 20 calendars each, and each with its confirmation. */
const MESSAGES = 10;
const FLOOR_QUEUE = "floor";

export const intake = (): Promise<readonly Result[]> =>
  onStand(async (stand) => {
    const groups: Group[] = [];
    for (const domain of DOMAINS) {
      const ids = (await watchedMailboxes(stand, NOTIFICATIONS, domain)).map(({ id }) => id).filter(isCalendarId);
      groups.push({ body: bodyFor(ids, stand), restedAt: performance.now() + REST_MS });
    }
    const bare = await bareSends(stand);
    const samples: Sample[] = [];
    for (let count = 0; count < WARM_UPS + REQUESTS; count++) {
      const group = groups[count % groups.length];
      if (group !== undefined) samples.push(await sampleOf(stand, group, bare));
    }
    return resultsOf(samples.slice(WARM_UPS));
  });

interface Group {
  readonly body: string;
  restedAt: number;
}

interface Sample {
  readonly post: number;
  readonly bare: number;
  /** Until Graph has been asked for every calendar again, from the beginning of the POST. */
  readonly drained: number;
}

async function sampleOf({ sim, app }: Stand, group: Group, bareSend: () => Promise<void>): Promise<Sample> {
  await delay(Math.max(SETTLE_MS, group.restedAt - performance.now()));
  const bare = await timed(bareSend);
  sim.clearLog();
  const startedAt = performance.now();
  const post = await timed(() => app.post("/api/graph/notifications", group.body));
  while (sim.log.filter(({ operation }) => operation === "calendarView").length < NOTIFICATIONS) {
    if (performance.now() - startedAt > DRAINED_MS_MAX) throw new Error("not all calendars were read again in time");
    await delay(LOOK_EVERY_MS);
  }
  const drained = performance.now() - startedAt;
  group.restedAt = performance.now() + REST_MS;
  return { post, bare, drained };
}

function resultsOf(samples: readonly Sample[]): readonly Result[] {
  const of = (percent: number) => ({
    value: percentileOf(samples, "post", percent),
    floor: percentileOf(samples, "bare", percent),
  });
  const what = `Webhook request with ${NOTIFICATIONS} notifications, `;
  return [
    { what: `${what}p50`, unit: "ms", ...of(50) },
    { what: `${what}p99`, unit: "ms", ...of(99), level: { of: "value", max: P99_MS_MAX } },
    {
      what: `All ${NOTIFICATIONS} calendars asked for again, p50`,
      unit: "ms",
      value: percentileOf(samples, "drained", 50),
    },
  ];
}

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
