/** A calendar's day at a glance, in the digits of Graph's `availabilityView`. */
import type { Interval, Status } from "./blocks.js";
import type { EpochMs } from "./time.js";

/** Source: https://learn.microsoft.com/graph/api/resources/scheduleinformation; `?` is our own, for what is not known. */
const DIGITS = {
  free: "0",
  tentative: "1",
  busy: "2",
  oof: "3",
  workingElsewhere: "4",
  unknown: "?",
} as const satisfies Record<Status | "free" | "unknown", string>;

/**
 * Of several in one slot the last one here is shown. Graph publishes no order; this is Outlook's own for overlapping
 * events, in which who works elsewhere can be met and who is away cannot.
 */
const WEAKEST_FIRST = ["workingElsewhere", "tentative", "busy", "oof"] as const satisfies readonly Status[];

/**
 * One digit a slot of `slotMs` from the start of the request; the last slot may be cut short. A block in any part of a slot
 * gives it its digit. Where there is none, a slot that is unknown in any part is `?`: never `0`.
 * Units: everything clipped to the request. Linear in slots and blocks.
 */
export function viewOf(
  blocks: readonly (Interval & { readonly status: Status })[],
  unknown: readonly Interval[],
  { start, end }: Interval,
  slotMs: number,
): string {
  const slots = new Array<string>(Math.ceil((end - start) / slotMs)).fill(DIGITS.free);
  for (const span of unknown) paint(slots, span, start, slotMs, DIGITS.unknown);
  for (const status of WEAKEST_FIRST)
    for (const block of blocks) if (block.status === status) paint(slots, block, start, slotMs, DIGITS[status]);
  return slots.join("");
}

const paint = (slots: string[], { start, end }: Interval, origin: EpochMs, slotMs: number, digit: string): void => {
  slots.fill(digit, Math.floor((start - origin) / slotMs), Math.ceil((end - origin) / slotMs));
};
