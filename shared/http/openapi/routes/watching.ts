import { UnwatchAnswer, WatchAnswer } from "../../answers/watches.js";
import { UnwatchBody, WatchBody } from "../../watchRequests.js";
import type { Operation } from "../route.js";

export const watch: Operation = {
  method: "post",
  path: "/watch",
  id: "watch",
  summary: "Has calendars cached",
  description: "Idempotent. Each item is answered by itself, in the order of the request.",
  role: "Calendars.Manage",
  body: WatchBody,
  answers: { 200: { description: "What became of each.", schema: WatchAnswer } },
  problems: ["invalidRequest", "payloadTooLarge"],
};

export const unwatch: Operation = {
  method: "post",
  path: "/unwatch",
  id: "unwatch",
  summary: "Takes the caller's own watches back",
  description: "With a `reference` that one, without it all of the caller's on the calendar.",
  role: "Calendars.Manage",
  body: UnwatchBody,
  answers: { 200: { description: "What became of each.", schema: UnwatchAnswer } },
  problems: ["invalidRequest", "payloadTooLarge"],
};
