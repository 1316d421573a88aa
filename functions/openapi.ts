/** The description of this interface, for whoever writes a client of it. */
import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from "@azure/functions";
import { demandNoQuery } from "../shared/http/calendarRequests.js";
import { answered } from "../shared/http/onHttp.js";

/** Loaded when it is first asked for: an instance that nobody asks starts no later. */
export const openapi = (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> =>
  answered(context, async () => {
    demandNoQuery(request);
    const { openApiText } = await import("../shared/http/openapi/text.js");
    const headers = { "content-type": "application/json", "cache-control": "public, max-age=300" };
    return { status: 200, headers, body: openApiText() };
  });

app.http("openapi", { methods: ["GET"], route: "openapi.json", authLevel: "anonymous", handler: openapi });
