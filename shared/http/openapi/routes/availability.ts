import * as z from "zod";
import { Availability } from "../../answers/availability.js";
import { AVAILABILITY_PARAMETERS } from "../../availabilityQuery.js";
import { AvailabilityBody } from "../../availabilityRequest.js";
import { CALENDARS_MAX } from "../../queryFields.js";
import type { Operation } from "../route.js";

const OLDEST = "The oldest `asOf`, to the second. Absent where one of the calendars has none.";

const common = {
  path: "/availability",
  role: "Availability.Read",
  headers: {
    "If-None-Match": z
      .string()
      .optional()
      .describe("An `ETag` of before, several, or `*`: 304 where only `asOf` has changed since."),
  },
  answers: {
    200: {
      description: "Busy and unknown times of each calendar, in the order of the request.",
      schema: Availability,
      headers: { ETag: "Of everything but `asOf`.", "Last-Modified": OLDEST },
    },
    304: {
      description: "Nothing has changed but `asOf`.",
      headers: { ETag: "As before.", "Last-Modified": OLDEST },
    },
  },
  problems: ["invalidRequest", "payloadTooLarge", "staleData"],
} as const;

const description = [
  "Before a booking, ask with `ifStale` refresh and `maxAgeSeconds` 0, and book only what is `fresh`. After it, keep it busy on",
  "your side until `asOf` is later than its write plus the service's CONFIRM_AFTER_SECONDS (60). A calendar that the caller does not watch",
  "answers `notWatched`, exactly as one that does not exist. That nothing is known of one calendar is no error: it is",
  `answered beside the others, with its \`state\` and \`reason\`. A wrong field (400), more than ${CALENDARS_MAX} calendars, another`,
  "list or an answer that would be too long (413), storage out of reach (503, after about 5 s where it says nothing at all, with `ifStale`",
  "refresh after 8 s at most) and, with `ifStale` fail, one calendar that is too old (503, with the whole answer inside) refuse the whole",
  "request.",
].join(" ");

export const readAvailability: Operation = {
  ...common,
  method: "post",
  id: "readAvailability",
  summary: "When calendars are busy, and how old that knowledge is",
  description,
  body: AvailabilityBody,
};

export const getAvailability: Operation = {
  ...common,
  method: "get",
  id: "getAvailability",
  summary: "The same, asked by query parameters",
  description: `In a time an unencoded + of its offset is understood; elsewhere a plus sign is written %2B. ${description}`,
  query: AVAILABILITY_PARAMETERS,
  commaSeparated: ["blockOn"],
};
