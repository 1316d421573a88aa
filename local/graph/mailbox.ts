/** A mailbox and its calendars, and the calendars' past: an old view is the present with the latest changes undone. */
import type { Answer } from "./answers.js";
import type { StoredEvent } from "./event.js";
import { HISTORY_MAX } from "./limits.js";

export interface Calendar {
  readonly id: string;
  readonly name: string;
  readonly isDefault: boolean;
  removed: boolean;
  readonly events: Map<string, StoredEvent>;
  /** Newest last. */
  readonly history: Undo[];
  /** Answers that showed it as it stands, by what was asked; every change ends them. */
  readonly shown: Map<string, Answer>;
}

/** What one change replaced; `before` absent: the event was new. */
interface Undo {
  readonly at: number;
  readonly id: string;
  readonly before: StoredEvent | undefined;
}

export interface Mailbox {
  readonly id: string;
  /** As given; compared in lower case. */
  readonly address: string;
  readonly displayName: string;
  /** As Graph reports it: a Windows or IANA name, "" or a name that means nothing. */
  timeZone: string;
  licensed: boolean;
  accessDenied: boolean;
  /** While it is moved between databases, subscriptions cannot be created. */
  moving: boolean;
  /** Deleted, or never known to Exchange. */
  removed: boolean;
  readonly calendars: Calendar[];
}

/** The only way an event is put, replaced or (with `undefined`) taken out. */
export function write(calendar: Calendar, id: string, event: StoredEvent | undefined, at: number): void {
  calendar.history.push({ at, id, before: calendar.events.get(id) });
  if (calendar.history.length > HISTORY_MAX) calendar.history.shift();
  if (event === undefined) calendar.events.delete(id);
  else calendar.events.set(id, event);
  calendar.shown.clear();
}

/** The events as they were at an instant, changes at that very instant included. Reaches back HISTORY_MAX changes. */
export function eventsAt(calendar: Calendar, at: number): ReadonlyMap<string, StoredEvent> {
  const { history, events } = calendar;
  if ((history.at(-1)?.at ?? at) <= at) return events;
  const view = new Map(events);
  for (const { id, before } of history.filter((undo) => undo.at > at).reverse()) {
    if (before === undefined) view.delete(id);
    else view.set(id, before);
  }
  return view;
}

/** Whether the app may look inside at all; otherwise Graph tells it of no change either. */
export const isOpen = ({ removed, licensed, accessDenied }: Mailbox): boolean => !removed && licensed && !accessDenied;
