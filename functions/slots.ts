/** When an appointment with several people can be offered, and who is free for it. */
import { app, type HttpResponseInit } from "@azure/functions";
import { answersOf, readAvailability } from "../shared/domain/availability.js";
import { slotsOf } from "../shared/domain/slots.js";
import { readJson } from "../shared/http/body.js";
import { demandNoQuery } from "../shared/http/calendarRequests.js";
import { readerOf } from "../shared/http/caller.js";
import { type Call, onHttp } from "../shared/http/onHttp.js";
import { slotsBody } from "../shared/http/slotsAnswer.js";
import { slotsRequest } from "../shared/http/slotsRequest.js";
import { readServed } from "../shared/http/staleness.js";
import { type Runtime, ready } from "../shared/runtime.js";

export async function slots({ runtime, request, caller }: Call<Runtime>): Promise<HttpResponseInit> {
  demandNoQuery(request);
  const { deps, config } = runtime;
  const wanted = slotsRequest(await readJson(request), config);
  const ids = wanted.participants.flatMap(({ calendars }) => calendars);
  const found = await readAvailability(deps, readerOf(caller), ids, wanted.query);
  const offered = slotsOf(wanted.starts, wanted.durationMs, wanted.participants, answersOf(found));
  deps.log(readServed(found, false));
  return { jsonBody: slotsBody(offered) };
}

app.http("slots", onHttp(ready, { methods: ["POST"], route: "slots", role: "Availability.Read", handle: slots }));
