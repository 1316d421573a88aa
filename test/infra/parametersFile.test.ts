/** infra/main.bicepparam, which azd fills in from its environment: every parameter can be set there, and none must be. */
import { expect, test } from "vitest";
import * as z from "zod";
import { runBicep } from "../../tools/bicep/run.js";
import { BICEP, describeWithBicep } from "./bicepCli.js";

const SLOW_MS = 240_000;
const LOCATION = { AZURE_LOCATION: "westeurope" };
/** An object, and a time that is counted from the deployment. */
const BY_FILE_ONLY = ["tags", "partnerAuthorizationExpires"];

const Built = z.object({ parametersJson: z.string(), templateJson: z.string() });
const Template = z.object({ parameters: z.record(z.string(), z.object({ defaultValue: z.unknown().optional() })) });
const Parameters = z.object({ parameters: z.record(z.string(), z.object({ value: z.unknown() })) });

interface Given {
  readonly values: Readonly<Record<string, unknown>>;
  readonly defaults: Readonly<Record<string, unknown>>;
}

async function given(environment: Readonly<Record<string, string>>): Promise<Given> {
  const args = ["build-params", "infra/main.bicepparam", "--stdout"];
  const { code, stdout, stderr } = await runBicep(BICEP, args, process.cwd(), { ...LOCATION, ...environment });
  if (code !== 0) throw new Error(stderr);
  const { parametersJson, templateJson } = Built.parse(JSON.parse(stdout));
  const values = Object.entries(Parameters.parse(JSON.parse(parametersJson)).parameters);
  const defaults = Object.entries(Template.parse(JSON.parse(templateJson)).parameters);
  return {
    values: Object.fromEntries(values.map(([name, { value }]) => [name, value])),
    defaults: Object.fromEntries(defaults.map(([name, { defaultValue }]) => [name, defaultValue])),
  };
}

describeWithBicep("the parameters that azd gives", () => {
  test("are all that there are, each with the template's own default", { timeout: SLOW_MS }, async () => {
    const { values, defaults } = await given({});
    const others = Object.entries(defaults).filter(([name]) => !BY_FILE_ONLY.includes(name));
    expect(values).toEqual({ ...Object.fromEntries(others), location: LOCATION.AZURE_LOCATION });
  });

  test("are what its environment says: texts, numbers, switches, lists", { timeout: SLOW_MS }, async () => {
    const set = {
      RECONCILE_MINUTES: "60",
      AUTH_TENANT_ID: "one,two",
      STORAGE_IS_PRIVATE: "true",
      INSTANCE_MEMORY_MB: "512",
      PARTNER_TOPIC_NAMES: "topic-1,topic-2",
      ALLOWED_IP_RANGES: "203.0.113.0/24",
    };
    expect((await given(set)).values).toMatchObject({
      reconcileMinutes: 60,
      authTenantId: "one,two",
      privateNetwork: true,
      instanceMemoryMB: 512,
      partnerTopicNames: ["topic-1", "topic-2"],
      allowedIpRanges: ["203.0.113.0/24"],
    });
  });
});
