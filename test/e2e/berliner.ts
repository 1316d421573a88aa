/** Somebody whose calendar has something of every kind, and what Outlook holds of it. */
import { clocksGoBack } from "./days.js";
import type { View } from "./foreignClients.js";
import { watchedPerson } from "./mailboxes.js";
import type { Product } from "./product.js";

const BERLIN = "W. Europe Standard Time";

/** Somebody in Berlin with a bit of everything, on the days around the end of summer time. */
export async function berliner(product: Product) {
  const { before, date, after } = clocksGoBack();
  const events = [
    { start: `${before}T07:00:00Z`, end: `${before}T08:30:00Z`, showAs: "tentative" as const },
    { start: `${before}T20:00:00Z`, end: `${date}T08:00:00Z` },
    { start: date, end: after, isAllDay: true, showAs: "oof" as const },
    { start: `${date}T12:00:00Z`, end: `${date}T13:00:00Z` },
    { start: `${date}T14:00:00Z`, end: `${date}T15:00:00Z`, isCancelled: true },
    { start: `${after}T09:00:00Z`, end: `${after}T09:20:00Z`, showAs: "workingElsewhere" as const },
  ];
  const person = await watchedPerson(product, {
    mailbox: { timeZone: BERLIN },
    wish: { timeZone: BERLIN },
    events,
  });
  return { ...person, view: { mailbox: person.address, start: `${before}T00:00:00Z`, end: `${after}T23:00:00Z` } };
}

/** What Outlook itself holds of somebody's time, as instants. */
export function truth({ own }: Product, { mailbox, start, end }: View) {
  const blocks = own.graph.truth(mailbox, "primary", Date.parse(start), Date.parse(end));
  return blocks.map((one) => ({
    status: one.status,
    start: new Date(one.start).toISOString(),
    end: new Date(one.end).toISOString(),
  }));
}
