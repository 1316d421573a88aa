import { Status } from "../../answers/status.js";
import type { Operation } from "../route.js";

export const status: Operation = {
  method: "get",
  path: "/status",
  id: "status",
  summary: "How the service does, in numbers, for its operators",
  role: "Calendars.Manage",
  answers: { 200: { description: "What is not known is null.", schema: Status } },
  problems: ["invalidRequest"],
};
