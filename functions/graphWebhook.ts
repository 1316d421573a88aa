/** Graph's own POSTs: the handshake, and notifications. Anonymous: a notification proves itself by its `clientState`. */
import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from "@azure/functions";
import { takeIn } from "../shared/domain/intake.js";
import { readJson } from "../shared/http/body.js";
import { inTime } from "../shared/http/inTime.js";
import { notificationsOf } from "../shared/http/notifications.js";
import { answered, logUntilEnd } from "../shared/http/onHttp.js";
import { ready } from "../shared/runtime.js";

/** Graph counts answers after 3 s as slow. The queues end before this; an instance that asks for storage's time may not. */
const ANSWER_MS_MAX = 2_700;

/** 202 only when every resulting message is durably queued; else 5xx, so that Graph tries again [I4]. */
export async function graphWebhook(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const token = new URL(request.url).searchParams.get("validationToken");
  if (token !== null) return handshake(token);
  const { log, end } = logUntilEnd(context);
  return answered(context, () => inTime(ANSWER_MS_MAX, queued(request, { log }))).finally(end);
}

async function queued(request: HttpRequest, context: Pick<InvocationContext, "log">): Promise<HttpResponseInit> {
  const items = notificationsOf(await readJson(request));
  const { deps, webhookQueues } = await ready(context);
  await takeIn({ ...deps, queues: webhookQueues }, items, { door: "webhook" });
  return { status: 202 };
}

/** Answered before any body is read; never as HTML, since the token is whatever somebody sent [I1]. */
const handshake = (token: string): HttpResponseInit => ({
  status: 200,
  headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
  body: token,
});

app.http("graphWebhook", {
  methods: ["POST"],
  route: "graph/notifications",
  authLevel: "anonymous",
  handler: graphWebhook,
});
