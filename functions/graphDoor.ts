/** For clients of Microsoft Graph: availability as Graph answers it, so that they only change the address they call. */
import { app } from "@azure/functions";
import { graphDoor } from "../shared/http/foreign/graphDoor.js";
import { refuseAsGraph } from "../shared/http/foreign/graphProblem.js";
import { readingOf } from "../shared/http/foreign/reading.js";
import { onHttp } from "../shared/http/onHttp.js";
import { ready } from "../shared/runtime.js";

app.http(
  "graphDoor",
  onHttp(ready, {
    methods: ["GET", "POST"],
    // One route for all of it, so that what is not answered is refused in Graph's words too. Apart from the webhook's.
    route: "graph/v1.0/{*path}",
    role: "Availability.Read",
    refuse: refuseAsGraph,
    handle: ({ runtime, request, caller, context }) => graphDoor(request, readingOf(runtime, caller), context),
  }),
);
