/** A booking service with the client of this repository, against the whole product. */
import { beforeAll, describe, expect, test } from "vitest";
import { AvailabilityClient } from "../../client/availabilityClient.js";
import { freeTimes } from "../../client/freeTimes.js";
import { at, between, dayOf } from "./days.js";
import { keys } from "./elsewhere.js";
import { eventually } from "./eventually.js";
import { addMailbox } from "./mailboxes.js";
import type { Product } from "./product.js";

const DAY = 4;

export function bookingService(product: () => Product): void {
  let client: AvailabilityClient;
  beforeAll(() => {
    const functionKey = keys.function;
    client = new AvailabilityClient({ baseUrl: `${product().api.url}/api`, ...(functionKey && { functionKey }) });
  });

  describe("a booking service", () => {
    test("watches, reads, offers, explains and takes its wish back", async () => {
      const mailbox = addMailbox(product(), { events: [between(DAY, "09:00", "10:00")] });
      const [watched] = await client.watch({ calendars: [{ mailbox, timeZone: "UTC" }] });
      if (watched === undefined || "error" in watched) throw new Error("not watched");
      const { id } = watched;
      const range = dayOf(DAY);
      await eventually(async () => {
        const { calendars, ...answered } = await client.availability({ calendars: [id], ...range });
        expect(calendars[0]?.state).toBe("fresh");
        expect(calendars.map((one) => freeTimes(one, answered))).toEqual([
          [
            { start: range.start, end: at(DAY, "09:00") },
            { start: at(DAY, "10:00"), end: range.end },
          ],
        ]);
      });
      const offered = await client.slots({
        participants: [{ calendars: [id] }],
        ...range,
        durationMinutes: 120,
        timeZone: "UTC",
        workingHours: [{ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start: "08:00", end: "12:00" }],
      });
      expect(offered.state).toBe("fresh");
      expect(offered.slots.map(({ start }) => start)).toEqual([at(DAY, "10:00")]);
      const listed: string[] = [];
      for await (const one of client.calendars()) listed.push(one.id);
      expect(listed).toContain(id);
      expect(await client.refresh(id)).toEqual({ id });
      expect(await client.explain(id)).toMatchObject({ id, state: "fresh", watches: [{ timeZone: "UTC" }] });
      expect(await client.unwatch({ calendars: [{ id }] })).toEqual([{ id, removed: 1, remaining: 0 }]);
      await expect(client.explain(id)).rejects.toMatchObject({ problem: { code: "notFound", status: 404 } });
    });

    test("hears which field is wrong", async () => {
      const { start } = dayOf(DAY);
      await expect(client.availability({ calendars: ["anna"], start, end: start })).rejects.toMatchObject({
        problem: { code: "invalidRequest", errors: [{ pointer: "/calendars/0" }] },
      });
    });
  });
}
