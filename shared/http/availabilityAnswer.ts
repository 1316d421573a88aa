/** Availability as it is answered: times as RFC 3339, in the order asked [A4]. */
import type { CalendarAnswer } from "../domain/answer.js";
import type { ReadCalendar } from "../domain/availability.js";
import type { Interval } from "../domain/blocks.js";
import type { CalendarId } from "../domain/calendarId.js";
import { type Combined, combine } from "../domain/combine.js";
import { type EpochMs, earliest, toRfc3339 } from "../domain/time.js";
import type { AvailabilityRequest } from "./availabilityRequest.js";
import type { Target } from "./calendarRefs.js";

export interface AvailabilityBody {
  readonly start: string;
  readonly end: string;
  readonly calendars: readonly object[];
  readonly combined?: object;
}

export function availabilityBody(
  { targets, query, combine: rule }: AvailabilityRequest,
  read: ReadonlyMap<CalendarId, ReadCalendar>,
): AvailabilityBody {
  const answers = new Map([...read].map(([id, { answer }]) => [id, answer]));
  return {
    start: toRfc3339(query.start),
    end: toRfc3339(query.end),
    calendars: targets.flatMap((target) => shownCalendar(target, read.get(target.id)) ?? []),
    ...(rule !== undefined && { combined: shownCombined(combine(answers, rule, query)) }),
  };
}

/** The oldest age among the calendars; `undefined` where one of them has none. */
export function oldestAsOf(read: ReadonlyMap<CalendarId, ReadCalendar>): EpochMs | undefined {
  const ages = [...read.values()].map(({ answer }) => answer.asOf);
  const known = ages.filter((asOf) => asOf !== undefined);
  return known.length === ages.length && known.length > 0 ? earliest(...known) : undefined;
}

/** Names are told where the request named them, or the caller watches the calendar; an id alone tells nothing [A6]. */
function shownCalendar({ id, name }: Target, read: ReadCalendar | undefined): object | undefined {
  if (read === undefined) return undefined;
  const { mailbox, calendar, tenantId } = read.row?.name ?? name ?? { mailbox: null, calendar: null, tenantId: null };
  return { id, mailbox, calendar, tenantId, ...shownAnswer(read.answer) };
}

const shownAnswer = ({ state, reason, asOf, delivery, busy, unknown, blocks, view }: CalendarAnswer) => ({
  state,
  reason: reason ?? null,
  asOf: time(asOf),
  delivery,
  busy: busy.map(interval),
  unknown: unknown.map((one) => ({ ...interval(one), reason: one.reason })),
  ...(blocks && { blocks: blocks.map((one) => ({ ...interval(one), status: one.status, allDay: one.allDay })) }),
  ...(view !== undefined && { view }),
});

const shownCombined = ({ state, asOf, busy, unknown, free }: Combined) => ({
  state,
  asOf: time(asOf),
  busy: busy.map(interval),
  unknown: unknown.map(interval),
  free: free.map(interval),
});

const interval = ({ start, end }: Interval) => ({ start: toRfc3339(start), end: toRfc3339(end) });

const time = (at: EpochMs | undefined): string | null => (at === undefined ? null : toRfc3339(at));
