/** What the check of a deployment makes of the answers of Azure itself. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { azdToken, loggedSince } from "../../deploy/azure.js";
import { until } from "../../deploy/waiting.js";
import { type AzureStandIn, type QueryRefusal, startAzureStandIn } from "./azureStandIn.js";

const WAIT = { secondsMax: 20, everySeconds: 0.01 };
const NO_TABLE: QueryRefusal = {
  codes: ["BadArgumentError", "SemanticError", "SEM0100"],
  message: "'where' operator: Failed to resolve table or column expression named 'AppTraces'",
};
const BAD_QUERY: QueryRefusal = { codes: ["BadArgumentError", "SyntaxError"], message: "Unknown operator" };

let azure: AzureStandIn;
let logged: () => readonly string[] | QueryRefusal;
beforeAll(async () => {
  azure = await startAzureStandIn("key", () => logged());
});
afterAll(() => azure[Symbol.asyncDispose]());

const sweeps = (wait = WAIT) => until("sweep", wait, () => loggedSince(azure.place, "AppTraces", new Date(0)));

test("a workspace that has no table yet, since nothing was ever logged, is waited for", async () => {
  let looks = 0;
  logged = () => (++looks < 3 ? NO_TABLE : ['{"event":"sweep.completed"}']);
  expect(await sweeps()).toBe(1);
  expect(looks).toBe(3);
});

test("where the table never comes, the workspace's own reason is said", async () => {
  logged = () => NO_TABLE;
  await expect(sweeps({ secondsMax: 0, everySeconds: 0 })).rejects.toThrow(/not within 0 s; .* 400: .*'AppTraces'$/);
});

test("a query that can never be answered ends the wait at once, with the reason", async () => {
  logged = () => BAD_QUERY;
  await expect(sweeps()).rejects.toThrow(/^sweep: .* answered 400: Unknown operator$/);
});

test("where azd is not installed, that is said, and not that nobody is signed in", async () => {
  vi.stubEnv("PATH", "");
  await expect(azdToken("scope")).rejects.toThrow("azd is not installed");
  vi.unstubAllEnvs();
});
