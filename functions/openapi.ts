/** The description of this interface, for whoever writes a client of it. */
import { app, type HttpResponseInit } from "@azure/functions";
import { openApiDocument } from "../shared/http/openapi/document.js";
import examples from "../shared/http/openapi/examples.json" with { type: "json" };
import { OPERATIONS } from "../shared/http/openapi/operations.js";

let text: string | undefined;

/** Made when it is first asked for: an instance that nobody asks starts no later. */
export function openapi(): Promise<HttpResponseInit> {
  text ??= JSON.stringify(openApiDocument(OPERATIONS, examples));
  const headers = { "content-type": "application/json", "cache-control": "public, max-age=300" };
  return Promise.resolve({ status: 200, headers, body: text });
}

app.http("openapi", { methods: ["GET"], route: "openapi.json", authLevel: "anonymous", handler: openapi });
