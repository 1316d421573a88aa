/** Every operation that the document describes: a route that is added is added here. */
import type { Operation } from "./route.js";
import { getAvailability, readAvailability } from "./routes/availability.js";
import { explainCalendar, listCalendars, refreshCalendar } from "./routes/calendars.js";
import { health, openapi, receiveNotifications } from "./routes/service.js";
import { findSlots } from "./routes/slots.js";
import { status } from "./routes/status.js";
import { unwatch, watch } from "./routes/watching.js";

export const OPERATIONS: readonly Operation[] = [
  watch,
  unwatch,
  readAvailability,
  getAvailability,
  findSlots,
  listCalendars,
  explainCalendar,
  refreshCalendar,
  status,
  health,
  openapi,
  receiveNotifications,
];
