/** Mailboxes in simulated Outlook that no other test has, and their calendars under watch. */
import { expect } from "vitest";
import type { EventInput } from "../../local/graph/event.js";
import type { MailboxInput } from "../../local/graph/outlook.js";
import { explain, watch } from "./answers.js";
import { eventually } from "./eventually.js";
import type { Product } from "./product.js";

let mailboxes = 0;

/** An address of its own, also where other runs have left theirs. */
export const freshAddress = (name = "person"): string =>
  `${name}-${Date.now().toString(36)}-${process.pid}-${++mailboxes}@contoso.com`;

export interface Person {
  readonly address: string;
  /** Of the calendar that is watched. */
  readonly id: string;
}

interface Wanted {
  readonly name?: string;
  readonly mailbox?: Omit<MailboxInput, "address">;
  readonly events?: readonly EventInput[];
  /** Added to the watch, such as a time zone. */
  readonly wish?: object;
  /** Done when the mailbox is there and nobody watches it yet. */
  readonly before?: (address: string) => void;
}

/** A new mailbox with its events. */
export function addMailbox({ own }: Product, { name, mailbox, events = [] }: Wanted = {}): string {
  const address = freshAddress(name);
  own.graph.outlook.addMailbox({ address, timeZone: "UTC", ...mailbox });
  for (const event of events) own.graph.outlook.addEvent(address, "primary", event);
  return address;
}

/** A new mailbox whose calendar is watched, read, and subscribed to. */
export async function watchedPerson(product: Product, wanted: Wanted = {}): Promise<Person> {
  const address = addMailbox(product, wanted);
  wanted.before?.(address);
  const [watched] = await watch(product.api, { mailbox: address, ...wanted.wish });
  const id = watched?.id ?? "";
  await settled(product, id);
  return { address, id };
}

/** Due later than any lease ends: nobody reads it now, and nothing that was heard of it waits. */
const IDLE_MS = 60_000;

/** Waits until the calendar is known and pushed, and was read once more because its subscription had been made [S4]. */
export const settled = (product: Product, id: string): Promise<void> =>
  eventually(async () => {
    const { state, delivery, nextRefreshDueAt } = await explain(product.api, id);
    expect({ state, delivery }).toEqual({ state: "fresh", delivery: "push" });
    // By its own message, or by the wake-up that was left where that one met a read.
    const reread = new RegExp(`"refresh.completed","calendar":"${id}","cause":"(subscribed|wake)"`);
    expect(product.own.hasSaid(reread)).toBe(true);
    expect(Date.parse(nextRefreshDueAt)).toBeGreaterThan(Date.now() + IDLE_MS);
  });
