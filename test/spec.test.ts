/** The checklist between docs/spec.md and the tests, in both directions. */
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const RULE = /\b(?:A|D|I|R|S)[1-9]\d?(?=\b)/g;
/** Names of tests, in whatever way they are declared. */
const NAMES = /(?:^|\s)(?:test|it|describe)(?:\.\w+)*(?:\([^()]*\))?\(\s*(["'`])([\s\S]*?)\1/g;
const ROW = /^\| ([ADIRS]\d+) \|.*\|([^|]*)\|$/gm;

const spec = readFileSync("docs/spec.md", "utf8");
const rows = [...spec.matchAll(ROW)].map(([, rule = "", heldBy = ""]) => ({ rule, heldBy: heldBy.trim() }));

/** Rule → the files whose tests cite it. */
const citations = new Map<string, Set<string>>();
for (const file of globSync("{functions,shared,local,test}/**/*.ts").sort()) {
  if (!file.endsWith(".test.ts") && !file.startsWith("test/")) continue;
  for (const [, , name = ""] of readFileSync(file, "utf8").matchAll(NAMES))
    for (const [rule] of name.matchAll(RULE)) citations.set(rule, (citations.get(rule) ?? new Set()).add(file));
}

const heldBy = (rule: string): string =>
  [...(citations.get(rule) ?? [])].map((file) => `\`${file.replace(/^test\//, "")}\``).join(", ");

test("the specification names, for every rule, exactly the tests that cite it", () => {
  expect(rows.length).toBeGreaterThan(30);
  expect(Object.fromEntries(rows.map((row) => [row.rule, row.heldBy]))).toEqual(
    Object.fromEntries(rows.map(({ rule }) => [rule, heldBy(rule)])),
  );
});

test("every rule has a test that cites it", () => {
  expect(rows.filter(({ rule }) => !citations.has(rule)).map(({ rule }) => rule)).toEqual([]);
});

test("every rule that a test cites is in the specification", () => {
  const known = new Set(rows.map(({ rule }) => rule));
  expect([...citations.keys()].filter((rule) => !known.has(rule) && !spec.includes(rule))).toEqual([]);
});
