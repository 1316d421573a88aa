/** A resource group as `az rest` shows it: partner topics that appear when the test says so. */
import { readFileSync } from "node:fs";
import type { Az } from "../../tools/events/azure.js";
import type { ProgramRun } from "../../tools/program.js";

interface Topic {
  identity?: unknown;
  properties: { activationState: string };
}

const ok = (body?: unknown): ProgramRun => ({
  code: 0,
  stdout: body === undefined ? "" : JSON.stringify(body),
  stderr: "",
});
const refused = (stderr: string): ProgramRun => ({ code: 1, stdout: "", stderr });

export class FakeAzure {
  readonly topics = new Map<string, Topic>();
  /** Changes only, in order. */
  readonly changes: string[] = [];
  authorizedUntil: string | undefined = "2027-01-01T00:00:00Z";
  takesIdentities = true;

  create(topic: string): void {
    this.topics.set(topic, { properties: { activationState: "NeverActivated" } });
  }

  readonly az: Az = async (args) => {
    if (args[0] !== "rest") return refused(`unexpected: az ${args.join(" ")}`);
    const option = (name: string): string => args[args.indexOf(name) + 1] ?? "";
    return this.#answer(option("--method"), new URL(option("--url"), "https://management.azure.com"), option("--body"));
  };

  #answer(method: string, { pathname, searchParams }: URL, body: string): ProgramRun {
    if (searchParams.get("api-version") === null) return refused("MissingApiVersionParameter");
    if (pathname.endsWith("/partnerConfigurations/default")) return ok(this.#configuration());
    const [, name = "", action] = /\/partnerTopics\/([^/]+)(?:\/(\w+))?$/.exec(pathname) ?? [];
    const topic = this.topics.get(name);
    if (topic === undefined) return refused(`ERROR: Not Found({"error":{"code":"ResourceNotFound"}})`);
    if (method === "post" && action === "activate") {
      this.changes.push(`activate ${name}`);
      topic.properties.activationState = "Activated";
      return ok(topic);
    }
    if (method === "patch") {
      this.changes.push(`identity ${name}`);
      if (!this.takesIdentities) return refused("ERROR: Bad Request({code: InvalidRequest})");
      Object.assign(topic, JSON.parse(readFileSync(body.replace(/^@/, ""), "utf8")));
      return ok(topic);
    }
    return ok(topic);
  }

  #configuration() {
    const partners = [{ partnerName: "MicrosoftGraphAPI", authorizationExpirationTimeInUtc: this.authorizedUntil }];
    const authorizedPartnersList = this.authorizedUntil === undefined ? [] : partners;
    return { properties: { partnerAuthorization: { authorizedPartnersList } } };
  }
}
