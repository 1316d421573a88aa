/** For calendar programs: one calendar's busy times as an iCalendar file. */
import { app, type HttpResponseInit } from "@azure/functions";
import { readAvailability } from "../shared/domain/availability.js";
import { calendarIdIn } from "../shared/http/calendarRequests.js";
import { tagged } from "../shared/http/etag.js";
import { freeBusyQuery } from "../shared/http/foreign/freeBusyRequest.js";
import { readingOf } from "../shared/http/foreign/reading.js";
import { vFreeBusy, withoutStamp } from "../shared/http/foreign/vFreeBusy.js";
import { type Call, onHttp } from "../shared/http/onHttp.js";
import { notFound } from "../shared/http/problem.js";
import { readServed } from "../shared/http/staleness.js";
import { type Runtime, ready } from "../shared/runtime.js";

export async function freeBusyIcs({ runtime, request, caller }: Call<Runtime>): Promise<HttpResponseInit> {
  const { deps, reader, maxAgeMs } = readingOf(runtime, caller);
  const [id, now] = [calendarIdIn(request), deps.clock.now()];
  const { horizonDays } = runtime.config.policy;
  const query = freeBusyQuery(new URL(request.url).searchParams, { now, horizonDays, maxAgeMs });
  const found = await readAvailability(deps, reader, [id], query);
  const { row, answer } = found.get(id) ?? {};
  if (row === undefined || answer === undefined) throw notFound();
  const text = vFreeBusy({ id, mailbox: row.name.mailbox, range: query, answer, now });
  const headers = { "content-type": "text/calendar; charset=utf-8; component=VFREEBUSY" };
  const response = tagged(withoutStamp(text), request.headers.get("if-none-match"), answer.asOf, {
    headers,
    body: text,
  });
  deps.log(readServed(found, response.status === 304));
  return response;
}

app.http(
  "freeBusyIcs",
  onHttp(ready, {
    methods: ["GET"],
    route: "calendars/{id}/freebusy.ics",
    role: "Availability.Read",
    handle: freeBusyIcs,
  }),
);
