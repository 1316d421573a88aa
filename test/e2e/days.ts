/** Instants relative to today, inside every window and away from its edges. */
const DAY_MS = 86_400_000;

/** The UTC date some days from now, as 2026-12-01. */
export const dateAhead = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

/** An instant of that day; `time` as 09:30. */
export const at = (days: number, time: string): string => `${dateAhead(days)}T${time}:00Z`;

/** The whole UTC day. */
export const dayOf = (days: number) => ({ start: at(days, "00:00"), end: at(days + 1, "00:00") });

/** An interval within one day. */
export const between = (days: number, from: string, to: string) => ({ start: at(days, from), end: at(days, to) });

/** The date on which Berlin's clocks next go back, and the day before and after it; at least two days from now. */
export function clocksGoBack(): { readonly before: string; readonly date: string; readonly after: string } {
  const soonest = Date.now() + 2 * DAY_MS;
  const year = new Date(soonest).getUTCFullYear();
  const sunday = [year, year + 1].map(lastSundayOfOctober).find((ms) => ms > soonest) ?? soonest;
  const date = (days: number): string => new Date(sunday + days * DAY_MS).toISOString().slice(0, 10);
  return { before: date(-1), date: date(0), after: date(1) };
}

/** Source: Directive 2000/84/EC, article 3. */
function lastSundayOfOctober(year: number): number {
  const last = Date.UTC(year, 9, 31);
  return last - new Date(last).getUTCDay() * DAY_MS;
}
