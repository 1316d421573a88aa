/** Many seeds, and one test for each thing that must hold in all of them. */
import { beforeAll, describe, expect, test } from "vitest";
import { BRANCHES } from "./branches.js";
import { HAPPENINGS } from "./happenings.js";
import { KEPT_SEEDS } from "./keptSeeds.js";
import { type Life, live, told } from "./live.js";
import { type Property, Violation } from "./properties.js";
import { Sometimes } from "./sometimes.js";

const SEEDS = Number(process.env.SEEDS ?? 1_000);
const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1);
/** With fewer seeds it is no wonder that something was not met. */
const SEEDS_FOR_ALL = 400;
const SHOWN_MAX = 3;

/** A part of the seeds, so that several processes can share them: those that leave `part` when divided by `parts`. */
export function worlds(part: number, parts: number): void {
  const all = [
    ...KEPT_SEEDS.map(({ seed }) => seed),
    ...Array.from({ length: SEEDS }, (_, index) => FIRST_SEED + index),
  ];
  const seeds = [...new Set(all)].filter((seed) => seed % parts === part);
  const sometimes = new Sometimes([...HAPPENINGS, ...BRANCHES]);
  const failures: { readonly seed: number; readonly life: Life }[] = [];

  const none = (property: Property): void => {
    const found = failures.filter(
      ({ life: { violation } }) => violation instanceof Violation && violation.property === property,
    );
    expect(found.slice(0, SHOWN_MAX).map(({ seed, life }) => told(seed, life))).toEqual([]);
  };

  describe(`${seeds.length} seeded worlds`, () => {
    beforeAll(async () => {
      for (const seed of seeds) {
        const life = await live(seed, sometimes);
        if (life.violation !== undefined) failures.push({ seed, life });
      }
    }, 600_000);

    test("R7, S4: when all trouble is over, every copy is its calendar", () => none("the copy converges"));
    test("D1, R9: it is so within the reconcile period and two minutes, also with all notifications lost", () =>
      none("it does so in time"));
    test("R5, R6, R10: at every read the answer is the true calendar at its asOf", () =>
      none("an answer is the calendar at its asOf"));
    test("A2, R11, D4: nothing is ever free that was not verified", () => none("nothing unverified is free"));
    test("R6, D5: the age of an answer never goes back", () => none("asOf never goes back"));
    test("R1, R7: what is told again, twice and in any order, changes nothing", () =>
      none("duplicates and permutations change nothing"));
    test("R3, R8, R12: the budget of reads is kept", () => none("reads stay within their budget"));
    test("R4: an instance never asks a mailbox more than four things at once", () =>
      none("a mailbox is asked four things at once at most"));
    test("R4: nobody reads before Retry-After has passed", () => none("Retry-After is respected"));
    test("S1, S5, S7: at rest every watched calendar has exactly one subscription, and nobody else", () =>
      none("one subscription a calendar at rest"));
    test("S6, D4: unwatching leaves no row, no subscription and no entry behind", () =>
      none("unwatching leaves nothing behind"));
    test("S6: unwatching touches no other calendar", () => none("unwatching touches no other calendar"));
    test("private words are in no row, message, log line or answer", () => none("private words stay private"));
    test("R9: a failure of Graph's is on the row and never thrown", () =>
      none("a failure is on the row, never thrown"));

    test("nothing else went wrong in any world", () => {
      const others = failures.filter(({ life }) => !(life.violation instanceof Violation));
      expect(others.slice(0, SHOWN_MAX).map(({ seed, life }) => told(seed, life))).toEqual([]);
    });

    test.runIf(seeds.length >= SEEDS_FOR_ALL)("every fault and every branch of the decisions was met", () => {
      expect(sometimes.never).toEqual([]);
    });
  });
}
