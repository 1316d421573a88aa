/** What every `Ledger` does. */
import { expect, test } from "vitest";
import type { Ledger } from "../../shared/domain/ports.js";
import { FIRST_ROUND, type Round } from "../../shared/domain/round.js";
import { later, MINUTE_MS } from "../../shared/domain/time.js";
import { NOW } from "./rows.js";

const TALLY = { counts: { rows: 3, fresh: 2, tooOld: 1 }, since: { asOf: NOW, failing: later(NOW, 5) } };
const ROUND: Round = {
  from: "abcd",
  startedAt: NOW,
  soFar: TALLY,
  last: { tally: TALLY, startedAt: later(NOW, -2), endedAt: later(NOW, -1) },
  taken: { token: "t", until: later(NOW, 9) },
};

export function ledgerContract(open: () => Promise<Ledger>): void {
  test("S8: where a round stands is read as it was written, each sweep's its own", async () => {
    const ledger = await open();
    expect(await ledger.round("refresh")).toBeUndefined();
    const etag = await ledger.writeRound("refresh", ROUND, "any");
    await ledger.writeRound("subscription", FIRST_ROUND, "any");
    expect(await ledger.round("refresh")).toEqual({ round: ROUND, etag });
    expect((await ledger.round("subscription"))?.round).toEqual(FIRST_ROUND);
  });

  test("S8: of two timers that read the same round, exactly one takes its next part", async () => {
    const ledger = await open();
    const etag = await ledger.writeRound("refresh", FIRST_ROUND, "any");
    if (etag === "conflict") throw new Error("somebody was faster");
    const race = await Promise.all([ROUND, ROUND].map((round) => ledger.writeRound("refresh", round, etag)));
    expect(race.filter((answer) => answer === "conflict")).toHaveLength(1);
    expect((await ledger.round("refresh"))?.round).toEqual(ROUND);
  });

  test("that a queue's messages are taken is noted, each queue's its own", async () => {
    const ledger = await open();
    expect(await ledger.takenAt("refresh")).toBeUndefined();
    await ledger.noteTaken("refresh", NOW);
    await ledger.noteTaken("subscriptions", later(NOW, 5));
    expect(await ledger.takenAt("refresh")).toBe(NOW);
    await ledger.noteTaken("refresh", later(NOW, MINUTE_MS));
    expect(await ledger.takenAt("refresh")).toBe(later(NOW, MINUTE_MS));
    expect(await ledger.takenAt("subscriptions")).toBe(later(NOW, 5));
  });
}
