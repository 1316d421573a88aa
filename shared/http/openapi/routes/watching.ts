import { WATCHES_MAX } from "../../../domain/row.js";
import { UnwatchAnswer, WatchAnswer } from "../../answers/watches.js";
import { UnwatchBody, WATCHES_PER_REQUEST_MAX, WatchBody } from "../../watchRequests.js";
import type { Operation } from "../route.js";

const itemsOf = (error: string, done: string): string =>
  [
    `Each item is answered by itself, in the order of the request; ${error} is the only \`error\` that one can have beside`,
    `others that went well. A wrong field (400) or more than ${WATCHES_PER_REQUEST_MAX} items (413) refuse the whole request: nothing is`,
    `${done}. After a 503 some of it may be done: send the same again.`,
  ].join(" ");

export const watch: Operation = {
  method: "post",
  path: "/watch",
  id: "watch",
  summary: "Has calendars cached",
  description: [
    "Idempotent.",
    itemsOf(`\`tooManyWatches\`, ${WATCHES_MAX} on one calendar,`, "watched"),
    "Whether Outlook has the calendar is not asked here: its `state` and `reason` tell, once it was read.",
  ].join(" "),
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
  description: [
    "With a `reference` that one, without it all of the caller's on the calendar.",
    itemsOf("`notWatched`, where the caller has no such watch,", "taken back"),
    "What a request before it, whose answer was lost, took back is then `notWatched`.",
  ].join(" "),
  role: "Calendars.Manage",
  body: UnwatchBody,
  answers: { 200: { description: "What became of each.", schema: UnwatchAnswer } },
  problems: ["invalidRequest", "payloadTooLarge"],
};
