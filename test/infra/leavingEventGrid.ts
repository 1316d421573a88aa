/** From the door eventGrid to another one: what the old door needs is there until no subscription names it. */
import { describe, expect, test } from "vitest";
import { HARDENED, ofType, only, parseSnapshot, settingsOf } from "./deployed.js";
import type { Workshop } from "./workshop.js";

const DOOR = "param notificationDoor = 'eventGrid'";
const CHANGED = "param notificationDoor = 'polling'\nparam keepEventGrid = true";

export function leavingEventGrid(workshop: () => Workshop): void {
  describe("a deployment that leaves Event Grid and keeps its door", () => {
    test("says another door, and else has all that it had", async () => {
      const made = await workshop().snapshotOf("hardened", DOOR, CHANGED);
      const after = parseSnapshot(made.kind === "made" ? made.snapshot : made.reason);
      expect(settingsOf(after)).toEqual({ ...settingsOf(HARDENED), NOTIFICATION_DOOR: "polling" });
      expect(settingsOf(after).PARTNER_TOPICS).toContain("oa-production-1");
      for (const type of ["Microsoft.Storage/storageAccounts", "Microsoft.Web/sites"])
        expect(only(after, type)).toEqual(only(HARDENED, type));
      const topics = "Microsoft.EventGrid/partnerConfigurations";
      expect(ofType(after, topics)).toHaveLength(1);
      expect(after.outputs).toEqual({ ...HARDENED.outputs, NOTIFICATION_DOOR: "polling" });
    });
  });
}
