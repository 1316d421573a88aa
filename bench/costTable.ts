/** The cost model as docs/operations.md shows it, with what it assumes. */
import { type Costs, costsOf, type Prices, type Usage } from "./costModel.js";
import { DEFAULT_POLICY } from "./defaults.js";

export const USAGE: Usage = {
  changesPerCalendarAndDay: 20,
  notificationsPerChange: 2,
  requestsPerCalendarAndDay: 100,
  calendarsPerRequest: 5,
  tenants: 1,
  logBytesPerExecution: 1_500,
  logBytesPerRead: 600,
  rowBytes: 4_000,
};

/** List prices of a region in the United States, without discounts. Check them: https://azure.microsoft.com/pricing/calculator */
export const PRICES: Prices = {
  asOf: "2026-11",
  perGbSecond: 0.000026,
  perMillionExecutions: 0.4,
  freeGbSeconds: 100_000,
  freeExecutions: 250_000,
  alwaysReadyPerGbSecond: 0.000004,
  perTenThousandTableOperations: 0.00036,
  perTenThousandQueueOperations: 0.004,
  perStoredGbMonth: 0.045,
  perLogGb: 2.3,
};

export const SIZES = [100, 1_000, 100_000, 1_000_000] as const;

export const BEGIN = "<!-- costs: written by npm run costs -->";
export const END = "<!-- end of costs -->";

const ROWS: readonly (readonly [string, (costs: Costs) => string])[] = [
  ["Reads of calendars at Graph", ({ graphReads }) => whole(graphReads)],
  ["HTTP requests to Graph", ({ graphRequests }) => whole(graphRequests)],
  ["of these, renewals of subscriptions", ({ renewals }) => whole(renewals)],
  ["Executions of functions", ({ executions }) => whole(executions)],
  ["GB-seconds", ({ gbSeconds }) => whole(gbSeconds)],
  ["Table operations", ({ tableOperations }) => whole(tableOperations)],
  ["Queue operations", ({ queueOperations }) => whole(queueOperations)],
  ["Logs, GB", ({ logGb }) => whole(logGb)],
  ["**US dollars**", ({ money }) => `**${whole(money)}**`],
  ["US dollars a calendar", ({ money, calendars }) => (money / calendars).toFixed(3)],
];

/** Assumptions and table, as Markdown. */
export function costSection(usage = USAGE, prices = PRICES): string {
  const costs = SIZES.map((calendars) => costsOf(calendars, usage, prices, DEFAULT_POLICY));
  const head = `| in 30 days, calendars: | ${SIZES.map(whole).join(" | ")} |`;
  const rows = ROWS.map(([name, value]) => `| ${name} | ${costs.map(value).join(" | ")} |`);
  return [
    BEGIN,
    "",
    `Assumed of each calendar: ${usage.changesPerCalendarAndDay} changes a day with ${usage.notificationsPerChange} notifications each;`,
    `asked for ${usage.requestsPerCalendarAndDay} times a day, ${usage.calendarsPerRequest} calendars a request; everything of one tenant. Settings: the defaults.`,
    `Prices, in US dollars, of ${prices.asOf}: ${pricesAsText(prices)}.`,
    "",
    head,
    `|---|${SIZES.map(() => "---:").join("|")}|`,
    ...rows,
    "",
    END,
  ].join("\n");
}

const pricesAsText = (prices: Prices): string =>
  [
    `a GB-second ${dollars(prices.perGbSecond)} (${whole(prices.freeGbSeconds)} free)`,
    `a million executions ${dollars(prices.perMillionExecutions)} (${whole(prices.freeExecutions)} free)`,
    `a GB-second of the one instance kept ready ${dollars(prices.alwaysReadyPerGbSecond)}`,
    `10,000 table operations ${dollars(prices.perTenThousandTableOperations)}`,
    `10,000 queue operations ${dollars(prices.perTenThousandQueueOperations)}`,
    `a GB stored ${dollars(prices.perStoredGbMonth)}`,
    `a GB of logs ${dollars(prices.perLogGb)}`,
  ].join(", ");

/** As it is written, never as 4e-6. */
const dollars = (price: number): string => price.toFixed(6).replace(/0+$/, "").replace(/\.$/, "");

const whole = (count: number): string => Math.round(count).toLocaleString("en-US");

/** The document with the section between the marks replaced. Errors: throws where the marks are not there. */
export function withCosts(document: string, section = costSection()): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the document has no ${BEGIN} … ${END}`);
  return document.slice(0, begin) + section + document.slice(end + END.length);
}
