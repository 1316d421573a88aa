/** Where a request's log lines go. */
import { HttpRequest, InvocationContext } from "@azure/functions";
import { expect, test, vi } from "vitest";
import { anyone } from "../../shared/http/caller.js";
import { onHttp } from "../../shared/http/onHttp.js";

test("what is logged after the answer goes to the console, not to a context that has ended", async () => {
  const told: string[] = [];
  const spy = vi.spyOn(console, "log").mockImplementation((line: string) => void told.push(`console: ${line}`));
  const context = new InvocationContext({ logHandler: (_level, line) => told.push(`context: ${line}`) });
  let late = (): void => undefined;
  const { handler } = onHttp(async ({ log }) => ({ authenticate: anyone, log }), {
    methods: ["GET"],
    route: "anywhere",
    role: "Availability.Read",
    handle: async ({ runtime }) => {
      late = () => runtime.log("after the answer");
      runtime.log("before it");
      return {};
    },
  });
  await handler(new HttpRequest({ method: "GET", url: "http://127.0.0.1/api/anywhere" }), context);
  late();
  spy.mockRestore();
  expect(told).toEqual(["context: before it", "console: after the answer"]);
});
