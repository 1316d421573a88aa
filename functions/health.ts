/** Whether the app runs. Says nothing more to anybody. */
import { app } from "@azure/functions";

app.http("health", {
  methods: ["GET"],
  route: "health",
  authLevel: "anonymous",
  handler: () => Promise.resolve({ status: 200, jsonBody: { status: "ok" } }),
});
