/** How long Graph waits for an answer to a notification. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ANNA } from "../../local/graph/testBed.js";
import { signClientState } from "../../shared/domain/clientState.js";
import { callFunction, registeredFunctions } from "./app.js";
import { openMemoryRuntime } from "./memoryRuntime.js";

/** Within our own code never more than this [I5]. */
const ANSWER_MS_MAX = 2_900;

const functions = await registeredFunctions();
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

test("I5: storage that never answers costs 503 within 2.9 s, also where it notices no signal", async () => {
  const service = openMemoryRuntime();
  const id = await service.watched(ANNA);
  const clientState = signClientState(id, service.deps.keys.current);
  const value = [{ clientState, subscriptionId: "one", changeType: "updated" }];
  const send = () => callFunction(functions, "POST", "graph/notifications", { raw: JSON.stringify({ value }) });
  expect((await send()).status).toBe(202);
  const refresh = vi.spyOn(service.queues, "refresh").mockReturnValue(new Promise(() => undefined));
  const answer = send();
  await vi.waitUntil(() => refresh.mock.calls.length > 0);
  await vi.advanceTimersByTimeAsync(ANSWER_MS_MAX);
  expect(await answer).toMatchObject({ status: 503, body: { code: "storageUnavailable" } });
});
