/** infra/main.bicepparam, which azd fills in from its environment: every parameter can be set there, and none must be. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { onCompiled, type Workshop } from "./workshop.js";

const FILE = "infra/main.bicepparam";
/** An object, and a time that is counted from the deployment. */
const BY_FILE_ONLY = ["tags", "partnerAuthorizationExpires"];
/** Put before the names that the file reads, so that nothing is set, whatever the environment of the tests has. */
const UNSET = "UNSET_";
const LOCATION = "westeurope";

/** What the session of the CLI finds in its environment. */
export const ENVIRONMENT = {
  AZURE_LOCATION: LOCATION,
  RECONCILE_MINUTES: "60",
  AUTH_TENANT_ID: "one,two",
  STORAGE_IS_PRIVATE: "true",
  INSTANCE_MEMORY_MB: "512",
  PARTNER_TOPIC_NAMES: "topic-1,topic-2",
  ALLOWED_IP_RANGES: "203.0.113.0/24",
  [`${UNSET}AZURE_LOCATION`]: LOCATION,
};

const Parameters = z.object({ parameters: z.record(z.string(), z.object({ value: z.unknown() })) });

async function valuesOf({ bicep }: Workshop, file: string): Promise<Readonly<Record<string, unknown>>> {
  const { json, complaints } = await bicep.buildParams(file);
  expect(complaints).toEqual([]);
  const values = Object.entries(Parameters.parse(JSON.parse(json)).parameters);
  return Object.fromEntries(values.map(([name, { value }]) => [name, value]));
}

export function parametersFile(workshop: () => Workshop): void {
  describe("the parameters that azd gives", () => {
    test("are all that there are, each with the template's own default", async () => {
      const { main, folder } = workshop();
      const unset = readFileSync(FILE, "utf8").replaceAll("readEnvironmentVariable('", `$&${UNSET}`);
      writeFileSync(join(folder, "unset.bicepparam"), onCompiled(unset));
      const defaults = Object.entries(main.parameters).filter(([name]) => !BY_FILE_ONLY.includes(name));
      expect(await valuesOf(workshop(), join(folder, "unset.bicepparam"))).toEqual({
        ...Object.fromEntries(defaults.map(([name, { defaultValue }]) => [name, defaultValue])),
        location: LOCATION,
      });
    });

    test("are what its environment says: texts, numbers, switches, lists", async () => {
      expect(await valuesOf(workshop(), FILE)).toMatchObject({
        location: LOCATION,
        reconcileMinutes: 60,
        authTenantId: "one,two",
        privateNetwork: true,
        instanceMemoryMB: 512,
        partnerTopicNames: ["topic-1", "topic-2"],
        allowedIpRanges: ["203.0.113.0/24"],
      });
    });
  });
}
