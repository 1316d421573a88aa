import { CalendarExplanation, CalendarList, RefreshQueued } from "../../answers/calendars.js";
import { Id } from "../../calendarRefs.js";
import { LIST_PARAMETERS } from "../../calendarRequests.js";
import type { Operation } from "../route.js";

const role = "Calendars.Manage";

export const listCalendars: Operation = {
  method: "get",
  path: "/calendars",
  id: "listCalendars",
  summary: "The caller's calendars, some at a time",
  description: "Those that it watches; all that are watched, with the role Availability.Read.All besides.",
  role,
  query: LIST_PARAMETERS,
  answers: { 200: { description: "In the order of their ids.", schema: CalendarList } },
  problems: ["invalidRequest"],
};

export const explainCalendar: Operation = {
  method: "get",
  path: "/calendars/{id}",
  id: "explainCalendar",
  summary: "Everything known about one calendar: why it answers as it does",
  description: "404 for a calendar that the caller does not watch, exactly as for one that does not exist.",
  role,
  pathParameters: { id: Id },
  answers: { 200: { description: "What is not known is null.", schema: CalendarExplanation } },
  problems: ["invalidRequest", "notFound"],
};

export const refreshCalendar: Operation = {
  method: "post",
  path: "/calendars/{id}/refresh",
  id: "refreshCalendar",
  summary: "Has a calendar read from Graph soon",
  description: "Takes no body, or {}. When it was read, its `asOf` is later than this request.",
  role,
  pathParameters: { id: Id },
  answers: { 202: { description: "The read is queued.", schema: RefreshQueued } },
  problems: ["invalidRequest", "payloadTooLarge", "notFound"],
};
