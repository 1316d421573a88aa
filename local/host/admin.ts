/** The admin endpoints that `func start` has too: run a function by hand, ask for the host's state. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { runEvent } from "./eventGrid.js";
import type { HostedFunction } from "./functions.js";
import { answer, answerJson } from "./httpAnswer.js";
import { readBody } from "./httpRequest.js";
import type { Invoker, Outcome } from "./invoke.js";
import { isObject } from "./jsonFile.js";
import type { Keys } from "./keys.js";
import { withProperties } from "./metadata.js";
import { timerInput } from "./timer.js";

export interface AdminDeps {
  readonly functions: readonly HostedFunction[];
  readonly keys: Keys;
  readonly invoker: Invoker;
}

const HOST_ID = "stand-in";
const HOST_VERSION = "4.0.0";

/** `path` begins with `/admin/`, in lower case. */
export async function serveAdmin(
  deps: AdminDeps,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (path === "/admin/host/ping") return answer(response, 200);
  if (!deps.keys.allows("admin", request)) return answer(response, 401);
  const name = /^\/admin\/functions\/([^/]+)$/.exec(path)?.[1];
  if (name !== undefined && request.method === "POST") return runByHand(deps, name, request, response);
  if (path === "/admin/host/status" && request.method === "GET") return answerJson(response, 200, status());
  if (path === "/admin/functions" && request.method === "GET") {
    return answerJson(response, 200, deps.functions.map(description));
  }
  answer(response, 404);
}

/** Answers at once; the function runs afterwards. */
async function runByHand(
  deps: AdminDeps,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const input = inputText((await readBody(request)).toString("utf8"));
  const fn = deps.functions.find((known) => known.name.toLowerCase() === name);
  if (fn === undefined) return answer(response, 404);
  if (input === undefined || fn.trigger.kind === "http") return answer(response, 400);
  void runWith(deps.invoker, fn, input);
  answer(response, 202);
}

function runWith(invoker: Invoker, fn: HostedFunction, text: string): Promise<Outcome> {
  if (fn.trigger.kind === "timer") return invoker.run(fn, { data: timerInput(fn.trigger) });
  if (fn.trigger.kind === "eventGrid") return runEvent(invoker, fn, text);
  const metadata = withProperties({ QueueTrigger: { string: text } }, text);
  return invoker.run(fn, { data: { string: text }, metadata });
}

/** The text of `{"input": "text"}`; undefined if the body is not JSON. */
function inputText(body: string): string | undefined {
  if (body.trim() === "") return "";
  try {
    const parsed: unknown = JSON.parse(body);
    const input = isObject(parsed) ? (parsed.input ?? "") : "";
    return typeof input === "string" ? input : JSON.stringify(input);
  } catch {
    return undefined;
  }
}

function status(): object {
  const processUptime = Math.round(process.uptime() * 1_000);
  return { id: HOST_ID, state: "Running", version: HOST_VERSION, processUptime };
}

function description(fn: HostedFunction): object {
  const bindings = Object.entries(fn.meta.bindings).map(([name, binding]) => ({ ...binding, name }));
  return { name: fn.name, language: "node", isDisabled: fn.disabled, config: { bindings } };
}
