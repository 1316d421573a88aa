/** Requests at Graph's door for a day of ANNA's, and what is looked at in the answers. */
import { ANNA } from "../../local/graph/testBed.js";
import type { Ask, Told } from "./doors.js";

export const USER = `users/${encodeURIComponent(ANNA)}`;
export const RANGE = "startDateTime=2026-12-02T00:00:00Z&endDateTime=2026-12-03T00:00:00Z";
export const VIEW = `${USER}/calendarView?${RANGE}`;
export const SCHEDULE = {
  schedules: [ANNA],
  startTime: { dateTime: "2026-12-02T08:00:00", timeZone: "UTC" },
  endTime: { dateTime: "2026-12-02T10:00:00", timeZone: "UTC" },
};
export const at = (time: string, until: string, more: object = {}) => ({
  start: `2026-12-02T${time}:00Z`,
  end: `2026-12-02T${until}:00Z`,
  ...more,
});
export const schedule = (graph: Ask, change: object = {}, headers: Record<string, string> = {}) =>
  graph(`${USER}/calendar/getSchedule`, { method: "POST", body: { ...SCHEDULE, ...change }, headers });
export const only = ({ body }: Told) => (body.value as readonly Record<string, unknown>[])[0];
export const codeOf = ({ status, body }: Told) => [status, (body.error as { code?: string } | undefined)?.code];
