/** A booking service takes its wishes back. */
import { app, type HttpResponseInit } from "@azure/functions";
import { type UnwatchResult, unwatch } from "../shared/domain/watch.js";
import { readJson } from "../shared/http/body.js";
import { demandNoQuery } from "../shared/http/calendarRequests.js";
import { type Call, onHttp } from "../shared/http/onHttp.js";
import { type UnwatchTarget, unwatchRequests } from "../shared/http/watchRequests.js";
import { type Runtime, ready } from "../shared/runtime.js";

export async function handleUnwatch({ runtime, request, caller }: Call<Runtime>): Promise<HttpResponseInit> {
  demandNoQuery(request);
  const wanted = unwatchRequests(await readJson(request), runtime.config.defaultTenantId);
  const results = await unwatch(runtime.deps, caller.consumer, wanted);
  return { jsonBody: { calendars: results.map((result, index) => shown(result, wanted[index])) } };
}

function shown(result: UnwatchResult, target: UnwatchTarget | undefined): object {
  const common = { id: result.id, ...target?.name };
  if (result.kind === "unwatched") return { ...common, removed: result.removed, remaining: result.remaining };
  return { ...common, error: { code: result.kind, detail: "the caller has no such watch on this calendar" } };
}

app.http(
  "unwatch",
  onHttp(ready, { methods: ["POST"], route: "unwatch", role: "Calendars.Manage", handle: handleUnwatch }),
);
