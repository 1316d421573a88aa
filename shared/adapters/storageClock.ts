/** Storage's time [D5]: one clock for all instances, read off the answers that storage gives anyway. */
import type { Clock } from "../domain/ports.js";
import { type EpochMs, instant, SECOND_MS } from "../domain/time.js";

/** Counts milliseconds evenly whatever happens to the machine's date; from no particular instant. */
export type Stopwatch = () => number;

/** How far the machine's date and the stopwatch may part before storage must be asked again: one of them has stood still. */
const DRIFT_MS_MAX = SECOND_MS;

/**
 * `Date` headers come in whole seconds, so each bounds the offset between storage's time and ours to a second and the
 * answer's travel. The bounds of all answers together narrow it further; where they contradict each other, one of the
 * clocks has jumped and the latest answer alone is believed.
 */
export class StorageClock implements Clock {
  readonly stopwatch: Stopwatch;
  readonly #date: () => number;
  #offset: { readonly min: number; readonly max: number } | undefined;
  /** Between the machine's date and the stopwatch, when storage last told its time. */
  #apart = 0;
  /** On the stopwatch, when these two were first seen to have parted: what was asked before that may have been answered before, too. */
  #partedAt: number | undefined;
  readonly #uncorrected: number;

  /** `uncorrected` is the offset used until storage has told its time. */
  constructor(
    stopwatch: Stopwatch = () => performance.now(),
    uncorrected = performance.timeOrigin,
    date = () => Date.now(),
  ) {
    this.stopwatch = stopwatch;
    this.#uncorrected = uncorrected;
    this.#date = date;
  }

  now(): EpochMs {
    const offset = this.#offset === undefined ? this.#uncorrected : (this.#offset.min + this.#offset.max) / 2;
    return instant(Math.floor(this.stopwatch() + offset));
  }

  /** Not while storage's time is unknown, be it because the machine was paused, which the stopwatch does not count. */
  synced(): boolean {
    const driftMs = Math.abs(this.#date() - this.stopwatch() - this.#apart);
    if (this.#offset !== undefined && driftMs > DRIFT_MS_MAX) this.#partedAt ??= this.stopwatch();
    return this.#offset !== undefined && this.#partedAt === undefined;
  }

  /** Takes the `Date` of an answer to a request that was sent at `sentAt` on the stopwatch; anything unreadable is ignored. */
  observe(date: Date | string | null | undefined, sentAt: number): void {
    const isSynced = this.synced();
    const second = new Date(date ?? Number.NaN).getTime();
    if (Number.isNaN(second) || (this.#partedAt !== undefined && sentAt < this.#partedAt)) return;
    const [min, max] = [second - this.stopwatch(), second + SECOND_MS - sentAt];
    const narrowed = { min: Math.max(min, this.#offset?.min ?? min), max: Math.min(max, this.#offset?.max ?? max) };
    this.#offset = isSynced && narrowed.min <= narrowed.max ? narrowed : { min, max };
    this.#apart = this.#date() - this.stopwatch();
    this.#partedAt = undefined;
  }
}
