/** What the workbook shows, from "is all well" to "what does it cost". */

export interface Tile {
  /** A file in infra/monitoring/queries/workbook. */
  readonly query: string;
  readonly title: string;
  readonly chart: "table" | "timechart" | "barchart";
  /** Percent of the page's. */
  readonly width?: number;
}

export interface Chapter {
  readonly title: string;
  readonly about: string;
  readonly tiles: readonly Tile[];
}

export const CHAPTERS: readonly Chapter[] = [
  {
    title: "Freshness",
    about: "Green is a copy younger than DEFAULT_MAX_AGE_SECONDS. Unknown is never free: whoever asks is told why.",
    tiles: [
      { query: "freshnessNow", title: "Calendars now", chart: "table" },
      { query: "freshnessOverTime", title: "Calendars over time", chart: "timechart", width: 50 },
      { query: "answersOverTime", title: "Calendars in answers, as consumers saw them", chart: "timechart", width: 50 },
      { query: "unknownCalendars", title: "Calendars that cannot be told", chart: "table" },
    ],
  },
  {
    title: "Lag",
    about:
      "Seconds from a notification to its change in the answers. Graph's part is the reading; ours is queue, pause and storage. " +
      "How long Graph takes to notify cannot be seen from here: confirmations that find a change are its trace, under Refreshes.",
    tiles: [{ query: "lag", title: "Lag: p50, p95, p99", chart: "timechart" }],
  },
  {
    title: "Refreshes",
    about: "Readings of calendars. Sweeps should find little: what they find, notifications missed.",
    tiles: [
      { query: "refreshes", title: "Refreshes by outcome", chart: "timechart", width: 50 },
      { query: "causes", title: "Refreshes by cause", chart: "table", width: 50 },
      { query: "sweeps", title: "Sweeps", chart: "timechart", width: 50 },
      { query: "poisonAndOrphans", title: "Poison, orphans, foreign subscriptions", chart: "table", width: 50 },
      { query: "slowestCalendars", title: "Slowest calendars", chart: "table", width: 50 },
      { query: "failingCalendars", title: "Failing calendars", chart: "table", width: 50 },
    ],
  },
  {
    title: "Notifications and subscriptions",
    about: "A subscription is renewed at half of its lifetime: renewals come in steadily, recreations hardly ever.",
    tiles: [
      { query: "notifications", title: "Notifications", chart: "timechart", width: 50 },
      { query: "subscriptions", title: "Subscriptions", chart: "timechart", width: 50 },
      { query: "subscriptionFailures", title: "Failures of subscriptions", chart: "table" },
    ],
  },
  {
    title: "Throttling",
    about: "Graph allows 4 requests at once and 10,000 in 10 minutes, an app and mailbox.",
    tiles: [{ query: "throttling", title: "Reads turned away, percent", chart: "timechart" }],
  },
  {
    title: "Answers",
    about: "A 503 may be an answer that was asked for: `ifStale: fail`.",
    tiles: [
      { query: "readLatency", title: "Time in the app, milliseconds", chart: "timechart", width: 50 },
      { query: "answers", title: "Requests by status", chart: "table", width: 50 },
    ],
  },
  {
    title: "Cost drivers",
    about: "Executions and the gigabytes of logs are what grows with use; docs/operations.md has the estimate.",
    tiles: [
      { query: "executions", title: "Executions by function", chart: "table", width: 50 },
      { query: "logVolume", title: "Log volume, megabytes a day", chart: "barchart", width: 50 },
    ],
  },
];
