/** What so many calendars cost a month: counts from the product's own constants, money from prices with a date. Pure. */
import host from "../host.json" with { type: "json" };
import { LIFETIME_MINUTES } from "../shared/adapters/graph/graphSubscriptions.js";
import { PAGE_ROWS_MAX } from "../shared/adapters/tableStore.js";
import { CALENDARS_PER_MESSAGE_MAX } from "../shared/domain/messages.js";
import { type Policy, ZONE_EVERY_MS } from "../shared/domain/policy.js";
import { FIRST_ROUND, nextPart, TICK_MS } from "../shared/domain/round.js";
import { SLOT_MS } from "../shared/domain/sweepMessages.js";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../shared/domain/time.js";
import names from "../shared/names.json" with { type: "json" };

/** What is assumed of the calendars and of who asks for them; change it to what yours do. */
export interface Usage {
  readonly changesPerCalendarAndDay: number;
  /** Notifications that Graph sends for one change, within the pause between two reads. */
  readonly notificationsPerChange: number;
  /** Requests of booking services, and calendars in each. */
  readonly requestsPerCalendarAndDay: number;
  readonly calendarsPerRequest: number;
  readonly tenants: number;
  readonly logBytesPerExecution: number;
  readonly logBytesPerRead: number;
  /** Stored of one calendar: blocks, states, names. */
  readonly rowBytes: number;
}

/** In US dollars. */
export interface Prices {
  readonly asOf: string;
  readonly perGbSecond: number;
  readonly perMillionExecutions: number;
  readonly freeGbSeconds: number;
  readonly freeExecutions: number;
  /** One instance of the `http` group kept ready. */
  readonly alwaysReadyPerGbSecond: number;
  readonly perTenThousandTableOperations: number;
  readonly perTenThousandQueueOperations: number;
  readonly perStoredGbMonth: number;
  readonly perLogGb: number;
}

export interface Costs {
  readonly calendars: number;
  readonly graphReads: number;
  readonly graphRequests: number;
  readonly renewals: number;
  readonly executions: number;
  readonly gbSeconds: number;
  readonly tableOperations: number;
  readonly queueOperations: number;
  readonly logGb: number;
  readonly money: number;
}

const MONTH_MS = 30 * DAY_MS;
const INSTANCE_GB = 2;
/** Flex bills an execution as at least this long. Source: https://learn.microsoft.com/azure/azure-functions/functions-consumption-costs */
const BILLED_SECONDS_MIN = 1;
/** Renewed when 50 to 60 % of the lifetime has passed or is about to: `renewAt` takes 0.4 to 0.5 of it. */
const RENEWED_AFTER_SHARE = 0.45;
/** A read of a calendar: its row read, the lease written, the result written. */
const TABLE_OPERATIONS_PER_READ = 3;
/** A renewal: its row read twice, the result written. */
const TABLE_OPERATIONS_PER_RENEWAL = 3;
/** A sweep's own note: read, taken, advanced. */
const TABLE_OPERATIONS_PER_TICK = 3;
/** Put, taken, deleted. */
const QUEUE_OPERATIONS_PER_MESSAGE = 3;
const SWEEPS = 2;
/** Graph's pages of subscriptions. */
const LISTED_PER_PAGE = 100;
const GB = 1e9;

