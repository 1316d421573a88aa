/** What the domain's functions are given: every side effect they can have is in this list. */

import type { ClientStateKeys } from "./clientState.js";
import type { Policy } from "./policy.js";
import type {
  CalendarReader,
  CalendarStore,
  Clock,
  Ledger,
  Log,
  Queues,
  Random,
  Sleep,
  SubscriptionGraph,
  SubscriptionIndex,
} from "./ports.js";

export interface Deps {
  readonly policy: Policy;
  readonly keys: ClientStateKeys;
  readonly store: CalendarStore;
  readonly index: SubscriptionIndex;
  readonly ledger: Ledger;
  readonly queues: Queues;
  readonly reader: CalendarReader;
  readonly subscriptions: SubscriptionGraph;
  readonly clock: Clock;
  readonly random: Random;
  readonly sleep: Sleep;
  readonly log: Log;
}
