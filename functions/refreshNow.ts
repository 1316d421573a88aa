/** A calendar is to be read from Graph soon, whatever its age. */
import { app, type HttpResponseInit } from "@azure/functions";
import { requestRefresh } from "../shared/domain/inspect.js";
import { readJsonIfAny } from "../shared/http/body.js";
import { calendarIdIn, demandNoFields, demandNoQuery } from "../shared/http/calendarRequests.js";
import { readerOf } from "../shared/http/caller.js";
import { type Call, onHttp } from "../shared/http/onHttp.js";
import { notFound } from "../shared/http/problem.js";
import { type Runtime, ready } from "../shared/runtime.js";

export async function refreshNow({ runtime, request, caller }: Call<Runtime>): Promise<HttpResponseInit> {
  const id = calendarIdIn(request);
  demandNoQuery(request);
  demandNoFields(await readJsonIfAny(request));
  if (!(await requestRefresh(runtime.deps, readerOf(caller), id))) throw notFound();
  return { status: 202, jsonBody: { id } };
}

app.http(
  "refreshNow",
  onHttp(ready, {
    methods: ["POST"],
    route: "calendars/{id}/refresh",
    role: "Calendars.Manage",
    handle: refreshNow,
  }),
);
