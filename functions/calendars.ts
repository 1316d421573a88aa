/** What is known about calendars: all of the caller's, or everything about one. */
import { app, type HttpResponseInit } from "@azure/functions";
import { explain, list } from "../shared/domain/inspect.js";
import { explanationBody, listedBody } from "../shared/http/calendarAnswer.js";
import { calendarIdIn, demandNoQuery, listRequest } from "../shared/http/calendarRequests.js";
import { readerOf } from "../shared/http/caller.js";
import { cursorAt } from "../shared/http/cursor.js";
import { type Call, onHttp } from "../shared/http/onHttp.js";
import { notFound } from "../shared/http/problem.js";
import { type Runtime, ready } from "../shared/runtime.js";

export async function calendars({ runtime, request, caller }: Call<Runtime>): Promise<HttpResponseInit> {
  const { deps, config } = runtime;
  const standard = { policy: config.policy, maxAgeMs: config.defaultMaxAgeMs };
  if (request.params.id === undefined) {
    const wanted = listRequest(new URL(request.url).searchParams, caller, deps.keys);
    const { calendars: listed, cursor } = await list(deps, readerOf(caller), standard, wanted);
    const next = cursor === undefined ? null : cursorAt(cursor, caller.consumer, deps.keys);
    return { jsonBody: { calendars: listed.map(listedBody), cursor: next } };
  }
  const id = calendarIdIn(request);
  demandNoQuery(request);
  const known = await explain(deps, readerOf(caller), standard, id);
  if (known === undefined) throw notFound();
  return { jsonBody: explanationBody(known) };
}

app.http(
  "calendars",
  onHttp(ready, { methods: ["GET"], route: "calendars/{id?}", role: "Calendars.Manage", handle: calendars }),
);
