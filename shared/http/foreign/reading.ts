/** What the doors made for other people's clients read with: who asks, from what, and how old it may be. */
import type { Deps } from "../../domain/deps.js";
import type { Reader } from "../../domain/knowledge.js";
import { type EpochMs, earliest } from "../../domain/time.js";
import type { ReadWhole } from "../../domain/wholeView.js";
import { type Caller, readerOf } from "../caller.js";
import { ageHeaders } from "../etag.js";
import type { Defaults } from "../queryFields.js";

export interface Reading {
  readonly deps: Deps;
  readonly reader: Reader;
  /** The tenant of a mailbox named by itself; none where every name must be told with one. */
  readonly tenantId: string | undefined;
  readonly maxAgeMs: number;
}

interface Given {
  readonly deps: Deps;
  readonly config: Defaults;
}

/** These formats have no words for a tenant or an age: the app's defaults count. */
export const readingOf = ({ deps, config }: Given, caller: Caller): Reading => ({
  deps,
  reader: readerOf(caller),
  tenantId: config.defaultTenantId,
  maxAgeMs: config.defaultMaxAgeMs,
});

/** Formats without a place for the age of what they say tell it as `Last-Modified`: the oldest of what was answered. */
export function ageHeadersOf(read: Iterable<ReadWhole>): Readonly<Record<string, string>> {
  const ages = [...read].flatMap(({ view }): EpochMs[] => (view.kind === "whole" ? [view.asOf] : []));
  return ageHeaders(ages.length > 0 ? earliest(...ages) : undefined);
}
