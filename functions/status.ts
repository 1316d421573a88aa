/** How the service does, in numbers, for its operators. */
import { app, type HttpResponseInit } from "@azure/functions";
import { serviceStatus } from "../shared/domain/status.js";
import { demandNoQuery } from "../shared/http/calendarRequests.js";
import { type Call, onHttp } from "../shared/http/onHttp.js";
import { statusBody } from "../shared/http/statusAnswer.js";
import { type Runtime, ready } from "../shared/runtime.js";

export async function status({ runtime, request }: Call<Runtime>): Promise<HttpResponseInit> {
  demandNoQuery(request);
  return {
    headers: { "cache-control": "no-store" },
    jsonBody: statusBody(await serviceStatus(runtime.deps, runtime.gauge)),
  };
}

app.http("status", onHttp(ready, { methods: ["GET"], route: "status", role: "Calendars.Manage", handle: status }));
