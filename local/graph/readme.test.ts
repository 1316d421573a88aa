/** The ready-made lines of the README, run in their order against one simulator. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { serveSimulator } from "./server.js";
import { GraphSimulator } from "./simulator.js";
import { ANNA, ENDPOINT, Receiver } from "./testBed.js";

const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");

/** Every `curl` of the indented lines, one command each; a body may go on in the next line. */
const commands = (readme.match(/^ {4}.*(?:\n {6}.*)*/gm) ?? [])
  .filter((line) => line.trimStart().startsWith("curl"))
  .flatMap((line) => line.replace(/\s+#.*$/, "").split(/;\s*(?=curl)/))
  .map((command) => ({
    method: /-X (\w+)/.exec(command)?.[1] ?? "GET",
    url: /"?(\$(?:C|G|PRIMARY)\/?[^\s"]*)"?/.exec(command)?.[1] ?? "",
    body: /-d '([^']*)'/.exec(command)?.[1],
  }));

test("every line of the README does what it says without an error", async () => {
  const receiver = new Receiver();
  const sim = new GraphSimulator({ now: () => Date.parse("2026-12-01T00:00:00Z"), deliver: receiver.deliver });
  const { controlUrl, graphUrl, stop } = await serveSimulator(sim, { graphPort: 0, controlPort: 0 });
  const subscription = {
    changeType: "created,updated,deleted",
    resource: `users/${ANNA}/events`,
    notificationUrl: ENDPOINT,
    expirationDateTime: "2026-12-07T00:00:00Z",
  };
  const subscribe = async () => {
    const init = { method: "POST", body: JSON.stringify(subscription) };
    const { id } = Object(await (await sim.fetch("https://graph.microsoft.com/v1.0/subscriptions", init)).json());
    return String(id);
  };
  const answers: string[] = [];
  for (const { method, url, body } of commands) {
    const target = url
      .replace("$PRIMARY", `${controlUrl}/mailboxes/${ANNA}/calendars/primary`)
      .replace("$ID", url.includes("$ID") ? await restored(sim).then(subscribe) : "")
      .replace("$C", controlUrl)
      .replace("$G", graphUrl);
    const response = await fetch(target, { method, ...(body !== undefined && { body }) });
    answers.push(`${response.status} ${method} ${url} ${response.ok ? "" : await response.text()}`);
  }
  await stop();
  expect(answers.length).toBeGreaterThan(35);
  expect(answers.filter((answer) => !answer.startsWith("200"))).toEqual([]);
});

/** By then the lines have taken the mailbox away and broken much else. */
async function restored({ outlook, faults, tokens }: GraphSimulator): Promise<void> {
  outlook.removeMailbox(ANNA, false);
  outlook.setLicensed(ANNA, true);
  outlook.denyAccess(ANNA, false);
  outlook.setMoving(ANNA, false);
  outlook.removeCalendar(ANNA, "primary", false);
  faults.clear();
  tokens.demanded = false;
}
