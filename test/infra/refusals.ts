/** What is refused before anything is deployed, and the words that say what to do. */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseSnapshot } from "./deployed.js";
import type { Workshop } from "./workshop.js";

export function refusals(workshop: () => Workshop): void {
  test.each([
    ["minimal", /^param authAudience.*$/m, "", "authAudience is empty"],
    ["minimal", /$/, "\nparam allowedIpRanges = ['203.0.113.0/24']\n", "would shut out Microsoft Graph"],
    ["minimal", /$/, "\nparam instanceMemoryMB = 1024\n", "1024"],
    ["minimal", /$/, "\nparam namePrefix = 'Bank-1'\n", "namePrefix should have lower-case letters and digits only"],
    ["hardened", /203\.0\.113\.0\/24/, "nonsense", "allowedIpRanges should be address ranges"],
    ["eventHub", /^param eventHubTenantDomain.*$/m, "", "needs eventHubId and eventHubTenantDomain"],
    ["eventHub", /\/eventhubs\/graph/, "", "should be the id of an event hub"],
    ["events", /^param deliveryIdentityName.*$/m, "", "deliveryIdentityName is empty"],
    ["events", /$/, "\nparam topicIdentity = 'None'\n", "set eventDelivery to function"],
  ])("%s.bicepparam with %s replaced by %j is refused", async (name, place, text, words) => {
    const made = await workshop().snapshotOf(name, place, text);
    expect(made).toEqual({ kind: "refused", reason: expect.stringContaining(words) });
  });

  test.each(["minimal", "hardened", "eventHub", "events"])("%s.bicepparam as it is, is not refused", async (name) => {
    expect((await workshop().snapshotOf(name, "", "")).kind).toBe("made");
  });
}

const GUID = "22222222-aaaa-2222-2222-222222222222";
const TEXTS = [
  [`isGuid('${GUID}')`, true],
  [`isGuid('${GUID.toUpperCase()}')`, true],
  ["isGuid('contoso.com')", false],
  [`isGuid('${GUID.replace("a", "g")}')`, false],
  ["isRange('203.0.113.0/24')", true],
  ["isRange('2001:db8::/32')", true],
  ["isRange('203.0.113.7')", false],
  ["isRange('nonsense/24')", false],
  ["isRange('203.0.113.0/')", false],
  ["isTopicName('oa-production-1')", true],
  ["isTopicName('oa_1')", false],
  ["isTopicName('oa')", false],
  ["hasOnly('ab1', 'b1a')", true],
  ["hasOnly('ab1', 'B1')", false],
] as const;

export function texts(workshop: () => Workshop): void {
  test("texts are what they should be, or not: no deployment is made of others", async () => {
    const { bicep, folder } = workshop();
    const file = (name: string): string => join(folder, "texts", name);
    mkdirSync(join(folder, "texts"));
    cpSync("infra/modules/texts.bicep", file("texts.bicep"));
    const outputs = TEXTS.map(([call], index) => `output o${index} bool = ${call}`);
    const imported = "import { hasOnly, isGuid, isRange, isTopicName } from 'texts.bicep'";
    writeFileSync(file("main.bicep"), [imported, ...outputs, ""].join("\n"));
    writeFileSync(file("main.bicepparam"), "using 'main.bicep'\n");
    const made = await bicep.snapshot(file("main.bicepparam"));
    const said = parseSnapshot(made.kind === "made" ? made.snapshot : made.reason).outputs;
    expect(TEXTS.map(([call], index) => [call, said[`o${index}`]])).toEqual(TEXTS);
  });
}
