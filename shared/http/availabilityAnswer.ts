/** Availability as it is answered: times as RFC 3339, in the order asked [A4]. */
import { answersOf, type ReadCalendar } from "../domain/availability.js";
import type { CalendarId } from "../domain/calendarId.js";
import { type Combined, combine } from "../domain/combine.js";
import { toRfc3339 } from "../domain/time.js";
import type { AvailabilityRequest } from "./availabilityRequest.js";
import type { Target } from "./calendarRefs.js";
import { intervalsText } from "./intervalText.js";
import { tooLarge } from "./problem.js";
import { interval, time } from "./times.js";

/** In one answer, over all calendars: about 40 MB of it. */
const INTERVALS_MAX = 500_000;

/**
 * The answer as JSON text: written in one go, since most of a long one is intervals.
 * Errors: `payloadTooLarge` where it would be too long to be written or read.
 */
export function availabilityText(
  { targets, query, combine: rule }: AvailabilityRequest,
  read: ReadonlyMap<CalendarId, ReadCalendar>,
): string {
  demandShort(targets, read);
  const calendars = calendarTexts(targets, read);
  const times = `"start":"${toRfc3339(query.start)}","end":"${toRfc3339(query.end)}"`;
  const combined = rule === undefined ? "" : `,"combined":${combinedText(combine(answersOf(read), rule, query))}`;
  return `{${times},"calendars":[${calendars.join(",")}]${combined}}`;
}

function demandShort(targets: readonly Target[], read: ReadonlyMap<CalendarId, ReadCalendar>): void {
  const intervals = targets.reduce((sum, { id }) => sum + intervalsOf(read.get(id)), 0);
  if (intervals <= INTERVALS_MAX) return;
  const remedy = "ask for less time, for fewer calendars, or without detail";
  throw tooLarge("/end", `is too far away: the answer would have over ${INTERVALS_MAX} intervals; ${remedy}`);
}

const intervalsOf = (read: ReadCalendar | undefined): number =>
  read === undefined ? 0 : read.answer.busy.length + read.answer.unknown.length + (read.answer.blocks?.length ?? 0);

/** A calendar that is named many times is written once, however it was named: the row knows its names. */
function calendarTexts(targets: readonly Target[], read: ReadonlyMap<CalendarId, ReadCalendar>): string[] {
  const written = new Map<ReadCalendar, string>();
  return targets.flatMap((target) => {
    const one = read.get(target.id);
    if (one === undefined) return [];
    const text = written.get(one) ?? calendarText(target, one);
    if (one.row !== undefined) written.set(one, text);
    return [text];
  });
}

/** Names are told where the request named them, or the caller watches the calendar; an id alone tells nothing [A6]. */
function calendarText({ id, name }: Target, read: ReadCalendar): string {
  const { mailbox, calendar, tenantId } = read.row?.name ?? name ?? { mailbox: null, calendar: null, tenantId: null };
  const { state, reason = null, asOf, delivery, busy, unknown, blocks, view } = read.answer;
  const head = JSON.stringify({ id, mailbox, calendar, tenantId, state, reason, asOf: time(asOf), delivery });
  const more = JSON.stringify({
    unknown: unknown.map((one) => ({ ...interval(one), reason: one.reason })),
    ...(blocks && { blocks: blocks.map((one) => ({ ...interval(one), status: one.status, allDay: one.allDay })) }),
    ...(view !== undefined && { view }),
  });
  return `${head.slice(0, -1)},"busy":${intervalsText(busy)},${more.slice(1)}`;
}

const combinedText = ({ state, asOf, busy, unknown, free }: Combined): string =>
  `${JSON.stringify({ state, asOf: time(asOf) }).slice(0, -1)},"busy":${intervalsText(busy)},` +
  `"unknown":${intervalsText(unknown)},"free":${intervalsText(free)}}`;
