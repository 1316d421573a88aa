/** Times as JSON has them. */
import type { Interval } from "../domain/blocks.js";
import { type EpochMs, toRfc3339 } from "../domain/time.js";

/** RFC 3339; `null` for what is not known. */
export const time = (at: EpochMs | undefined): string | null => (at === undefined ? null : toRfc3339(at));

export const interval = ({ start, end }: Interval) => ({ start: toRfc3339(start), end: toRfc3339(end) });
