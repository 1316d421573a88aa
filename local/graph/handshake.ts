/**
 * The validation of a notification endpoint, inside POST /subscriptions.
 * https://learn.microsoft.com/graph/change-notifications-delivery-webhooks#notificationurl-validation
 */
import { z } from "zod";
import { GraphFailure } from "./answers.js";
import { HANDSHAKE_TIMEOUT_MS } from "./limits.js";
import { guid, type Surroundings, within } from "./surroundings.js";

export const HandshakeKnobs = z.strictObject({
  /** How a space of the token is written in the URL; both were seen. */
  spaces: z.enum(["plus", "percent"]),
  /** How often each endpoint is asked. */
  times: z.union([z.literal(1), z.literal(2)]),
  /** Also on PATCH; not documented either way. */
  onRenewal: z.boolean(),
});
export type HandshakeKnobs = z.output<typeof HandshakeKnobs>;

/** Throws the error of the POST unless the endpoint answers 200, text/plain, with the decoded token, in time. */
export async function shakeHands(endpoint: string, knobs: HandshakeKnobs, surroundings: Surroundings): Promise<void> {
  if (!endpoint.startsWith("http")) return; // Event Grid and Event Hubs have no handshake
  for (let time = 0; time < knobs.times; time += 1) await shakeOnce(endpoint, knobs.spaces, surroundings);
}

async function shakeOnce(endpoint: string, spaces: HandshakeKnobs["spaces"], surroundings: Surroundings) {
  const token = `Validation: Testing client application reachability for subscription Request-Id: ${guid(surroundings.random)}`;
  const encoded = encodeURIComponent(token).replaceAll("%3A", "%3a");
  const query = `validationToken=${spaces === "plus" ? encoded.replaceAll("%20", "+") : encoded}`;
  const target = `${endpoint}${endpoint.includes("?") ? "&" : "?"}${query}`;
  const answer = await within(surroundings, HANDSHAKE_TIMEOUT_MS, (signal) => ask(target, surroundings, signal)).catch(
    () => ({ status: undefined, type: "", body: "" }), // nobody there: the same error as a wrong answer
  );
  if (answer === "timeout") throw new GraphFailure(400, "InvalidRequest", "Subscription validation request timed out.");
  if (answer.status !== 200) throw refused(answer.status);
  if (!/^text\/plain\b/i.test(answer.type) || answer.body !== token) throw refused(undefined);
}

async function ask(target: string, { deliver }: Surroundings, signal: AbortSignal) {
  const headers = { "Content-Type": "text/plain; charset=utf-8" };
  const response = await deliver(new Request(target, { method: "POST", headers, body: "" }), signal);
  return {
    status: response.status,
    type: response.headers.get("Content-Type") ?? "",
    body: await response.text(),
  };
}

function refused(status: number | undefined): GraphFailure {
  const seen = status === undefined ? "" : ` HTTP status code is '${STATUS_NAMES[status] ?? status}'.`;
  const message = `Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.${seen}`;
  return new GraphFailure(400, "ValidationError", message);
}

/** Graph names the status as .NET does. */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  201: "Created",
  202: "Accepted",
  204: "NoContent",
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  500: "InternalServerError",
  502: "BadGateway",
  503: "ServiceUnavailable",
};
