/** Whether the app runs. Says nothing more to anybody. */
import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from "@azure/functions";
import { demandNoQuery } from "../shared/http/calendarRequests.js";
import { answered } from "../shared/http/onHttp.js";

export const health = (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> =>
  answered(context, async () => {
    demandNoQuery(request);
    return { status: 200, jsonBody: { status: "ok" } };
  });

app.http("health", { methods: ["GET"], route: "health", authLevel: "anonymous", handler: health });
