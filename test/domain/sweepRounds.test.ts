import { describe, expect, test } from "vitest";
import { CALENDARS_PER_MESSAGE_MAX } from "../../shared/domain/messages.js";
import { FIRST_ROUND, nextPart, PART_ROWS, rowsExpected, TAKEN_MS, takenBy } from "../../shared/domain/round.js";
import { sweepRefreshes, sweepSubscriptions } from "../../shared/domain/sweep.js";
import { DAY_MS, instant, later, MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { POLICY } from "../service.js";
import { manyCalendars } from "./manyCalendars.js";

const NOW = instant(Date.parse("2026-12-01T12:00:00Z"));
/** A last round that counted so many rows. */
const roundOf = (rows: number) => ({
  ...FIRST_ROUND,
  last: { tally: { counts: { rows }, since: {} }, startedAt: NOW, endedAt: NOW },
});
const evenly = (place: number): number => place * POLICY.reconcileMs;
const latest = (served: readonly { readonly lateMs: number }[]): number =>
  served.reduce((most, { lateMs }) => Math.max(most, lateMs), 0);

describe("100,000 calendars", () => {
  const COUNT = 100_000;

  test("S8: all overdue at once are queued by one call of each timer, every calendar once, 20 in a message", async () => {
    const many = manyCalendars({ count: COUNT });
    many.clock.advance(DAY_MS);
    expect(await sweepRefreshes(many.deps)).toBe(COUNT);
    expect(await sweepSubscriptions(many.deps)).toBe(COUNT);
    const read = many.sent.flatMap(({ message }) => message.calendars);
    const tended = many.looks.flatMap((look) => (look.kind === "look" ? look.calendars : []));
    for (const calendars of [read, tended]) {
      expect(calendars).toHaveLength(COUNT);
      expect(new Set(calendars).size).toBe(COUNT);
    }
    expect(many.sent).toHaveLength(COUNT / CALENDARS_PER_MESSAGE_MAX);
    expect(many.looks).toHaveLength(COUNT / CALENDARS_PER_MESSAGE_MAX);
  });

  test("S8: each is read once a period and within 2 minutes of its time, where a tick is lost and another doubled", async () => {
    const many = manyCalendars({ count: COUNT, readAgoMs: evenly });
    const ticks = (minute: number): number => (minute === 4 ? 0 : minute === 7 ? 2 : 1);
    await many.pass(POLICY.reconcileMs / MINUTE_MS + 1, (minute) =>
      Promise.all(Array.from({ length: ticks(minute) }, () => sweepRefreshes(many.deps))),
    );
    expect(new Set(many.served.map(({ id }) => id)).size).toBe(COUNT);
    expect(many.served.length).toBeLessThan(COUNT * 1.1); // the sixteenth minute is the first of the next period
    expect(latest(many.served)).toBeLessThan(2 * MINUTE_MS);
    expect(latest(many.served)).toBeGreaterThan(MINUTE_MS - 10 * SECOND_MS); // the lost tick was noticed
    // What becomes visible just as the next tick comes is looked at twice, and read once.
    expect(many.sent.flatMap(({ message }) => message.calendars).length).toBeLessThan(COUNT * 1.3);
  }, 120_000);
});

describe("more than one part", () => {
  test("S8: a round of 250,000 calendars takes three ticks, and yet each is read when it is due", async () => {
    const many = manyCalendars({ count: 250_000, readAgoMs: evenly });
    await many.pass(6, () => sweepRefreshes(many.deps)); // how many there are was not known, and is found out
    const listed = many.lines.map((line) => Number(line.listed));
    expect(Math.max(...listed)).toBeLessThanOrEqual(2 * PART_ROWS);
    many.served.length = 0;
    await many.pass(5, () => sweepRefreshes(many.deps));
    expect(many.lines.at(-1)?.roundSeconds).toBe(180);
    expect(many.served.length).toBeGreaterThan(50_000);
    expect(latest(many.served)).toBeLessThanOrEqual(10 * SECOND_MS);
    const last = (await many.ledger.round("refresh"))?.round.last;
    expect(last?.tally.counts.rows).toBe(250_000);
    expect((last?.endedAt ?? 0) - (last?.startedAt ?? 0)).toBe(2 * MINUTE_MS);
  }, 120_000);

  test.each([
    [0, 1, 1],
    [100_000, 1, 10],
    [100_001, 2, 6],
    [1_000_000, 10, 10],
  ])("S8: %d rows take ⌈rows / 100,000⌉ minutes: %d, in %d ranges at a time", (rows, minutes, ranges) => {
    const part = nextPart(FIRST_ROUND, rows);
    expect(part.roundMs).toBe(minutes * MINUTE_MS);
    expect(part.ranges).toHaveLength(ranges);
  });

  test("S8: how many rows there are is told by the last round, or by how far this one has come", () => {
    expect(rowsExpected(FIRST_ROUND)).toBe(0);
    expect(rowsExpected(roundOf(7))).toBe(7);
    const halfway = { ...roundOf(7), from: "k", soFar: { counts: { rows: 200_000 }, since: {} } };
    expect(rowsExpected(halfway)).toBe(400_000);
  });

  test("S8: a round longer than a calendar's own period has it looked at once a period all the same", async () => {
    const many = manyCalendars({ count: 1 });
    await many.ledger.writeRound("refresh", roundOf(4_000_000), "any");
    await many.pass(1, async () => {
      for (let part = 0; part < 40; part++) await sweepRefreshes(many.deps);
    });
    expect(many.sent.map(({ delaySeconds = 0 }) => delaySeconds / 60)).toEqual([15, 30.5]);
    await many.pass(33, async () => undefined);
    expect(many.served.map(({ lateMs }) => lateMs)).toEqual([0, 30 * SECOND_MS]);
  });
});

describe("timers that meet, or die", () => {
  const few = () => {
    const many = manyCalendars({ count: 30 });
    many.clock.advance(POLICY.reconcileMs);
    return many;
  };

  test("S8: of two timers at once one does the work, and the other leaves it", async () => {
    const many = few();
    await sweepRefreshes(many.deps); // the first one of all makes the note that the others take turns by
    many.sent.length = 0;
    const taken = await Promise.all([sweepRefreshes(many.deps), sweepRefreshes(many.deps)]);
    expect(taken.sort((a, b) => a - b)).toEqual([0, 30]);
    expect(many.sent.flatMap(({ message }) => message.calendars)).toHaveLength(30);
  });

  test("S8: a timer that died with a part costs one tick; the next one does that very part", async () => {
    const many = few();
    await many.ledger.writeRound("refresh", takenBy(FIRST_ROUND, "dead", many.clock.now()), "any");
    expect(await sweepRefreshes(many.deps)).toBe(0);
    many.clock.advance(TAKEN_MS);
    expect(await sweepRefreshes(many.deps)).toBe(30);
  });

  test("S8: a part that took longer than its turn is done, though another timer has it by now", async () => {
    const many = few();
    const slow = {
      ...many.deps,
      store: Object.assign(Object.create(many.deps.store), {
        listRange: async () => {
          many.clock.advance(2 * MINUTE_MS);
          await many.ledger.writeRound("refresh", takenBy(FIRST_ROUND, "other", many.clock.now()), "any");
          return { rows: [] };
        },
      }),
    };
    await sweepRefreshes(slow);
    expect((await many.ledger.round("refresh"))?.round.last?.endedAt).toBe(many.clock.now());
  });

  test("D5: a turn taken by a clock that ran far ahead is nobody's", async () => {
    const many = few();
    await many.ledger.writeRound("refresh", takenBy(FIRST_ROUND, "ahead", later(many.clock.now(), DAY_MS)), "any");
    expect(await sweepRefreshes(many.deps)).toBe(30);
  });

  test("S8: storage that fails in mid-part loses nothing: the part is listed again", async () => {
    const many = few();
    const listRange = () => Promise.reject(new Error("storage is away"));
    const broken = { ...many.deps, store: Object.assign(Object.create(many.deps.store), { listRange }) };
    await expect(sweepRefreshes(broken)).rejects.toThrow("away");
    many.clock.advance(MINUTE_MS);
    expect(await sweepRefreshes(many.deps)).toBe(30);
  });
});
