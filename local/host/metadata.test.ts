import { expect, test } from "vitest";
import { withProperties } from "./metadata.js";

const text = JSON.stringify({ ID: "hides", flag: true, n: 5, deep: { a: 1 }, list: [1], none: null });

test("properties of a JSON object become metadata, as the real host writes them, except arrays and nulls", () => {
  expect(withProperties({}, text)).toEqual({
    ID: { string: "hides" },
    flag: { string: "True" },
    n: { string: "5" },
    deep: { json: '{"a":1}' },
  });
});

test("a property replaces what has the same name, case ignored", () => {
  const metadata = withProperties({ Id: { string: "real" }, DequeueCount: { json: "1" } }, text);
  expect(metadata).toMatchObject({ ID: { string: "hides" }, DequeueCount: { json: "1" } });
  expect(metadata).not.toHaveProperty("Id");
});

test.each(["plain", "[1]", "{ broken", "42"])("%j has no properties", (other) => {
  expect(withProperties({ Id: { string: "real" } }, other)).toEqual({ Id: { string: "real" } });
});
