import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { SharedReads } from "./sharedReads.js";

/** A value that grows by one at every look at it, and reads of it that end when they are told. */
function bed(patienceMs?: number) {
  const state = { began: 0, running: 0, most: 0 };
  const ends: (() => void)[] = [];
  const reads = new SharedReads<string, number>(async () => {
    state.began += 1;
    const seen = state.began;
    state.running += 1;
    state.most = Math.max(state.most, state.running);
    await new Promise<void>((resolve) => ends.push(resolve));
    state.running -= 1;
    return seen;
  }, patienceMs);
  return { state, reads, ends, endOne: () => ends.shift()?.() };
}
const turn = () => new Promise(setImmediate);

const ANY_STEPS = fc.array(fc.constantFrom("ask", "end", "wait"), { maxLength: 40 });

test("nobody is answered by a read that began before they asked, and at most two of one thing go on at once", async () => {
  await fc.assert(
    fc.asyncProperty(ANY_STEPS, fc.constantFrom(0, undefined), async (steps, patienceMs) => {
      const { state, reads, endOne } = bed(patienceMs);
      const answers: Promise<void>[] = [];
      for (const step of steps) {
        if (step === "ask") {
          const before = state.began;
          answers.push(reads.read("row").then((seen) => expect(seen).toBeGreaterThan(before)));
        } else if (step === "end") endOne();
        else await turn();
      }
      for (let left = steps.length; left >= 0; left--) {
        endOne();
        await turn();
      }
      await Promise.all(answers);
      expect(state.most).toBeLessThanOrEqual(2);
    }),
  );
});

test("who comes while one goes on shares the next one", async () => {
  const { state, reads, endOne } = bed();
  const all = Promise.all(Array.from({ length: 50 }, () => reads.read("row")));
  for (let count = 0; count < 2; count++) {
    await turn();
    endOne();
  }
  expect(await all).toEqual([1, ...Array(49).fill(2)]);
  expect(state.began).toBe(2);
});

test("one that hangs stands in nobody's way for long, nor do two pile up to three", async () => {
  const { state, reads, ends } = bed(1);
  void reads.read("row");
  const others = [reads.read("row"), reads.read("row")];
  await vi.waitFor(() => expect(state.began).toBe(2));
  others.push(reads.read("row"));
  ends[1]?.();
  await turn();
  ends[2]?.();
  expect(await Promise.all(others)).toEqual([2, 2, 3]);
  expect(state.most).toBe(2);
});

test("who asks again the moment that they are answered starts none beside the next", async () => {
  const { state, reads, endOne } = bed();
  const again = reads.read("row").then(() => reads.read("row"));
  const others = [reads.read("row"), reads.read("row")];
  for (let count = 0; count < 4; count++) {
    await turn();
    endOne();
  }
  await Promise.all([again, ...others]);
  expect(state.most).toBe(1);
});

test("other things are read meanwhile", async () => {
  const { state, reads } = bed();
  for (const key of ["a", "a", "b"]) void reads.read(key);
  await turn();
  expect(state.began).toBe(2);
});

test("a read that fails fails for those who share it, and the next is tried again", async () => {
  let left = 2;
  const reads = new SharedReads<string, string>(async () => {
    await turn();
    if (left-- > 0) throw new Error("away");
    return "back";
  });
  const answers = await Promise.allSettled(Array.from({ length: 5 }, () => reads.read("row")));
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill("rejected"));
  expect(await reads.read("row")).toBe("back");
});
