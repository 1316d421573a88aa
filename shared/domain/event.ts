/** A calendar's event as the reader's adapter hands it over: only what decides when somebody is busy. */

/** Graph's `dateTimeTimeZone`: a wall-clock time without offset, and a Windows, IANA or unknown zone name. */
export interface ZonedTime {
  readonly dateTime: string;
  readonly timeZone: string;
}

/** Source: https://learn.microsoft.com/graph/api/resources/event */
export interface CalendarEvent {
  readonly id: string;
  readonly etag: string;
  readonly start: ZonedTime;
  readonly end: ZonedTime;
  readonly isAllDay: boolean;
  readonly isCancelled: boolean;
  /** `showAs` as Graph spells it; absent where Graph left it out. */
  readonly showAs?: string;
  /** `responseStatus.response` of the calendar's owner. */
  readonly response?: string;
}
