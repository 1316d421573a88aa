import * as z from "zod";
import { Health } from "../../answers/service.js";
import { Collection } from "../../notifications.js";
import type { Operation } from "../route.js";

export const health: Operation = {
  method: "get",
  path: "/health",
  id: "health",
  summary: "Whether the app runs",
  role: "anonymous",
  answers: { 200: { description: "It does. Says nothing of storage or Graph.", schema: Health } },
  problems: ["invalidRequest", "internal"],
};

export const openapi: Operation = {
  method: "get",
  path: "/openapi.json",
  id: "openapi",
  summary: "This document",
  role: "anonymous",
  answers: { 200: { description: "OpenAPI 3.1.", schema: z.looseObject({ openapi: z.string() }) } },
  problems: ["invalidRequest", "internal"],
};

export const receiveNotifications: Operation = {
  method: "post",
  path: "/graph/notifications",
  id: "receiveNotifications",
  summary: "Microsoft Graph's own door: its handshake, and its notifications",
  description:
    "Not for booking services. A notification proves itself by its `clientState`; other parameters and fields are ignored.",
  role: "anonymous",
  query: {
    validationToken: z.string().optional().describe("Graph's handshake: answered as text, before any body is read."),
  },
  body: Collection,
  answers: {
    200: { description: "The decoded token of the handshake.", schema: z.string(), mediaType: "text/plain" },
    202: { description: "All that came of it is durably queued." },
  },
  problems: ["invalidRequest", "payloadTooLarge", "storageUnavailable", "internal"],
};
