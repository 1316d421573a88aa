/** The Event Grid webhook, `/runtime/webhooks/EventGrid?functionName=…`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HostedFunction } from "./functions.js";
import { answer, answerJson } from "./httpAnswer.js";
import { joinedQuery, readBody, splitUrl } from "./httpRequest.js";
import type { Invoker, Outcome } from "./invoke.js";
import { isObject } from "./jsonFile.js";
import type { Keys } from "./keys.js";
import { withProperties } from "./metadata.js";
import { messageOf } from "./refusal.js";

export const EVENT_GRID_PATH = "/runtime/webhooks/eventgrid";

const METHODS = new Set(["GET", "PUT", "POST", "DELETE", "OPTIONS"]);
const ORIGINS = new Set(["eventgrid.azure.net", "eventgrid.azure.us", "eventgrid.azure.cn"]);
const DEFAULT_ORIGIN = "eventgrid.azure.net";

export interface EventGridDeps {
  readonly functions: readonly HostedFunction[];
  readonly keys: Keys;
  readonly invoker: Invoker;
}

export async function serveEventGrid(
  deps: EventGridDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!METHODS.has(request.method ?? "")) return answer(response, 405);
  if (!deps.keys.allows("eventGrid", request)) return answer(response, 401);
  const name = functionName(request);
  const fn = deps.functions.find((known) => known.name === name && !known.disabled);
  if (fn?.trigger.kind !== "eventGrid") return answer(response, 404, `cannot find function: '${name}'`);
  if (request.method === "OPTIONS") return allowOrigin(request, response);
  await serveEvents(deps.invoker, fn, request, response);
}

async function serveEvents(
  invoker: Invoker,
  fn: HostedFunction,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  switch (String(request.headers["aeg-event-type"] ?? "").toLowerCase()) {
    case "subscriptionvalidation":
      return answerJson(response, 200, { validationResponse: validationCode(await parsedBody(request)) });
    case "notification":
      return deliver(invoker, fn, await parsedBody(request), response);
    case "unsubscribe":
      return answer(response, 202);
    default:
      return answer(response, 400);
  }
}

/** The CloudEvents handshake: https://github.com/cloudevents/spec/blob/v1.0/http-webhook.md#4-abuse-protection */
function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  const origin = String(request.headers["webhook-request-origin"] ?? "");
  response.setHeader("WebHook-Allowed-Origin", ORIGINS.has(origin) ? origin : DEFAULT_ORIGIN);
  answer(response, 200);
}

/** One invocation an event, side by side. One that fails makes Event Grid send the whole batch again. */
async function deliver(invoker: Invoker, fn: HostedFunction, body: unknown, response: ServerResponse): Promise<void> {
  const events: readonly unknown[] = Array.isArray(body) ? body : [body];
  const outcomes = await Promise.all(events.map((event) => runEvent(invoker, fn, JSON.stringify(event))));
  const failed = outcomes.find((outcome) => outcome.kind === "failed");
  if (failed === undefined) answer(response, 202);
  else answer(response, 500, messageOf(failed.error));
}

export function runEvent(invoker: Invoker, fn: HostedFunction, text: string): Promise<Outcome> {
  return invoker.run(fn, { data: { string: text }, metadata: withProperties({}, text) });
}

function functionName(request: IncomingMessage): string {
  const query = joinedQuery(splitUrl(request).query);
  return [...query].find(([key]) => key.toLowerCase() === "functionname")?.[1] ?? "";
}

/** A body that does not parse throws: 500. */
async function parsedBody(request: IncomingMessage): Promise<unknown> {
  return JSON.parse((await readBody(request)).toString("utf8"));
}

function validationCode(body: unknown): unknown {
  const event: unknown = Array.isArray(body) ? body[0] : body;
  const data = isObject(event) ? event.data : undefined;
  const object: unknown = typeof data === "string" ? JSON.parse(data) : data;
  return isObject(object) ? object.validationCode : undefined;
}
