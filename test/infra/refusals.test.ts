/** What is refused before a deployment; that all is formatted, linted and as its snapshots say is `npm run check:bicep`. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SNAPSHOT_SCOPE } from "../../tools/bicep/checks.js";
import { runBicep } from "../../tools/bicep/run.js";
import { BICEP, bicepFiles, describeWithBicep } from "./bicepCli.js";

const SLOW_MS = 240_000;

describeWithBicep("the Bicep CLI", () => {
  let folder: string;
  /** Compiled once: each case then only takes the evaluation. */
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "bicep-refused-"));
    for (const part of ["infra", "shared/names.json"]) cpSync(part, join(folder, part), { recursive: true });
    for (const stage of ["main", "events"])
      expect((await runBicep(BICEP, ["build", `infra/${stage}.bicep`], folder)).code).toBe(0);
  }, SLOW_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What is refused before anything is deployed, and the words that say what to do. */
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
  ])("%s.bicepparam with %s replaced by %j is refused", { timeout: SLOW_MS }, async (name, place, text, words) => {
    const file = join("infra", "snapshots", `${name}.bicepparam`);
    const compiled = readFileSync(file, "utf8").replace(/^using '(.*)\.bicep'/m, "using '$1.json'");
    writeFileSync(join(folder, file), compiled.replace(place, text));
    const { code, stdout, stderr } = await runBicep(BICEP, ["snapshot", file, ...SNAPSHOT_SCOPE], folder);
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toContain(words);
  });
});

describeWithBicep("texts", () => {
  const GUID = "22222222-aaaa-2222-2222-222222222222";
  test("are what they should be, or not: no deployment is made of others", { timeout: SLOW_MS }, async () => {
    const want = [
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
    const folder = mkdtempSync(join(tmpdir(), "bicep-texts-"));
    try {
      cpSync("infra/modules/texts.bicep", join(folder, "texts.bicep"));
      const outputs = want.map(([call], index) => `output o${index} bool = ${call}`);
      const imported = "import { hasOnly, isGuid, isRange, isTopicName } from 'texts.bicep'";
      writeFileSync(join(folder, "main.bicep"), [imported, ...outputs, ""].join("\n"));
      writeFileSync(join(folder, "main.bicepparam"), "using 'main.bicep'\n");
      const { code, stderr } = await runBicep(BICEP, ["snapshot", "main.bicepparam", ...SNAPSHOT_SCOPE], folder);
      expect([code, stderr]).toEqual([0, ""]);
      const snapshot = JSON.parse(readFileSync(join(folder, "main.snapshot.json"), "utf8"));
      expect(want.map(([call], index) => [call, snapshot.outputs[`o${index}`]])).toEqual(want);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test("every Bicep file is part of a stage, and none comes from a registry, which needs the network", () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    for (const [, target = ""] of text.matchAll(/(?:^module \w+|\bfrom) '([^']+)'/gm)) {
      expect(target).not.toMatch(/^(br|ts)[:/]/);
      visit(join(file, "..", target));
    }
  };
  for (const stage of ["infra/main.bicep", "infra/events.bicep"]) visit(stage);
  expect(bicepFiles().filter((file) => !seen.has(file))).toEqual([]);
});

test("what git holds of infra/ is source: no compiled template", () => {
  const files = execFileSync("git", ["ls-files", "infra"], { encoding: "utf8" }).split("\n").filter(Boolean);
  const json = files.filter(
    (file) => file.endsWith(".json") && !/api-roles|bicepconfig|snapshot|workbook|\/monitoring\//.test(file),
  );
  expect(json).toEqual([]);
});
