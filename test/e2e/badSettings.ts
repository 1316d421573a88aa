/** Missing or wrong settings stop the app with one line that names them all. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HostProcess } from "../../local/host/hostProcess.js";

const REPOSITORY = join(import.meta.dirname, "..", "..");
const REFUSED = 2;
const GOOD = {
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  GRAPH_BASE_URL: "http://127.0.0.1:1",
  GRAPH_CREDENTIAL: "none",
  GRAPH_TENANT_ID: "11111111-1111-1111-1111-111111111111",
  NOTIFICATION_URL: "http://127.0.0.1:1/api/graph/notifications",
  CLIENT_STATE_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  AUTH: "none",
};
type Setting = keyof typeof GOOD | "HORIZON_DAYS" | "PARTNER_TOPICS";

/** What each is set to, and what else is set; which values are right is in shared/configErrors.test.ts. */
const BAD: readonly { readonly settings: Partial<Record<Setting, string>>; readonly more?: object }[] = [
  { settings: { AzureWebJobsStorage: "" } },
  {
    settings: {
      AUTH: "none",
      CLIENT_STATE_KEYS: "k1:c2hvcnQtc2VjcmV0",
      PARTNER_TOPICS: "",
      GRAPH_BASE_URL: "http://example.com",
      GRAPH_CREDENTIAL: "password",
      HORIZON_DAYS: "0",
    },
    more: { NOTIFICATION_DOOR: "eventGrid", WEBSITE_HOSTNAME: "myapp.azurewebsites.net" },
  },
];

export function badSettings(): void {
  test.concurrent.each(BAD)("$settings stops the start with one line that names it", async ({ settings, more }) => {
    await using host = new HostProcess({ app: REPOSITORY, env: { ...GOOD, ...more, ...settings } });
    expect(await host.exit).toBe(REFUSED);
    expect(host.err).toHaveLength(1);
    for (const [name, value] of Object.entries(settings)) {
      expect(host.err[0]).toContain(name);
      if (name === "CLIENT_STATE_KEYS") expect(host.err[0]).not.toContain(value.slice(3));
    }
  });
}
