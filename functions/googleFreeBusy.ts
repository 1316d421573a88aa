/** For clients of Google Calendar's free/busy query. */
import { app } from "@azure/functions";
import { googleFreeBusy } from "../shared/http/foreign/googleFreeBusy.js";
import { refuseAsGoogle } from "../shared/http/foreign/googleProblem.js";
import { readingOf } from "../shared/http/foreign/reading.js";
import { onHttp } from "../shared/http/onHttp.js";
import { ready } from "../shared/runtime.js";

app.http(
  "googleFreeBusy",
  onHttp(ready, {
    methods: ["POST"],
    route: "google/calendar/v3/freeBusy",
    role: "Availability.Read",
    refuse: refuseAsGoogle,
    handle: ({ runtime, request, caller }) => googleFreeBusy(request, readingOf(runtime, caller)),
  }),
);
