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
  role,
  pathParameters: { id: Id },
  answers: { 202: { description: "The read is queued.", schema: RefreshQueued } },
  problems: ["invalidRequest", "payloadTooLarge", "notFound"],
};
