/** What `npm run package` refuses, and where. */
import { expect, test } from "vitest";
import { BYTES_MAX, verdict } from "../../deploy/ceilings.js";

const GOOD = { functions: [], bytes: 1, startBytes: 1, appMs: 100, emptyMs: 50 };
const CI = { inCi: true };
const LAPTOP = { inCi: false };

test("in CI a package is refused beyond each of its ceilings, in words that say which", () => {
  const refused = (change: object) => verdict({ ...GOOD, ...change }, CI).refused;
  expect(refused({})).toEqual([]);
  expect(refused({ bytes: BYTES_MAX + 1 })).toEqual(["1,331 KiB of code, more than 1,331 KiB"]);
  expect(refused({ appMs: 201, emptyMs: 100 })).toEqual(["loads in 201 ms, more than 200 ms"]);
  expect(refused({ appMs: 151 })).toEqual(["loads 3.0 times as long as an empty app, more than 3"]);
  expect(refused({ emptyMs: Number.NaN })).toHaveLength(1);
});

test("elsewhere a slow load is a warning, since the machine may be slow; too much code is refused everywhere", () => {
  expect(verdict({ ...GOOD, appMs: 328, emptyMs: 200 }, LAPTOP)).toEqual({
    refused: [],
    warnings: ["loads in 328 ms, more than 200 ms"],
  });
  expect(verdict({ ...GOOD, bytes: BYTES_MAX + 1 }, LAPTOP).refused).toHaveLength(1);
});
