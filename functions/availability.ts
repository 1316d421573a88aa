/** When calendars are busy, and how old that knowledge is. */
import { app, type HttpRequest, type HttpResponseInit } from "@azure/functions";
import { answersOf, readAvailability, readAvailabilityNow } from "../shared/domain/availability.js";
import { oldest } from "../shared/domain/combine.js";
import { availabilityText } from "../shared/http/availabilityAnswer.js";
import { availabilityOfQuery } from "../shared/http/availabilityQuery.js";
import { type AvailabilityRequest, availabilityRequest } from "../shared/http/availabilityRequest.js";
import { readJson } from "../shared/http/body.js";
import { demandNoQuery } from "../shared/http/calendarRequests.js";
import { readerOf } from "../shared/http/caller.js";
import { conditional } from "../shared/http/etag.js";
import { type Call, onHttp } from "../shared/http/onHttp.js";
import type { Defaults } from "../shared/http/queryFields.js";
import { demandFresh, readServed } from "../shared/http/staleness.js";
import { type Runtime, ready } from "../shared/runtime.js";

export async function availability({ runtime, request, caller }: Call<Runtime>): Promise<HttpResponseInit> {
  const { deps, config } = runtime;
  const wanted = await requestOf(request, config);
  const read = wanted.ifStale === "refresh" ? readAvailabilityNow : readAvailability;
  const ids = wanted.targets.map(({ id }) => id);
  const found = await read(deps, readerOf(caller), ids, wanted.query);
  const text = availabilityText(wanted, found);
  if (wanted.ifStale === "fail") demandFresh(found, text);
  const response = conditional(text, request.headers.get("if-none-match"), oldest(answersOf(found).values()));
  deps.log(readServed(found, response.status === 304));
  return response;
}

async function requestOf(request: HttpRequest, defaults: Defaults): Promise<AvailabilityRequest> {
  if (request.method === "GET") return availabilityOfQuery(new URL(request.url).searchParams, defaults);
  demandNoQuery(request);
  return availabilityRequest(await readJson(request), defaults);
}

app.http(
  "availability",
  onHttp(ready, {
    methods: ["GET", "POST"],
    route: "availability",
    role: "Availability.Read",
    handle: availability,
  }),
);
