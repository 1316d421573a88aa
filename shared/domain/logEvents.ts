/** Business events, one JSON line each. Alerts and queries use these names, so they never change. Calendar ids only. */

export const LOG_EVENTS = [
  "notification.received",
  "notification.rejected",
  "refresh.completed",
  "refresh.failed",
  "refresh.throttled",
  "subscription.created",
  "subscription.renewed",
  "subscription.recreated",
  "subscription.failed",
  "subscription.removed",
  "calendar.stateChanged",
  "sweep.completed",
  "poison.received",
  "read.served",
] as const;

export interface LogEvent {
  readonly event: (typeof LOG_EVENTS)[number];
  readonly [field: string]: string | number | boolean | null | undefined;
}
