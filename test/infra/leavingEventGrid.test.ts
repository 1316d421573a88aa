/** From the door eventGrid to another one: what the old door needs is there until no subscription names it. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SNAPSHOT_SCOPE } from "../../tools/bicep/checks.js";
import { runBicep } from "../../tools/bicep/run.js";
import { BICEP, describeWithBicep } from "./bicepCli.js";
import { HARDENED, ofType, only, type Snapshot, settingsOf, snapshotOf } from "./deployed.js";

const SLOW_MS = 240_000;
const DOOR = "param notificationDoor = 'eventGrid'";

/** The hardened deployment after its door was changed to polling. */
async function left(): Promise<Snapshot> {
  const folder = mkdtempSync(join(tmpdir(), "bicep-left-"));
  try {
    for (const part of ["infra", "shared/names.json"]) cpSync(part, join(folder, part), { recursive: true });
    const file = join(folder, "infra/snapshots/hardened.bicepparam");
    const changed = "param notificationDoor = 'polling'\nparam keepEventGrid = true";
    writeFileSync(file, readFileSync(file, "utf8").replace(DOOR, changed));
    const { code, stderr } = await runBicep(BICEP, ["snapshot", file, ...SNAPSHOT_SCOPE], folder);
    if (code !== 0) throw new Error(stderr);
    return snapshotOf("hardened", folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describeWithBicep("a deployment that leaves Event Grid and keeps its door", () => {
  test("says another door, and else has all that it had", { timeout: SLOW_MS }, async () => {
    const after = await left();
    expect(settingsOf(after)).toEqual({ ...settingsOf(HARDENED), NOTIFICATION_DOOR: "polling" });
    expect(settingsOf(after).PARTNER_TOPICS).toContain("oa-production-1");
    for (const type of ["Microsoft.Storage/storageAccounts", "Microsoft.Web/sites"])
      expect(only(after, type)).toEqual(only(HARDENED, type));
    const topics = "Microsoft.EventGrid/partnerConfigurations";
    expect(ofType(after, topics)).toHaveLength(1);
    expect(after.outputs).toEqual({ ...HARDENED.outputs, NOTIFICATION_DOOR: "polling" });
  });
});
