/** A missing or wrong setting stops the app with one line that names it. */
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
type Setting =
  | keyof typeof GOOD
  | "AUTH_TENANT_ID"
  | "HORIZON_DAYS"
  | "NOTIFICATION_DOOR"
  | "PARTNER_TOPICS"
  | "WEBSITE_HOSTNAME";

/** The setting that the line must name, its value, and what else is set. */
const BAD: readonly { readonly name: Setting; readonly value: string; readonly more?: object }[] = [
  { name: "AzureWebJobsStorage", value: "" },
  { name: "CLIENT_STATE_KEYS", value: "" },
  { name: "CLIENT_STATE_KEYS", value: "k1:c2hvcnQtc2VjcmV0" },
  { name: "NOTIFICATION_URL", value: "" },
  { name: "NOTIFICATION_URL", value: "http://example.com/api/graph/notifications" },
  { name: "GRAPH_BASE_URL", value: "http://example.com" },
  { name: "GRAPH_CREDENTIAL", value: "password" },
  { name: "HORIZON_DAYS", value: "0" },
  { name: "NOTIFICATION_DOOR", value: "window" },
  { name: "PARTNER_TOPICS", value: "", more: { NOTIFICATION_DOOR: "eventGrid" } },
  { name: "PARTNER_TOPICS", value: "https://example.com", more: { NOTIFICATION_DOOR: "eventGrid" } },
  { name: "AUTH", value: "maybe" },
  { name: "AUTH_TENANT_ID", value: "", more: { AUTH: "entra" } },
  { name: "AUTH", value: "none", more: { WEBSITE_HOSTNAME: "myapp.azurewebsites.net" } },
];

export function badSettings(): void {
  test.concurrent.each(BAD)(
    "$name set to '$value' stops the start with one line that names it",
    async ({ name, value, more }) => {
      await using host = new HostProcess({ app: REPOSITORY, env: { ...GOOD, ...more, [name]: value } });
      expect(await host.exit).toBe(REFUSED);
      expect(host.err).toHaveLength(1);
      expect(host.err[0]).toContain(name);
      if (value.length > 10 && name === "CLIENT_STATE_KEYS") expect(host.err[0]).not.toContain(value.slice(3));
    },
  );
}