export function costsOf(calendars: number, usage: Usage, prices: Prices, policy: Policy): Costs {
  const perMonth = (everyMs: number): number => MONTH_MS / everyMs;
  const changes = calendars * usage.changesPerCalendarAndDay * perMonth(DAY_MS);
  const confirmations = policy.confirmAfterMs === 0 ? 0 : changes;
  const reconciliations = calendars * perMonth(policy.reconcileMs);
  const renewals = calendars * perMonth(LIFETIME_MINUTES * MINUTE_MS * RENEWED_AFTER_SHARE);
  const reads = reconciliations + changes + confirmations;

  const together = groupOf(calendars * (SLOT_MS / policy.reconcileMs));
  const sweepMessages = reconciliations / together;
  const notified = changes * usage.notificationsPerChange;
  const renewalMessages = renewals / groupOf((renewals / MONTH_MS) * SLOT_MS);
  const messages = sweepMessages + notified * (policy.confirmAfterMs === 0 ? 1 : 2) + renewalMessages;
  const requests = (calendars * usage.requestsPerCalendarAndDay * perMonth(DAY_MS)) / usage.calendarsPerRequest;
  const ticks = SWEEPS * perMonth(TICK_MS);
  const zones = calendars * perMonth(ZONE_EVERY_MS);
  const lists = usage.tenants * Math.ceil(calendars / usage.tenants / LISTED_PER_PAGE) * perMonth(DAY_MS);

  const groups = [
    requests + notified,
    sweepMessages + notified * 2,
    renewalMessages,
    ...Array(SWEEPS).fill(ticks / SWEEPS),
  ];
  const active = groups.map((executions: number) => activeSeconds(executions)).reduce((sum, one) => sum + one, 0);
  const executions = messages + requests + notified + ticks;
  const gbSeconds = active * INSTANCE_GB;
  const { roundMs } = nextPart(FIRST_ROUND, calendars);
  const pages = SWEEPS * Math.ceil(calendars / PAGE_ROWS_MAX) * perMonth(roundMs);
  const tableOperations =
    reads * TABLE_OPERATIONS_PER_READ +
    (notified - changes) * 2 + // looked at and found covered
    renewals * TABLE_OPERATIONS_PER_RENEWAL +
    ticks * TABLE_OPERATIONS_PER_TICK +
    pages +
    requests * usage.calendarsPerRequest;
  const queueOperations = messages * QUEUE_OPERATIONS_PER_MESSAGE + polls();
  const logGb = (executions * usage.logBytesPerExecution + reads * usage.logBytesPerRead) / GB;
  const counts = {
    calendars,
    graphReads: reads + zones,
    graphRequests: sweepMessages + changes + confirmations + zones + renewals + lists,
    renewals,
    executions,
    gbSeconds,
    tableOperations,
    queueOperations,
    logGb,
  };
  return { ...counts, money: moneyFor(counts, (calendars * usage.rowBytes) / GB, prices) };
}

/** Calendars in a message, where so many fall due in the same slot. */
const groupOf = (dueInSlot: number): number => Math.min(CALENDARS_PER_MESSAGE_MAX, Math.max(1, dueInSlot));

/** One instance looks into every queue and its poison queue, all the time. */
function polls(): number {
  const queues = 2 * [names.refreshQueue, names.subscriptionsQueue, names.graphEventsQueue].length;
  return queues * (MONTH_MS / pollingMs());
}

function pollingMs(): number {
  const [hours = 0, minutes = 0, seconds = 0] = host.extensions.queues.maxPollingInterval.split(":").map(Number);
  return (hours * 3_600 + minutes * 60 + seconds) * SECOND_MS;
}

/**
 * How long instances of one scale group are busy: executions at the same time on one instance are billed once. With c at
 * the same time on average, one instance is busy 1 − e⁻ᶜ of the time, and many are where one takes no more.
 */
function activeSeconds(executions: number): number {
  const seconds = MONTH_MS / SECOND_MS;
  const { batchSize, newBatchThreshold } = host.extensions.queues;
  const atOnce = (executions * BILLED_SECONDS_MIN) / seconds;
  return seconds * Math.max(1 - Math.exp(-atOnce), atOnce / (batchSize + newBatchThreshold));
}

function moneyFor(counts: Omit<Costs, "money">, storedGb: number, prices: Prices): number {
  const beyond = (used: number, free: number): number => Math.max(0, used - free);
  return (
    beyond(counts.gbSeconds, prices.freeGbSeconds) * prices.perGbSecond +
    (beyond(counts.executions, prices.freeExecutions) / 1e6) * prices.perMillionExecutions +
    (MONTH_MS / SECOND_MS) * INSTANCE_GB * prices.alwaysReadyPerGbSecond +
    (counts.tableOperations / 1e4) * prices.perTenThousandTableOperations +
    (counts.queueOperations / 1e4) * prices.perTenThousandQueueOperations +
    storedGb * prices.perStoredGbMonth +
    counts.logGb * prices.perLogGb
  );
}
