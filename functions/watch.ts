/** A booking service wishes to have calendars cached. */
import { app, type HttpResponseInit } from "@azure/functions";
import { WATCHES_MAX } from "../shared/domain/row.js";
import { type WatchRequest, type WatchResult, watch } from "../shared/domain/watch.js";
import { readJson } from "../shared/http/body.js";
import { demandNoQuery } from "../shared/http/calendarRequests.js";
import { type Call, onHttp } from "../shared/http/onHttp.js";
import { watchRequests } from "../shared/http/watchRequests.js";
import { type Runtime, ready } from "../shared/runtime.js";

export async function handleWatch({ runtime, request, caller }: Call<Runtime>): Promise<HttpResponseInit> {
  demandNoQuery(request);
  const wanted = watchRequests(await readJson(request), runtime.config.defaultTenantId);
  const results = await watch(runtime.deps, caller.consumer, wanted);
  return { jsonBody: { calendars: results.map((result, index) => shown(result, wanted[index])) } };
}

function shown(result: WatchResult, request: WatchRequest | undefined): object {
  const common = { id: result.id, ...request?.name };
  if (result.kind === "watched") return { ...common, created: result.created };
  const detail = `the calendar has the ${WATCHES_MAX} watches that it may have; take one back first`;
  return { ...common, error: { code: result.kind, detail } };
}

app.http("watch", onHttp(ready, { methods: ["POST"], route: "watch", role: "Calendars.Manage", handle: handleWatch }));
