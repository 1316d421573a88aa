import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SECOND_MS } from "../domain/time.js";
import { StorageClock } from "./storageClock.js";

const EPOCH = Date.parse("2026-12-01T12:00:00Z");

/** A clock over a stopwatch that the test moves; `offset`: what storage's time is ahead of the stopwatch. */
function open(offset: number) {
  let [watch, paused] = [0, 0];
  const clock = new StorageClock(
    () => watch,
    EPOCH,
    () => EPOCH + watch + paused,
  );
  return {
    clock,
    advance: (ms: number) => {
      watch += ms;
    },
    /** The machine stands still, and its stopwatch with it; its date does not. */
    pause: (ms: number) => {
      paused += ms;
    },
    now: () => watch + paused + offset,
    /** One answer: sent now, dated by storage on the way in whole seconds, here after `tripMs`. */
    answer: (tripMs: number, datedAfterMs = tripMs / 2) => {
      const sentAt = watch;
      const date = new Date(Math.floor((watch + paused + datedAfterMs + offset) / SECOND_MS) * SECOND_MS);
      watch += tripMs;
      clock.observe(date.toUTCString(), sentAt);
    },
  };
}

test("D5: before the first answer the machine's own time is told, and is said not to be storage's", () => {
  const { clock, advance } = open(EPOCH + 90_000);
  advance(5);
  expect([clock.now(), clock.synced()]).toEqual([EPOCH + 5, false]);
});

describe("after answers", () => {
  const trips = fc.array(
    fc.record({ pause: fc.nat(5_000), trip: fc.nat(400), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    { minLength: 1, maxLength: 40 },
  );

  test("D5: however far off the machine is, storage's time is met to within a second and the answer's way", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), trips, (drift, answers) => {
        const time = open(EPOCH + drift);
        for (const { pause, trip, share } of answers) {
          time.advance(pause);
          time.answer(trip, trip * share);
          expect(time.clock.synced()).toBe(true);
          expect(Math.abs(time.clock.now() - time.now())).toBeLessThanOrEqual(SECOND_MS / 2 + trip + 1);
        }
      }),
    );
  });

  test("D5: many answers narrow it down to much less than a second", () => {
    const time = open(EPOCH + 123_456_789);
    for (let count = 0; count < 200; count++) {
      time.advance(1_037);
      time.answer(10);
    }
    expect(Math.abs(time.clock.now() - time.now())).toBeLessThan(50);
  });

  test("D5: where answers contradict each other, a clock has jumped, and the latest alone is believed", () => {
    const time = open(EPOCH);
    time.answer(10);
    const sentAt = time.now() - EPOCH;
    time.clock.observe(new Date(EPOCH + 3_600_000).toUTCString(), sentAt);
    expect(Math.abs(time.clock.now() - (EPOCH + 3_600_000))).toBeLessThanOrEqual(SECOND_MS);
  });

  test("D5: time goes on evenly between two answers", () => {
    const time = open(EPOCH + 5_000);
    time.answer(20);
    const before = time.clock.now();
    time.advance(12_345);
    expect(time.clock.now() - before).toBe(12_345);
  });

  test("D5: after a pause of the machine the time is not known until storage tells it again", () => {
    const time = open(EPOCH + 5_000);
    time.answer(20);
    time.pause(30_000);
    expect(time.clock.synced()).toBe(false);
    time.answer(20);
    expect(time.clock.synced()).toBe(true);
    expect(Math.abs(time.clock.now() - time.now())).toBeLessThanOrEqual(SECOND_MS);
  });

  test("D5: an answer that was given before a pause and is read after it tells nothing", () => {
    const time = open(EPOCH + 5_000);
    time.answer(20);
    const [sentAt, answeredAt] = [time.now() - EPOCH - 5_000, time.now()];
    time.advance(5);
    time.pause(30_000);
    time.clock.observe(new Date(answeredAt).toUTCString(), sentAt);
    expect(time.clock.synced()).toBe(false);
    time.advance(5);
    time.answer(20);
    expect(time.clock.synced()).toBe(true);
    expect(Math.abs(time.clock.now() - time.now())).toBeLessThanOrEqual(SECOND_MS);
  });

  test("An instant is in whole milliseconds", () => {
    const clock = new StorageClock(() => 0.75, EPOCH + 0.5);
    expect(Number.isInteger(clock.now())).toBe(true);
    clock.observe(new Date(EPOCH), 0.1);
    expect(Number.isInteger(clock.now())).toBe(true);
  });
});

test.each([undefined, null, "", "yesterday", new Date(Number.NaN)])(
  "D5: a date that is none (%s) is ignored",
  (date) => {
    const { clock } = open(EPOCH);
    clock.observe(date, 0);
    expect(clock.synced()).toBe(false);
  },
);
